// The documentation is true: generated pages are those of this program, links lead somewhere, and
// examples print what they show. Examples are `console` blocks; their commands run in the folder of
// testdata/cases/seed-go. CACHEPLAN_UPDATE_GOLDEN=1 writes their output anew.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "cacheplan/script.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/program.h"

namespace cacheplan::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> Pages() {
  std::vector<std::string> pages;
  for (const std::string& path : FilesBelow({"README.md", "docs", "grammar", "tests"})) {
    if (path.size() > 3 && path.compare(path.size() - 3, 3, ".md") == 0) {
      pages.push_back(path);
    }
  }
  return pages;
}

TEST_CASE("the generated pages are those of this program") {
  const Ran ran = RunMain({"docs", "--check", SourcePath("")});
  INFO(ran.err);
  CHECK(ran.status == 0);
}

TEST_CASE("docs --check names the page and the command that mends it") {
  const TempFolder folder;
  for (const char* name : {"docs", "grammar"}) {
    fs::copy(SourcePath(name), folder.path() + "/" + name, fs::copy_options::recursive);
  }
  REQUIRE(RunMain({"docs", "--check", folder.path()}).status == 0);
  folder.Write("docs/reference/layers.md", "# Layers\n");
  fs::remove(folder.path() + "/docs/reference/plans.md");
  const Ran check = RunMain({"docs", "--check", folder.path()});
  CHECK(check.status == 1);
  CHECK(check.err ==
        "cacheplan: docs/reference/plans.md: is out of date; run 'cacheplan docs --write'\n"
        "cacheplan: docs/reference/layers.md: is out of date; run 'cacheplan docs --write'\n");
  CHECK(RunMain({"docs", "--write", folder.path()}).status == 0);
  CHECK(RunMain({"docs", "--check", folder.path()}).status == 0);
}

/// The anchor that a forge gives a heading.
std::string Anchor(const std::string& heading) {
  std::string anchor;
  for (const char c : heading.substr(heading.find_first_not_of("# "))) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || byte >= 0x80) {
      anchor += static_cast<char>(std::tolower(byte));
    } else if (c == ' ') {
      anchor += '-';
    }
  }
  return anchor;
}

std::set<std::string> Anchors(const std::string& path) {
  std::set<std::string> anchors;
  for (const std::string& line : LinesOf(ReadFile(path))) {
    if (!line.empty() && line.front() == '#') {
      anchors.insert(Anchor(line));
    }
  }
  return anchors;
}

TEST_CASE("links lead to files and headings that are there") {
  const std::regex link(R"(\]\(([^)\s]+)\))");
  for (const std::string& page : Pages()) {
    const std::string text = ReadFile(SourcePath(page));
    for (std::sregex_iterator it(text.begin(), text.end(), link), end; it != end; ++it) {
      const std::string target = (*it)[1];
      if (target.find("://") != std::string::npos) {
        continue;
      }
      INFO(page << ": " << target);
      const std::size_t hash = target.find('#');
      const fs::path file = hash == 0
                                ? fs::path(SourcePath(page))
                                : fs::path(SourcePath(page)).parent_path() / target.substr(0, hash);
      REQUIRE(fs::exists(file));
      if (hash != std::string::npos) {
        CHECK(Anchors(file.string()).count(target.substr(hash + 1)) == 1);
      }
    }
  }
}

TEST_CASE("files that the documentation speaks of are there") {
  const std::regex path("`((?:src|include|grammar|tests|testdata|docs|cmake)/[A-Za-z0-9_./-]+)`");
  for (const std::string& page : Pages()) {
    const std::string text = ReadFile(SourcePath(page));
    for (std::sregex_iterator it(text.begin(), text.end(), path), end; it != end; ++it) {
      INFO(page << ": " << (*it)[1]);
      CHECK(fs::exists(SourcePath((*it)[1])));
    }
  }
}

/// What a line of an example prints, both streams, as a terminal shows it.
std::string Output(const std::string& line) {
  Arena arena;
  const Script script = ParseScript(line, arena);
  REQUIRE(script.commands.size() == 1);
  std::vector<std::string> words;
  for (const ScriptWord& word : script.commands[0].words) {
    words.emplace_back(word.text);
  }
  REQUIRE(words.front() == "cacheplan");
  words.erase(words.begin());
  const Ran ran = RunMain(words);
  return ran.out + ran.err;
}

/// The page with the output of its examples as it is now.
std::string WithOutputs(const std::string& text) {
  const TempFolder folder;
  fs::copy(SourcePath("testdata/cases/seed-go/Dockerfile"), folder.path() + "/Dockerfile");
  const InFolder here(folder.path());
  std::string out;
  bool example = false;
  for (const std::string& line : LinesOf(text)) {
    if (line == "```console") {
      example = true;
    } else if (line == "```") {
      example = false;
    }
    const bool command = example && line.compare(0, 2, "$ ") == 0;
    if (!example || command || line == "```console") {
      out += line + "\n";
    }
    if (command) {
      out += Output(line.substr(2));
    }
  }
  return out;
}

TEST_CASE("examples print what they show") {
  int examples = 0;
  for (const std::string& page : Pages()) {
    const std::string text = ReadFile(SourcePath(page));
    if (text.find("\n```console\n") != std::string::npos) {
      ++examples;
      CheckGolden(SourcePath(page), WithOutputs(text));
    }
  }
  CHECK(examples > 0);
}

TEST_CASE("the page of package tables names every key that the loader reads, and no other") {
  const std::string loader = ReadFile(SourcePath("src/knowledge/load.cpp"));
  const std::string page = ReadFile(SourcePath("docs/packages.md"));
  std::set<std::string> read;
  const std::regex asked(R"re(object\.(?:Text|NeedText|List|Flag|Find)\("([a-z_]+)"\))re");
  for (std::sregex_iterator it(loader.begin(), loader.end(), asked), end; it != end; ++it) {
    read.insert((*it)[1]);
  }
  REQUIRE(read.size() > 20);
  std::set<std::string> named;
  const std::size_t last_table = page.find("| `is` | the command |");
  const std::regex row(R"(\n\|([^|]*)\|)");
  const std::regex key("`([a-z_]+)`");
  const std::string tables = page.substr(0, last_table);
  for (std::sregex_iterator it(tables.begin(), tables.end(), row), end; it != end; ++it) {
    const std::string cell = (*it)[1];
    for (std::sregex_iterator k(cell.begin(), cell.end(), key), none; k != none; ++k) {
      named.insert((*k)[1]);
    }
  }
  CHECK(read == named);
}

TEST_CASE("the table shown on the page of package tables works, and reads its own examples so") {
  const std::string page = ReadFile(SourcePath("docs/packages.md"));
  const std::size_t begin = page.find("```json\n") + 8;
  const TempFolder folder;
  folder.Write("zap.json", page.substr(begin, page.find("```", begin) - begin));
  folder.Write("Dockerfile",
               "FROM alpine\nCOPY zap.toml zap.lock ./\nRUN zap -C app get\nRUN zap get thunder\n"
               "RUN zap version\n");
  const InFolder here(folder.path());
  const Ran ran = RunMain({"deps", "--packages", "zap.json"});
  INFO(ran.out << ran.err);
  CHECK(ran.status == 0);
  CHECK(ran.out.find("line 3: zap project, download only, manifests first") != std::string::npos);
  CHECK(ran.out.find("line 4: zap tool") != std::string::npos);
  CHECK(ran.out.find("line 5") == std::string::npos);
}

}  // namespace
}  // namespace cacheplan::test
