// .dockerignore: how it is read, and what its patterns match.
#include "cacheplan/context.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "support/cases.h"
#include "support/catch.h"
#include "support/cpu_time.h"

namespace cacheplan {
namespace {

std::string Show(const IgnoreFile& file) {
  std::string out;
  for (const IgnorePattern& pattern : file.patterns()) {
    out += fmt::format("{}{}:{}{}", out.empty() ? "" : ", ", pattern.line,
                       pattern.exclude ? "!" : "", pattern.text);
    out += pattern.error.empty() ? "" : "=" + pattern.error;
  }
  return out.empty() ? "none" : out;
}

TEST_CASE("an ignore file is read as Docker reads it", "[context]") {
  for (const test::Row& row : test::ReadTable("dockerignore.table")) {
    INFO("dockerignore.table:" << row.line << ": " << row.in);
    CHECK(Show(IgnoreFile::Parse(row.in)) == row.want);
  }
}

TEST_CASE("patterns match as Docker's do", "[context]") {
  for (const test::Row& row : test::ReadTable("ignore_match.table")) {
    INFO("ignore_match.table:" << row.line << ": " << row.in);
    const std::size_t blank = row.in.rfind(' ');
    const std::string pattern = row.in.substr(0, blank);
    const std::string path = row.in.substr(blank + 1);
    const IgnoreFile file = IgnoreFile::Parse(pattern);
    REQUIRE(file.patterns().size() == 1);
    CHECK(file.patterns()[0].error.empty());
    const std::string got = IgnorePatternMatches(pattern, path) ? "whole"
                            : file.Matches(path)                ? "below"
                                                                : "no";
    CHECK(got == row.want);
  }
}

TEST_CASE("a whole file's patterns: the last that matches decides", "[context]") {
  const IgnoreFile file =
      IgnoreFile::Parse("# all but sources\n*\n!src\nsrc/*.log\n!src/keep.log\n");
  CHECK(file.has_exclusions());
  CHECK(file.Matches("README"));
  CHECK(file.Matches("docs/a"));
  CHECK_FALSE(file.Matches("src"));
  CHECK_FALSE(file.Matches("src/a.c"));
  CHECK(file.Matches("src/a.log"));
  CHECK_FALSE(file.Matches("src/keep.log"));
  CHECK_FALSE(file.Matches("src/deep/a.log"));
  REQUIRE(file.Decider("src/keep.log") != nullptr);
  CHECK(file.Decider("src/keep.log")->line == 5);
  CHECK(file.Decider("src/a.log")->line == 4);
  CHECK(file.Decider("README")->line == 2);
  CHECK(file.MatchesBy(0, "src/a.c"));
  CHECK_FALSE(file.MatchesBy(2, "src/a.c"));
}

TEST_CASE("nothing is ignored without a file, or by an empty one", "[context]") {
  CHECK_FALSE(IgnoreFile().Matches("a"));
  CHECK(IgnoreFile().Decider("a") == nullptr);
  CHECK_FALSE(IgnoreFile::Parse("").Matches("a"));
  CHECK_FALSE(IgnoreFile::Parse("\n \n#a\n").Matches("a"));
}

TEST_CASE("order decides between a pattern and its opposite", "[context]") {
  CHECK_FALSE(IgnoreFile::Parse("*.md\n!README.md").Matches("README.md"));
  CHECK(IgnoreFile::Parse("!README.md\n*.md").Matches("README.md"));
  // A folder comes back with all that is in it, also where only its content was left out.
  CHECK_FALSE(IgnoreFile::Parse("docs/*\n!docs").Matches("docs/a"));
  CHECK_FALSE(IgnoreFile::Parse("docs\n!docs/a").Matches("docs/a"));
}

TEST_CASE("a bad pattern matches nothing, and the others still do", "[context]") {
  const IgnoreFile file = IgnoreFile::Parse("[\na\n");
  CHECK(file.Matches("a"));
  CHECK_FALSE(file.Matches("["));
}

TEST_CASE("a line that is too long for Docker ends the reading", "[context]") {
  const std::string fits(65535, 'a');
  CHECK(IgnoreFile::Parse(fits + "\nb").Matches("b"));
  const IgnoreFile file = IgnoreFile::Parse("c\n" + fits + "a\nb");
  REQUIRE(file.patterns().size() == 2);
  CHECK(file.patterns()[1].error == "bufio.Scanner: token too long");
  CHECK(file.patterns()[1].line == 2);
  CHECK(file.Matches("c"));
  CHECK_FALSE(file.Matches("b"));
}

TEST_CASE("bytes that are no UTF-8, and newlines in names", "[context]") {
  CHECK(IgnorePatternMatches("a?", "a\xFF"));
  CHECK(IgnorePatternMatches("\xFF", "\xFF"));
  CHECK_FALSE(IgnorePatternMatches("\xFF", "\xFE"));
  CHECK(IgnorePatternMatches("*\xFF", "a\xFE"));  // Go reads both as U+FFFD
  CHECK(IgnorePatternMatches("a*", "a\nb"));
  CHECK_FALSE(IgnorePatternMatches("**/*.c", "a\nb/x.c"));  // `**` is `.*`, and stays on its line
}

TEST_CASE("many paths and many patterns", "[context][scale]") {
  std::string text;
  for (int i = 0; i < 50; ++i) {
    text += fmt::format("**/*.ext{0}\nbuild{0}/\n**/cache{0}\nsrc/*/gen{0}*.c\n", i);
  }
  const IgnoreFile file = IgnoreFile::Parse(text);
  REQUIRE(file.patterns().size() == 200);
  std::vector<std::string> paths;
  paths.reserve(100000);
  for (int i = 0; i < 100000; ++i) {
    paths.push_back(fmt::format("services/team{}/src/module{}/file_{}.cpp", i % 10, i % 100, i));
  }
  const CpuTime time;
  std::size_t ignored = 0;
  for (const std::string& path : paths) {
    ignored += file.Matches(path) ? 1 : 0;
  }
  CHECK(ignored == 0);
  // A third of a second; a regular expression a path and pattern would take minutes.
  CHECK(time.seconds() < 20);
}

TEST_CASE("stars do not multiply", "[context][scale]") {
  const std::string stars = "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b";
  const std::string dirs = "**/a*a*a/**/a*a*a/**/a*a*a/**/b";
  std::string deep;
  for (int i = 0; i < 300; ++i) {
    deep += "aaaaaaaaa/";
  }
  CHECK_FALSE(IgnorePatternMatches(stars, std::string(20000, 'a')));
  CHECK_FALSE(IgnorePatternMatches(dirs, deep + "c"));
  CHECK(IgnorePatternMatches(dirs, deep + "b"));
}

}  // namespace
}  // namespace cacheplan
