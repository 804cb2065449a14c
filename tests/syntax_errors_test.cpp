// What the parser refuses: message, line, place, order; and what only looks wrong.
#include <memory>
#include <string>

#include "cacheplan/syntax.h"

#include "support/cases.h"
#include "support/catch.h"

namespace cacheplan {
namespace {

Dockerfile Read(const std::string& text) {
  return Parse(std::make_shared<const Source>("Dockerfile", text));
}

/// As errors.table writes it.
std::string Told(const Dockerfile& file) {
  std::string out;
  for (const Diagnostic& diagnostic : file.diagnostics) {
    const Position place = file.source->At(diagnostic.span.begin);
    out += out.empty() ? "" : "; ";
    out += std::to_string(diagnostic.line);
    if (diagnostic.line == place.line || diagnostic.line == 0) {
      out += ":" + std::to_string(place.column);
    } else {
      out += "(" + std::to_string(place.line) + ":" + std::to_string(place.column) + ")";
    }
    out += " " + diagnostic.message;
  }
  return out;
}

TEST_CASE("every error, with its place", "[syntax]") {
  for (const test::Row& row : test::ReadTable("errors.table")) {
    INFO("errors.table:" << row.line << ": " << row.in);
    const bool alone = row.in.rfind('^', 0) == 0;
    const Dockerfile file = Read(alone ? row.in.substr(1) : "FROM a\n" + row.in);
    CHECK(Told(file) == row.want);
    CHECK(file.rejected() == !row.want.empty());
    for (const Diagnostic& diagnostic : file.diagnostics) {
      CHECK(diagnostic.span.begin <= diagnostic.span.end);
      CHECK(diagnostic.span.end <= file.source->text().size());
      CHECK(Info(diagnostic.diag).severity == Severity::kError);
    }
  }
}

TEST_CASE("an error shows the place and says what to do", "[syntax]") {
  const Dockerfile file = Read("FROM a\nRUN --mout=type=cache go build\n");
  REQUIRE(file.diagnostics.size() == 1);
  CHECK(FormatDiagnostic(*file.source, file.diagnostics[0]) ==
        "Dockerfile:2:5: error: unknown flag: --mout (did you mean mount?) [CP006 bad-flag]\n"
        "    2 | RUN --mout=type=cache go build\n"
        "      |     ^~~~~~~~~~~~~~~~~\n"
        "      = RUN takes --device, --mount, --network, --security\n");
}

TEST_CASE("SHELL with a Windows path whose back-slashes are not escaped", "[syntax]") {
  const Dockerfile file = Read("FROM a\nSHELL [\"C:\\dir\\x.exe\"]\n");
  REQUIRE(file.diagnostics.size() == 1);
  CHECK(file.diagnostics[0].message ==
        "SHELL requires the arguments to be in JSON form. It looks like '[\"c:\\dir\\x.exe\"]' "
        "includes a file path without an escaped back-slash. JSON requires back-slashes to be "
        "escaped such as [\"c:\\\\path\\\\to\\\\file.exe\", \"/parameter\"]");
}

TEST_CASE("a flag's escapes follow the escape directive", "[syntax]") {
  const Dockerfile backtick = Read("# escape=`\nFROM a\nCOPY --from=a\\b --chown=c`\\d x y\n");
  REQUIRE(backtick.diagnostics.empty());
  CHECK(backtick.instructions[1].flags[0].value == "a\\b");
  CHECK(backtick.instructions[1].flags[1].value == "c\\d");
  const Dockerfile backslash = Read("FROM a\nCOPY --from=a\\b --chown=\"c\\ `d\" x y\n");
  CHECK(backslash.instructions[1].flags[0].value == "ab");
  CHECK(backslash.instructions[1].flags[1].value == "c `d");
}

const std::string kLongest(65535, 'x');

TEST_CASE("a line of 65,535 bytes is read, one of 65,536 is not", "[syntax]") {
  const std::string limit = "#" + kLongest.substr(1);
  for (const char* end : {"", "\n", "\nRUN x\n"}) {
    INFO(end);
    CHECK_FALSE(Read("FROM a\n" + limit + end).rejected());
    const Dockerfile file = Read("FROM a\n" + limit + "x" + end);
    CHECK(Told(file) == "1(2:1) dockerfile line greater than max allowed size of 65535");
    CHECK(file.parser_rejects);
  }
  // The carriage return counts.
  CHECK_FALSE(Read("FROM a\n" + limit.substr(1) + "\r\n").parser_rejects);
  CHECK(Read("FROM a\n" + limit + "\r\n").parser_rejects);
}

TEST_CASE("what was read before a line that is too long is reported first", "[syntax]") {
  const std::string message = "dockerfile line greater than max allowed size of 65535";
  // Nothing was read.
  CHECK(Told(Read("#\n" + kLongest + "x\nFROM a\n"))
            .rfind("1(2:1) file with no instructions; 1(2:1) " + message, 0) == 0);
  // In the middle of an instruction: the instruction's own errors stand first.
  CHECK(Told(Read("FROM a\nENV A\nRUN [1, \\\n2]\n" + kLongest + "x\n")) ==
        "2:5 ENV must have two arguments; 3:5 when using "
        "JSON array syntax, arrays must be comprised of strings only; 4(5:1) " +
            message + "; 5:1 unknown instruction: " + kLongest + "x");
  // In a heredoc: for BuildKit it never ends.
  const Dockerfile heredoc = Read("FROM a\nRUN <<E\n" + kLongest + "x\nE\nRUN --x a\n");
  CHECK(Told(heredoc) == "2:1 unterminated heredoc; 2(3:1) " + message + "; 5:5 unknown flag: --x");
  CHECK(heredoc.instructions[1].heredocs[0].content.size() == kLongest.size() + 2);
  // Only the first such line is one.
  CHECK(Read("FROM a\n#" + kLongest + "\n#" + kLongest + "\n").diagnostics.size() == 1);
}

TEST_CASE("ONBUILD has a bound, and all of a deep one is kept", "[syntax]") {
  std::string deep = "FROM a\n";
  for (int i = 0; i < 2000; ++i) {
    deep += "ONBUILD ";
  }
  const Dockerfile file = Read(deep + "RUN x\n");
  REQUIRE(!file.diagnostics.empty());
  CHECK(file.diagnostics[0].diag == Diag::kTooDeep);
  std::string joined;
  for (const Token& token : Tokenize(file)) {
    joined += file.source->Slice(token.span);
  }
  CHECK(joined == file.source->text());
  CHECK(DumpSexp(file).rfind("(from \"a\")\n(onbuild (onbuild (", 0) == 0);
}

TEST_CASE("JSON nested without end is no array of strings, and ends no program", "[syntax]") {
  const std::string open(200000, '[');
  const std::string close(200000, ']');
  CHECK_FALSE(Read("FROM a\nRUN " + open.substr(0, 20000) + "\n").rejected());
  CHECK_FALSE(
      Read("FROM a\nRUN " + open.substr(0, 20000) + close.substr(0, 20000) + "\n").rejected());
  CHECK(Read("FROM a\nRUN " + open.substr(0, 9000) + close.substr(0, 9000) + "\n").rejected());
}

}  // namespace
}  // namespace cacheplan
