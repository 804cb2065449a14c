// The typed readings of instructions: mounts, comma-separated values, flags, values.
#include "cacheplan/commands.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cacheplan/vocabulary.h"

#include "src/syntax/go_values.h"
#include "support/cases.h"
#include "support/catch.h"

namespace cacheplan {
namespace {

Dockerfile Read(const std::string& text) {
  return Parse(std::make_shared<const Source>("Dockerfile", text));
}

std::string Told(const MountReading& reading) {
  if (!reading.error.empty()) {
    return "error: " + reading.error;
  }
  const Mount& mount = reading.mount;
  std::string out;
  switch (mount.type) {
    case MountType::kBind:
      out = "bind";
      break;
    case MountType::kCache:
      out = "cache";
      break;
    case MountType::kTmpfs:
      out = "tmpfs";
      break;
    case MountType::kSecret:
      out = "secret";
      break;
    case MountType::kSsh:
      out = "ssh";
      break;
    case MountType::kUnknown:
      out = "unknown";
      break;
  }
  const auto add = [&](const char* name, const std::string& value) {
    out += value.empty() ? "" : std::string(" ") + name + "=" + value;
  };
  add("from", mount.from);
  add("source", mount.source);
  add("target", mount.target);
  add("id", mount.id);
  add("sharing", mount.sharing);
  return out;
}

TEST_CASE("mounts", "[commands]") {
  const WordExpander expand = [](std::string_view word) {
    return Expand(word, [](std::string_view name) -> std::optional<std::string_view> {
      return name == "X"   ? std::optional<std::string_view>("x")
             : name == "E" ? std::optional<std::string_view>("")
                           : std::nullopt;
    });
  };
  for (const test::Row& row : test::ReadTable("mounts.table")) {
    INFO("mounts.table:" << row.line << ": " << row.in);
    CHECK(Told(ReadMount(row.in, expand)) == row.want);
  }
}

TEST_CASE("comma-separated values", "[commands]") {
  const auto fields = [](std::string_view text) {
    const CsvRecord record = ReadCsv(text);
    std::string out;
    for (const std::string& field : record.fields) {
      out += "[" + field + "]";
    }
    return record.error.empty() ? out : record.error;
  };
  CHECK(fields("a") == "[a]");
  CHECK(fields("a,b,,c,") == "[a][b][][c][]");
  CHECK(fields(",") == "[][]");
  CHECK(fields(" a , b ") == "[ a ][ b ]");
  CHECK(fields(R"("a,b",c)") == "[a,b][c]");
  CHECK(fields(R"("a""b")") == "[a\"b]");
  CHECK(fields(R"("")") == "[]");
  CHECK(fields("") == "EOF");
  CHECK(fields(R"(a"b)") == R"(parse error on line 1, column 2: bare " in non-quoted-field)");
  CHECK(fields(R"("a"b)") ==
        R"(parse error on line 1, column 3: extraneous or missing " in quoted-field)");
  CHECK(fields(R"("a)") ==
        R"(parse error on line 1, column 3: extraneous or missing " in quoted-field)");
}

TEST_CASE("durations", "[commands]") {
  for (const test::Row& row : test::ReadTable("durations.table")) {
    INFO("durations.table:" << row.line << ": " << row.in);
    const syntax::ParsedNumber number = syntax::ParseDuration(row.in);
    CHECK((number.error.empty() ? std::to_string(number.value) : "error: " + number.error) ==
          row.want);
  }
}

TEST_CASE("numbers of 32 bits", "[commands]") {
  CHECK(syntax::ParseInt32("-2147483648").value == -2147483648LL);
  CHECK(syntax::ParseInt32("+2147483647").value == 2147483647);
  CHECK(syntax::ParseInt32("007").value == 7);
  const auto error = [](const char* text) { return syntax::ParseInt32(text).error; };
  CHECK(error("") == R"(strconv.ParseInt: parsing "": invalid syntax)");
  CHECK(error("1.0") == R"(strconv.ParseInt: parsing "1.0": invalid syntax)");
  CHECK(error("99999999999999999999") ==
        R"(strconv.ParseInt: parsing "99999999999999999999": value out of range)");
  CHECK(error("-2147483649") == R"(strconv.ParseInt: parsing "-2147483649": value out of range)");
}

TEST_CASE("COPY: sources, heredocs, destination, flags", "[commands]") {
  const Dockerfile file = Read(
      "FROM a\n"
      "COPY --from=b --link --parents=false --exclude=*.md --exclude=x c <<D e/ /f/\nhi\nD\n"
      "ADD --link=false [\"a b\", \"/c\"]\n"
      "COPY << EOF /a\nx\nEOF\n");
  REQUIRE(file.diagnostics.empty());
  const CopyCommand copy = AsCopy(file.instructions[1]);
  REQUIRE(copy.sources.size() == 2);
  CHECK(copy.sources[0].text == "c");
  CHECK(copy.sources[1].text == "e/");
  REQUIRE(copy.inline_files.size() == 1);
  CHECK(copy.inline_files[0].content == "hi\n");
  CHECK(copy.destination.text == "/f/");
  CHECK(copy.from->value == "b");
  CHECK(copy.link);
  CHECK_FALSE(copy.parents);
  CHECK(copy.excludes == std::vector<std::string_view>{"*.md", "x"});

  const CopyCommand add = AsCopy(file.instructions[2]);
  CHECK(add.sources.front().text == "a b");
  CHECK_FALSE(add.link);
  CHECK(add.from == nullptr);

  // With a blank behind << the heredoc is read, but BuildKit takes its words for paths.
  const CopyCommand blank = AsCopy(file.instructions[3]);
  CHECK(blank.inline_files.empty());
  CHECK(blank.sources.size() == 2);
  CHECK(file.instructions[3].heredocs.size() == 1);
}

TEST_CASE("RUN: forms, mounts, scripts in heredocs", "[commands]") {
  const Dockerfile file = Read(
      "FROM a\n"
      "RUN --mount=type=cache,target=/c --mount=type=secret,id=s go  build\n"
      "RUN [\"go\", \"build\"]\n"
      "RUN <<A\nx\nA\n"
      "RUN << A\nx\nA\n"
      "RUN <<A sh\nx\nA\n"
      "RUN <<A <<B\nx\nA\ny\nB\n"
      "HEALTHCHECK CMD [\"x\", \"y\"]\n");
  REQUIRE(file.diagnostics.empty());
  const RunCommand shell = AsRun(file.instructions[1]);
  CHECK_FALSE(shell.exec);
  CHECK(shell.script.text == "go  build");
  REQUIRE(shell.mounts.size() == 2);
  CHECK(shell.mounts[0].target == "/c");
  CHECK(shell.mounts[1].type == MountType::kSecret);
  CHECK(shell.mounts[1].flag == &file.instructions[1].flags[1]);
  CHECK(shell.heredoc_script() == nullptr);

  const RunCommand exec = AsRun(file.instructions[2]);
  CHECK(exec.exec);
  CHECK(exec.argv == std::vector<std::string_view>{"go", "build"});

  for (const std::size_t script : {3U, 4U}) {
    const RunCommand run = AsRun(file.instructions[script]);
    REQUIRE(run.heredoc_script() != nullptr);
    CHECK(run.heredoc_script()->content == "x\n");
  }
  CHECK(AsRun(file.instructions[5]).heredoc_script() == nullptr);
  CHECK(AsRun(file.instructions[6]).heredoc_script() == nullptr);
  CHECK(AsRun(file.instructions[7]).argv == std::vector<std::string_view>{"x", "y"});
}

TEST_CASE("ENV, LABEL and ARG as pairs", "[commands]") {
  const Dockerfile file = Read("ARG A B= C=\"1 2\"\nFROM a\nENV K v w\nENV X=1 Y='2 3'\n");
  REQUIRE(file.diagnostics.empty());
  const std::vector<KeyValue> args = AsPairs(file.instructions[0]);
  REQUIRE(args.size() == 3);
  CHECK_FALSE(args[0].value.has_value());
  CHECK(args[1].value->text.empty());
  CHECK(args[2].key.text == "C");
  CHECK(args[2].value->text == "\"1 2\"");
  const std::vector<KeyValue> old = AsPairs(file.instructions[2]);
  REQUIRE(old.size() == 1);
  CHECK(old[0].old_form);
  CHECK(old[0].value->text == "v w");
  const std::vector<KeyValue> pairs = AsPairs(file.instructions[3]);
  REQUIRE(pairs.size() == 2);
  CHECK_FALSE(pairs[0].old_form);
  CHECK(pairs[1].key.text == "Y");
  CHECK(pairs[1].value->text == "'2 3'");
}

TEST_CASE("FROM: base, name, platform", "[commands]") {
  const Dockerfile file = Read("FROM --platform=linux/$X a:$B aS Name\n");
  const FromCommand from = AsFrom(file.instructions[0]);
  CHECK(from.base.text == "a:$B");
  CHECK(from.name.text == "Name");
  CHECK(from.platform->value == "linux/$X");
}

TEST_CASE("readings of broken instructions give what is there", "[commands]") {
  const Dockerfile file = Read("FROM\nCOPY\nCOPY a\nRUN\nENV\nARG\nFROM a b\nCOPY --from a b\n");
  for (const Instruction& instruction : file.instructions) {
    AsFrom(instruction);
    AsRun(instruction);
    AsPairs(instruction);
  }
  CHECK(AsCopy(file.instructions[1]).sources.empty());
  CHECK(AsCopy(file.instructions[2]).destination.text == "a");
  CHECK(AsFrom(file.instructions[6]).base.text == "a");
}

TEST_CASE("the vocabulary is in order", "[commands]") {
  for (const InstructionInfo& info : AllInstructions()) {
    CHECK(FindKeyword(info.keyword) == info.id);
    CHECK(KeywordName(info.id) == info.keyword);
  }
  CHECK(FindKeyword("cOpY") == Keyword::kCopy);
  CHECK(FindKeyword("") == Keyword::kUnknown);
  CHECK(FindKeyword("RUNS") == Keyword::kUnknown);
  CHECK(FindKeyword("\xE2\x84\xAA") == Keyword::kUnknown);
  // The Kelvin sign is a k in lower case, and BuildKit lowers keywords.
  CHECK(FindKeyword("WOR\xE2\x84\xAA"
                    "DIR") == Keyword::kWorkdir);
  CHECK(FindFlagInfo(Keyword::kCopy, "from") != nullptr);
  CHECK(FindFlagInfo(Keyword::kAdd, "from") == nullptr);
}

}  // namespace
}  // namespace cacheplan
