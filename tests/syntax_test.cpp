// How BuildKit's lines become instructions: continuations, comments, blanks, forms, heredocs.
#include "cacheplan/syntax.h"

#include <memory>
#include <string>

#include "support/catch.h"

namespace cacheplan {
namespace {

Dockerfile Read(const std::string& text) {
  return Parse(std::make_shared<const Source>("Dockerfile", text));
}

/// BuildKit's dump of what follows FROM.
std::string Dump(const std::string& text) {
  const Dockerfile file = Read("FROM a\n" + text);
  const std::string all = DumpSexp(file);
  const std::string from = "(from \"a\")";
  return all.rfind(from, 0) != 0 ? all : all.substr(std::min(all.size(), from.size() + 1));
}

TEST_CASE("continued lines are joined", "[syntax]") {
  CHECK(Dump("RUN a \\\n b") == R"((run "a  b"))");
  CHECK(Dump("RUN a\\\nb") == R"((run "ab"))");
  CHECK(Dump("RUN a \\ \t\nb") == R"((run "a b"))");
  CHECK(Dump("RUN a \\\r\nb\r\n") == R"((run "a b"))");
  CHECK(Dump("RU\\\nN a") == R"((run "a"))");
  CHECK(Dump("RUN \\\n\\\n\\\na") == R"((run "a"))");
  CHECK(Dump("\\\nRUN a") == R"((run "a"))");
  CHECK(Dump("RUN a \\") == R"((run "a"))");
  CHECK(Dump("RUN a \\\n") == R"((run "a"))");
  // Leading blanks of a continuation stay.
  CHECK(Dump("RUN a \\\n\t\tb") == "(run \"a \\t\\tb\")");
}

TEST_CASE("an escape character before the escape character ends the line", "[syntax]") {
  CHECK(Dump("RUN a \\\\\nRUN b") == "(run \"a \\\\\\\\\")\n(run \"b\")");
  CHECK(Dump("RUN a \\\\\\\nRUN b") == "(run \"a \\\\\\\\\\\\\")\n(run \"b\")");
  CHECK(Dump("RUN a \\ \\\nb") == R"((run "a \\ b"))");
  CHECK(Dump("RUN a \\x\nRUN b") == "(run \"a \\\\x\")\n(run \"b\")");
  // A no-break space is no blank here.
  CHECK(Dump("RUN a \\\xC2\xA0\nRUN b") == "(run \"a \\\\\")\n(run \"b\")");
}

TEST_CASE("comments and blank lines inside an instruction are dropped", "[syntax]") {
  CHECK(Dump("RUN a \\\n# c\n  # d\n b") == R"((run "a  b"))");
  CHECK(Dump("RUN a \\\n# c \\\n b") == R"((run "a  b"))");
  CHECK(Dump("RUN a \\\n\n  \n b") == R"((run "a  b"))");
  CHECK(Dump("RUN a \\\n# c") == R"((run "a"))");
  CHECK(Dump("RUN a \\\n\xC2\xA0# c\n b") == R"((run "a  b"))");
  CHECK(Dump("RUN a # b") == R"((run "a # b"))");
  CHECK(Dump("RUN a \\\n b # c \\\n d") == R"((run "a  b # c  d"))");
  CHECK(Dump("# c \\\nRUN a") == R"((run "a"))");
  const Dockerfile file = Read("FROM a\nRUN a \\\n\n b\nRUN c \\\n# x\n d\n");
  CHECK(file.instructions[1].empty_continuation);
  CHECK_FALSE(file.instructions[2].empty_continuation);
  CHECK(file.instructions[1].start_line == 2);
  CHECK(file.instructions[1].end_line == 4);
}

TEST_CASE("the other escape character", "[syntax]") {
  CHECK(DumpSexp(Read("# escape=`\nFROM a\nRUN a `\n b\\\nRUN C:\\\n")) ==
        "(from \"a\")\n(run \"a  b\\\\\")\n(run \"C:\\\\\")");
  CHECK(DumpSexp(Read("#escape = ` \nFROM a\nRUN a `\nb")) == "(from \"a\")\n(run \"a b\")");
  CHECK(DumpSexp(Read("# ESCAPE=`\nFROM a\nRUN a `\nb")) == "(from \"a\")\n(run \"a b\")");
  // Too late, or no directive: the back-slash stays.
  for (const char* head :
       {"\n# escape=`\n", "# c\n# escape=`\n", "FROM b\n# escape=`\n", "#\n# escape=`\n",
        "# x=y\n# escape=`\n", "# e scape=`\n", "// escape=`\n"}) {
    INFO(head);
    CHECK(Read(std::string(head) + "FROM a\nRUN a \\\nb").escape == '\\');
  }
  CHECK(Read("\xEF\xBB\xBF# escape=`\nFROM a").escape == '`');
  CHECK(Read("# syntax=x\n# check=skip=all\n# escape=`\nFROM a").escape == '`');
}

TEST_CASE("directives", "[syntax]") {
  const Dockerfile file =
      Read("# syntax = docker/dockerfile:1 \r\n#CHECK=skip=a;b\r\n# c\r\nFROM a");
  REQUIRE(file.directives.size() == 2);
  CHECK(file.directives[0].name == "syntax");
  CHECK(file.directives[0].value == "docker/dockerfile:1");
  CHECK(file.source->Slice(file.directives[0].span) == "# syntax = docker/dockerfile:1 ");
  CHECK(file.directives[1].name == "check");
  CHECK(file.directives[1].value == "skip=a;b");
  // A directive is no comment of the instruction below.
  REQUIRE(file.instructions[0].comments.size() == 1);
  CHECK(file.instructions[0].comments[0] == "c");
}

TEST_CASE("comments belong to the instruction below, up to an empty one", "[syntax]") {
  const Dockerfile file = Read("# a\n#b\n\n# c\nFROM x\n#  d\n#\n# e\nRUN y\nRUN z");
  using Comments = std::vector<std::string_view>;
  const auto comments = [&](std::size_t i) {
    return Comments(file.instructions[i].comments.begin(), file.instructions[i].comments.end());
  };
  CHECK(comments(0) == Comments{"a", "b", "c"});
  CHECK(comments(1) == Comments{"e"});
  CHECK(comments(2).empty());
}

TEST_CASE("blanks that separate and blanks that do not", "[syntax]") {
  CHECK(Dump("RUN\ta\vb") == "(run \"a\\vb\")");
  CHECK(Dump("RUN\fa") == R"((run "a"))");
  CHECK(Dump("  RUN  a  ") == R"((run "a"))");
  CHECK(Dump("\xC2\xA0RUN a") == R"((run "a"))");
  CHECK(Dump("\xE3\x80\x80RUN a\xE3\x80\x80") == R"((run "a"))");
  CHECK(Dump("COPY a \t b") == R"((copy "a" "b"))");
  CHECK(Dump("COPY a\xC2\xA0"
             "b c") == "(copy \"a\\u00a0b\" \"c\")");
  CHECK(Dump("EXPOSE 80  90") == R"((expose "80" "90"))");
  CHECK(Dump("ENV a=1\xC2\xA0"
             "b=2") == R"((env "a" "1" "=" "b" "2" "="))");
}

TEST_CASE("line ends and odd bytes", "[syntax]") {
  CHECK(Dump("RUN a\r\nRUN b\r\n") == "(run \"a\")\n(run \"b\")");
  CHECK(Dump("RUN a\r\r\nRUN b") == "(run \"a\")\n(run \"b\")");
  CHECK(Dump("RUN a\rRUN b") == "(run \"a\\rRUN b\")");
  CHECK(Dump(std::string("RUN a\0b", 7)) == "(run \"a\\x00b\")");
  CHECK(Dump("RUN a\xFF") == "(run \"a\\xff\")");
  CHECK(Dump("ENV a=\xFF") == "(env \"a\" \"\xEF\xBF\xBD\" \"=\")");
  CHECK(DumpSexp(Read("\xEF\xBB\xBF"
                      "FROM a\nRUN b")) == "(from \"a\")\n(run \"b\")");
  // Only the first line's mark is one.
  CHECK(Read("FROM a\n\xEF\xBB\xBFRUN b").rejected());
}

TEST_CASE("JSON and shell forms", "[syntax]") {
  CHECK(Dump(R"(RUN ["a", "b c"])") == R"((run "a" "b c"))");
  CHECK(Dump(R"(RUN  [ "a" , "b" ] )") == R"((run "a" "b"))");
  CHECK(Dump("RUN [\"a\", \\\n\"b\"]") == R"((run "a" "b"))");
  CHECK(Dump(R"(RUN [])") == "(run)");
  CHECK(Dump(R"(RUN ["a",])") == R"((run "[\"a\",]"))");
  CHECK(Dump(R"(RUN ['a'])") == R"((run "['a']"))");
  CHECK(Dump(R"(RUN ["a"] && b)") == R"((run "[\"a\"] && b"))");
  CHECK(Dump(R"(RUN [ -f a ])") == R"((run "[ -f a ]"))");
  CHECK(Dump(R"(RUN ["\"\\\/\b\f\n\r\t\u00e9\u20AC"])") ==
        "(run \"\\\"\\\\/\\b\\f\\n\\r\\t\xC3\xA9\xE2\x82\xAC\")");
  CHECK(Dump(R"(RUN ["\ud83d\ude00"])") == "(run \"\xF0\x9F\x98\x80\")");
  CHECK(Dump(R"(RUN ["\ud83d", "\ude00", "\ud83dx", "\ud83d\u0041"])") ==
        "(run \"\xEF\xBF\xBD\" \"\xEF\xBF\xBD\" \"\xEF\xBF\xBDx\" \"\xEF\xBF\xBD"
        "A\")");
  CHECK(Dump(R"(RUN ["\x"])") == R"((run "[\"\\x\"]"))");
  CHECK(Dump(R"(RUN ["\u12"])") == R"((run "[\"\\u12\"]"))");
  CHECK(Dump("RUN [\"a\tb\"]") == "(run \"[\\\"a\\tb\\\"]\")");
  CHECK(Dump("RUN [\"a\xFF\"]") == "(run \"a\xEF\xBF\xBD\")");
  CHECK(Dump(R"(COPY ["a b", "c"])") == R"((copy "a b" "c"))");
  CHECK(Dump(R"(COPY [a, b])") == R"((copy "[a," "b]"))");
  CHECK(Dump(R"(VOLUME ["/a", "/b"])") == R"((volume "/a" "/b"))");
  CHECK(Dump(R"(HEALTHCHECK CMD ["a"])") == R"((healthcheck "CMD" "a"))");
  CHECK(Dump(R"(EXPOSE ["80"])") == R"((expose "[\"80\"]"))");
  CHECK(Dump(R"(USER ["a"])") == R"((user "[\"a\"]"))");
  CHECK(Read(R"(RUN ["a"])").instructions[0].form == Form::kExec);
  CHECK(Read(R"(RUN ["a")").instructions[0].form == Form::kShell);
}

TEST_CASE("words of ENV, LABEL and ARG", "[syntax]") {
  CHECK(Dump("ENV a b  c ") == R"((env "a" "b  c" ""))");
  CHECK(Dump("ENV a=b c='d e' f=\"g h\"") ==
        R"((env "a" "b" "=" "c" "'d e'" "=" "f" "\"g h\"" "="))");
  CHECK(Dump(R"(ENV a=b\ c d=\")") == R"((env "a" "b\\ c" "=" "d" "\\\"" "="))");
  CHECK(Dump("ENV a= b==") == R"((env "a" "" "=" "b" "=" "="))");
  CHECK(Dump("ENV a=\"b c") == R"((env "a" "\"b c" "="))");
  CHECK(Dump("LABEL \"a b\"=c") == R"((label "\"a b\"" "c" "="))");
  CHECK(Dump("ARG a b=c d=\"e f\" ''") == R"((arg "a" "b=c" "d=\"e f\"" "''"))");
  CHECK(Dump("ARG a \\") == R"((arg "a"))");
}

TEST_CASE("flags", "[syntax]") {
  CHECK(Dump("COPY --from=a  --link b c") == R"((copy ["--from=a" "--link"] "b" "c"))");
  CHECK(Dump("RUN --mount=type=\"a b\" 'x'") == R"((run ["--mount=type=a b"] "'x'"))");
  CHECK(Dump(R"(RUN --a=b\ c d)") == R"((run ["--a=b c"] "d"))");
  CHECK(Dump("RUN -- --a") == R"((run "--a"))");
  CHECK(Dump("RUN a --b") == R"((run "a --b"))");
  CHECK(Dump("RUN --a") == R"((run ["--a"]))");
  CHECK(Dump("RUN --a=\"b c") == R"((run ["--a=b c"]))");
  CHECK(Dump("ONBUILD --a RUN --b c") == R"((onbuild ["--a"] (run ["--b"] "c")))");
  // BuildKit reads flags byte by byte and takes each for a character.
  CHECK(Dump("RUN --a=\xC3\xA9 b") == "(run [\"--a=\xC3\x83\xC2\xA9\"] \"b\")");
}

TEST_CASE("keywords in any case; unknown ones lose their arguments", "[syntax]") {
  CHECK(Dump("rUn a") == R"((run "a"))");
  CHECK(Dump("FOO bar") == R"((foo ""))");
  CHECK(Dump("FOO --a bar") == R"((foo ["--a"] ""))");
  CHECK(Dump("STOPSIGNAL a b") == R"((stopsignal "a b"))");
  CHECK(Dump("MAINTAINER a  b") == R"((maintainer "a  b"))");
  CHECK(Dump("WORKDIR a  b ") == R"((workdir "a  b"))");
  CHECK(Dump("ONBUILD COPY a b") == R"((onbuild (copy "a" "b")))");
  CHECK(Dump("ONBUILD FOO b") == R"((onbuild (foo "")))");
  CHECK(Dump("HEALTHCHECK NONE") == R"((healthcheck "NONE"))");
  CHECK(Dump("HEALTHCHECK --retries=1 CMD a  b") ==
        R"((healthcheck ["--retries=1"] "CMD" "a  b"))");
}

TEST_CASE("stages", "[syntax]") {
  const Dockerfile file =
      Read("ARG a\nFROM b AS C\nRUN x\nfrom --platform=p d\nRUN y\nRUN z\nFROM c as \xC3\x84\n");
  REQUIRE(file.stages.size() == 3);
  CHECK(file.stages[0].name == "c");
  CHECK(file.stages[0].base == "b");
  CHECK(file.stages[0].from == 1);
  CHECK(file.stages[0].end == 3);
  CHECK(file.stages[0].line == 2);
  CHECK(file.stages[1].platform == "p");
  CHECK(file.stages[1].end == 6);
  CHECK(file.stages[2].base == "c");
}

}  // namespace
}  // namespace cacheplan
