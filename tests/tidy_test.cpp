// The house rules that a compiler does not check: who includes whom, how long files are, that no
// file is forgotten by the build.
#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/cases.h"
#include "support/catch.h"

namespace cacheplan::test {
namespace {

struct Layer {
  std::string name;
  int rank;
  std::set<std::string> headers;
  std::set<std::string> third_party;
};

std::set<std::string> Words(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::set<std::string> words;
  for (std::string word; in >> word;) {
    words.insert(word);
  }
  return words;
}

const std::vector<Layer>& Layers() {
  struct Row {
    std::string_view headers;
    std::string_view third_party;
  };
  static const std::vector<Layer> layers = [] {
    std::vector<Layer> all;
#define LAYER(name_, rank_, ...) \
  all.push_back(                 \
      {#name_, rank_, Words(Row{__VA_ARGS__}.headers), Words(Row{__VA_ARGS__}.third_party)});
#include "grammar/layers.def"
#undef LAYER
    return all;
  }();
  return layers;
}

const Layer* ByName(const std::string& name) {
  for (const Layer& layer : Layers()) {
    if (layer.name == name) {
      return &layer;
    }
  }
  return nullptr;
}

const Layer* ByHeader(const std::string& header) {
  for (const Layer& layer : Layers()) {
    if (layer.headers.count(header) > 0) {
      return &layer;
    }
  }
  return nullptr;
}

/// "src/graph/scope.cpp" and "include/cacheplan/graph.h" belong to graph.
const Layer* LayerOf(const std::string& path) {
  const std::string in_src = "src/";
  const std::string in_include = "include/cacheplan/";
  if (path.compare(0, in_src.size(), in_src) == 0) {
    return ByName(path.substr(in_src.size(), path.find('/', in_src.size()) - in_src.size()));
  }
  return ByHeader(path.substr(in_include.size(), path.find('.') - in_include.size()));
}

bool EndsWith(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}
bool IsCode(const std::string& path) { return EndsWith(path, ".cpp") || EndsWith(path, ".h"); }

/// Headers of the operating system, for the layers that touch the world and for address syntax.
const std::map<std::string, std::set<std::string>> kSystemHeaders = {
    {"base", {"fcntl.h", "sys/stat.h", "unistd.h", "errno.h"}},
    {"run", {"signal.h", "unistd.h"}},
    {"graph", {"arpa/inet.h"}},
    {"cli", {"unistd.h"}},
};

bool MayInclude(const Layer& layer, const std::string& what) {
  if (what.find_first_of("./") == std::string::npos) {
    return true;  // the standard library
  }
  const auto system = kSystemHeaders.find(layer.name);
  if (system != kSystemHeaders.end() && system->second.count(what) > 0) {
    return true;
  }
  return layer.third_party.count(what.substr(0, what.find('/'))) > 0;
}

TEST_CASE("layers include lower ranks only, and libraries where they may") {
  const std::regex include(R"re(^\s*#\s*include\s+(["<])([^">]+)[">])re");
  for (const std::string& path : FilesBelow({"src", "include"})) {
    if (!IsCode(path)) {
      continue;
    }
    const Layer* layer = LayerOf(path);
    INFO(path << ": its layer is a row of grammar/layers.def (.headers for a public header)");
    REQUIRE(layer != nullptr);
    for (const std::string& line : LinesOf(ReadFile(SourcePath(path)))) {
      std::smatch match;
      if (!std::regex_search(line, match, include)) {
        continue;
      }
      const std::string what = match[2];
      INFO(path << ": #include " << what);
      if (match[1] == "<") {
        CHECK(MayInclude(*layer, what));
        continue;
      }
      if (what.compare(0, 8, "grammar/") == 0) {
        continue;  // tables have no layer
      }
      const Layer* other = what.compare(0, 10, "cacheplan/") == 0
                               ? LayerOf("include/" + what)
                               : (EndsWith(what, ".inc") ? layer : LayerOf(what));
      REQUIRE(other != nullptr);
      const bool own = other == layer;
      // Private headers are for their own layer; public ones for those above.
      CHECK((own || (other->rank < layer->rank && what.compare(0, 10, "cacheplan/") == 0)));
    }
  }
}

TEST_CASE("every layer has a folder and links what it includes") {
  for (const Layer& layer : Layers()) {
    const std::string file = SourcePath("src/" + layer.name + "/CMakeLists.txt");
    const std::string build = ReadFile(file);
    INFO(file);
    CHECK(build.find("cacheplan_layer(" + layer.name) != std::string::npos);
    for (const Layer& other : Layers()) {
      if (build.find("cacheplan_" + other.name + "\n") != std::string::npos ||
          build.find("cacheplan_" + other.name + " ") != std::string::npos ||
          build.find("cacheplan_" + other.name + ")") != std::string::npos) {
        INFO("links " << other.name);
        CHECK((other.rank < layer.rank || &other == &layer));
      }
    }
  }
}

TEST_CASE("every source file is part of the build") {
  std::map<std::string, std::string> builds;
  for (const std::string& path : FilesBelow({"src"})) {
    if (EndsWith(path, "CMakeLists.txt")) {
      builds[path.substr(0, path.rfind('/'))] = ReadFile(SourcePath(path));
    }
  }
  for (const std::string& path : FilesBelow({"src"})) {
    if (!EndsWith(path, ".cpp")) {
      continue;
    }
    const std::string layer = path.substr(0, path.find('/', 4));
    const std::string name = path.substr(layer.size() + 1);
    const std::string& build = builds[layer];
    const std::size_t slash = name.find('/');
    const std::string pattern = slash == std::string::npos ? "" : name.substr(0, slash + 1);
    INFO(path << " stands in " << layer << "/CMakeLists.txt, by name or by a pattern");
    const bool named = std::regex_search(
        build, std::regex("[ (]" + std::regex_replace(name, std::regex("[.]"), "[.]") + "[ )\n]"));
    CHECK((named || build.find(" " + pattern + "*.cpp") != std::string::npos));
  }
}

/// Files that may be longer than their kind, and why.
struct Exemption {
  std::string_view path;
  std::size_t lines;
  std::string_view why;
};
constexpr Exemption kExemptions[] = {
    {"src/base/unicode_tables.inc", 2000, "generated"},
};

std::size_t Limit(const std::string& path) {
  for (const Exemption& exemption : kExemptions) {
    if (path == exemption.path) {
      return exemption.lines;
    }
  }
  return EndsWith(path, ".h") ? 200 : 400;
}

TEST_CASE("files are short") {
  for (const std::string& path : FilesBelow({"src", "include", "tests"})) {
    if (IsCode(path) || EndsWith(path, ".inc") || EndsWith(path, ".py")) {
      INFO(path << ": cut it by theme, or say in tests/tidy_test.cpp why it may be longer");
      CHECK(LinesOf(ReadFile(SourcePath(path))).size() <= Limit(path));
    }
  }
  for (const Exemption& exemption : kExemptions) {
    INFO(exemption.path << " is exempt and does not need it, or is gone");
    CHECK(LinesOf(ReadFile(SourcePath(std::string(exemption.path)))).size() > 400);
  }
}

TEST_CASE("headers begin with what they are") {
  for (const std::string& path : FilesBelow({"src", "include", "tests/support"})) {
    if (EndsWith(path, ".h")) {
      const std::vector<std::string> lines = LinesOf(ReadFile(SourcePath(path)));
      INFO(path);
      REQUIRE(!lines.empty());
      CHECK(lines.front().compare(0, 3, "// ") == 0);
      CHECK(std::count(lines.begin(), lines.end(), "#pragma once") == 1);
    }
  }
}

TEST_CASE("nothing is left for later, and nothing names the machine it was made on") {
  // In two halves, so that this file does not hold what it looks for.
  const std::vector<std::string> forbidden = {std::string("TO") + "DO",
                                              std::string("FIX") + "ME",
                                              std::string("for") + " now",
                                              std::string("HA") + "CK",
                                              std::string("using names") + "pace ",
                                              std::string("/work/") + "main",
                                              std::string("/work/") + "shared"};
  for (const std::string& path :
       FilesBelow({"src", "include", "grammar", "tests", "testdata", "docs", "cmake", "do",
                   ".ci/run", "README.md", "CMakeLists.txt", "CMakePresets.json"})) {
    if (EndsWith(path, ".pyc")) {
      continue;
    }
    int number = 0;
    for (const std::string& line : LinesOf(ReadFile(SourcePath(path)))) {
      ++number;
      for (const std::string& word : forbidden) {
        if (line.find(word) != std::string::npos) {
          INFO(path << ":" << number << ": " << line);
          FAIL_CHECK("holds '" << word << "'");
        }
      }
    }
  }
}

TEST_CASE("source text is plain: no tabs, no blanks at line ends, a newline at the end") {
  for (const std::string& path : FilesBelow({"src", "include", "tests", "grammar"})) {
    const bool table = EndsWith(path, ".def") || EndsWith(path, ".ebnf") || EndsWith(path, ".json");
    if (!IsCode(path) && !table) {
      continue;
    }
    const std::string text = ReadFile(SourcePath(path));
    INFO(path);
    REQUIRE(!text.empty());
    CHECK(text.back() == '\n');
    CHECK(text.find('\t') == std::string::npos);
    CHECK(text.find('\r') == std::string::npos);
    CHECK(text.find(" \n") == std::string::npos);
  }
}

}  // namespace
}  // namespace cacheplan::test
