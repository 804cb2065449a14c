// Every row of every table in grammar/: names, order, uniqueness, and that what a row promises is
// there. A code is listed, documented, emitted and tested, or it is not a code.
#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/cli.h"
#include "cacheplan/diagnostic.h"
#include "cacheplan/emit.h"
#include "cacheplan/findings.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/plan.h"
#include "cacheplan/vocabulary.h"

#include "support/cases.h"
#include "support/catch.h"

namespace cacheplan::test {
namespace {

bool IsKebab(std::string_view name) {
  static const std::regex kebab("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  return std::regex_match(name.begin(), name.end(), kebab);
}

/// A help text: a phrase that no list marker or full stop has crept into.
bool IsPhrase(std::string_view text) {
  return !text.empty() && text.back() != '.' && text.back() != ' ';
}
bool IsSentence(std::string_view text) {
  return text.size() > 1 && text.back() == '.' && text.front() >= 'A' && text.front() <= 'Z';
}

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool Exists(const std::string& path) { return !FilesBelow({path}).empty(); }

std::string AllText(const std::vector<std::string>& places) {
  std::string all;
  for (const std::string& path : FilesBelow(places)) {
    all += ReadFile(SourcePath(path));
  }
  return all;
}

TEST_CASE("diagnostics: codes in order and never twice, names kebab-case, summaries sentences") {
  std::string last;
  std::set<std::string_view> names;
  const std::regex code("CP[0-9]{3}");
  for (const DiagInfo& info : AllDiagnostics()) {
    INFO(info.code << " " << info.name);
    CHECK(std::regex_match(std::string(info.code), code));
    CHECK(std::string(info.code) > last);
    last = info.code;
    CHECK(IsKebab(info.name));
    CHECK(names.insert(info.name).second);
    CHECK(IsSentence(info.summary));
    CHECK(&Info(info.diag) == &info);
  }
}

TEST_CASE("every diagnostic is emitted by the layer that its number says, documented and tested") {
  // CP0xx are the parser's, CP1xx the graph's, CP2xx the plan's, CP3xx rules, CP4xx annotations.
  const std::string layers[] = {"src/syntax", "src/graph", "src/plan", "src/lint", "src/detect"};
  const std::string pages = ReadFile(SourcePath("docs/reference/diagnostics.md"));
  std::string goldens;
  for (const std::string& path : FilesBelow({"testdata/cases"})) {
    if (Holds(path, "/error")) {
      goldens += ReadFile(SourcePath(path));
    }
  }
  const std::string tests = AllText({"tests"});
  std::vector<std::string> ids;
#define DIAGNOSTIC(id_, ...) ids.emplace_back("Diag::k" #id_);
#include "grammar/diagnostics.def"
#undef DIAGNOSTIC
  REQUIRE(ids.size() == AllDiagnostics().size());
  std::vector<std::string> sources;
  for (const std::string& layer : layers) {
    sources.push_back(AllText({layer}));
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const DiagInfo& info = AllDiagnostics()[i];
    const auto layer = static_cast<std::size_t>(info.code[2] - '0');
    REQUIRE(layer < sources.size());
    INFO(info.code << " " << info.name);
    const std::regex used(ids[i] + "\\b");
    CHECK(std::regex_search(sources[layer], used));
    CHECK(Holds(pages, std::string(info.code)));
    // `FILE:LINE:COLUMN: error: … [CP001 no-instructions]` in the error golden of a case; where the
    // file would be too large for one, a test looks for it.
    const std::string shown = fmt::format("[{} {}]", info.code, info.name);
    CHECK((Holds(goldens, shown) || Holds(tests, shown) || std::regex_search(tests, used)));
  }
}

TEST_CASE("instructions: alphabetical, upper case, each with a production of the grammar") {
  const std::string grammar = ReadFile(SourcePath("grammar/dockerfile.ebnf"));
  std::string_view last;
  for (const InstructionInfo& info : AllInstructions()) {
    INFO(info.keyword);
    CHECK(info.keyword > last);
    last = info.keyword;
    CHECK(std::all_of(info.keyword.begin(), info.keyword.end(),
                      [](char c) { return c >= 'A' && c <= 'Z'; }));
    CHECK(FindKeyword(info.keyword) == info.id);
    CHECK(Holds(grammar, "\"" + std::string(info.keyword) + "\""));
  }
}

TEST_CASE("flags: by instruction and name, each in the grammar") {
  const std::string grammar = ReadFile(SourcePath("grammar/dockerfile.ebnf"));
  const std::regex since("([0-9]+\\.[0-9]+(-labs)?)?");
  const FlagInfo* last = nullptr;
  for (const FlagInfo& flag : AllFlags()) {
    INFO(KeywordName(flag.instruction) << " --" << flag.name);
    CHECK(IsKebab(flag.name));
    CHECK(IsPhrase(flag.help));
    CHECK(std::regex_match(std::string(flag.since), since));
    // What was always there is what the classic builder reads.
    CHECK(flag.since.empty() == flag.classic);
    if (last != nullptr) {
      CHECK((last->instruction < flag.instruction ||
             (last->instruction == flag.instruction && last->name < flag.name)));
    }
    last = &flag;
    CHECK(FindFlagInfo(flag.instruction, flag.name) == &flag);
    CHECK(std::regex_search(grammar, std::regex("'--" + std::string(flag.name) + "['=]")));
  }
}

TEST_CASE("mount keys: no key twice, each means a key of its own, each in the grammar") {
  struct Row {
    std::string key;
    std::string means;
  };
  const std::vector<Row> rows = {
#define MOUNT_KEY(key_, means_, type_) {key_, means_},
#include "grammar/mounts.def"
#undef MOUNT_KEY
  };
  const std::string grammar = ReadFile(SourcePath("grammar/dockerfile.ebnf"));
  std::set<std::string> keys;
  for (const Row& row : rows) {
    INFO(row.key);
    CHECK(keys.insert(row.key).second);
    CHECK(std::any_of(rows.begin(), rows.end(), [&](const Row& other) {
      return other.key == row.means && other.means == row.means;
    }));
    CHECK(std::regex_search(grammar, std::regex("\"" + row.key + "[\"=]")));
  }
}

TEST_CASE("predefined arguments: no name twice") {
  std::set<std::string_view> names;
  for (const PredefinedArg& arg : AllPredefinedArgs()) {
    INFO(arg.name);
    CHECK(names.insert(arg.name).second);
    CHECK(IsPhrase(arg.help));
  }
}

TEST_CASE("emitters and builders: kebab-case names, helps, a file each") {
  std::set<std::string_view> names;
  for (const EmitterInfo& emitter : AllEmitters()) {
    INFO(emitter.name);
    CHECK(IsKebab(emitter.name));
    CHECK(names.insert(emitter.name).second);
    CHECK(IsPhrase(emitter.help));
    CHECK(Exists("src/emit/" + std::string(emitter.name) + ".cpp"));
    CHECK(&Info(emitter.id) == &emitter);
  }
  names.clear();
  for (const BuilderInfo& builder : AllBuilders()) {
    INFO(builder.name);
    CHECK(IsKebab(builder.name));
    CHECK(names.insert(builder.name).second);
    CHECK(IsPhrase(builder.help));
    CHECK(&Info(builder.kind) == &builder);
  }
}

TEST_CASE("reporters: kebab-case names, helps, a file each") {
  std::set<std::string_view> names;
  for (const ReporterInfo& reporter : AllReporters()) {
    INFO(reporter.name);
    CHECK(IsKebab(reporter.name));
    CHECK(names.insert(reporter.name).second);
    CHECK(IsPhrase(reporter.help));
    CHECK(Exists("src/report/findings_" + std::string(reporter.name) + ".cpp"));
    CHECK(FindReporter(reporter.name) == &reporter);
  }
}

TEST_CASE("commands: a file each, and no file without a row") {
  struct Row {
    std::string_view name;
    std::string_view help;
    bool hidden = false;
    bool passthrough = false;
  };
  const std::vector<Row> rows = {
#define COMMAND(id_, ...) Row{__VA_ARGS__},
#include "grammar/commands.def"
#undef COMMAND
  };
  const std::string usage = ReadFile(SourcePath("docs/usage.md"));
  std::set<std::string> files;
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(IsKebab(row.name));
    CHECK(IsPhrase(row.help));
    const std::string file = "src/cli/cmd_" + std::string(row.name) + ".cpp";
    CHECK(Exists(file));
    CHECK(files.insert(file).second);
    CHECK((row.hidden || Holds(usage, "<!-- help " + std::string(row.name) + " -->")));
  }
  files.insert("src/cli/cmd_summary.cpp");  // the bare program
  for (const std::string& path : FilesBelow({"src/cli"})) {
    if (Holds(path, "/cmd_")) {
      INFO(path);
      CHECK(files.count(path) == 1);
    }
  }
}

TEST_CASE("exit statuses are distinct and each is returned somewhere") {
  struct Row {
    std::string id;
    int number;
    std::string_view meaning;
  };
  struct Meaning {
    std::string_view meaning;
  };
  const std::vector<Row> rows = {
#define EXIT_CODE(id_, number_, ...) {#id_, number_, Meaning{__VA_ARGS__}.meaning},
#include "grammar/exit_codes.def"
#undef EXIT_CODE
  };
  const std::string cli = AllText({"src/cli"});
  std::set<int> numbers;
  for (const Row& row : rows) {
    INFO(row.id);
    CHECK(numbers.insert(row.number).second);
    CHECK(IsPhrase(row.meaning));
    CHECK(Holds(cli, "ExitCode::k" + row.id));
  }
}

TEST_CASE("package managers: named like their file, and with an example of what they are not") {
  std::set<std::string> files;
  for (const std::string& path : FilesBelow({"grammar/packages"})) {
    files.insert(path.substr(path.rfind('/') + 1));
  }
  std::string last;
  for (const PackageManager& row : Knowledge::BuiltIn().managers()) {
    INFO(row.name);
    CHECK(IsKebab(row.name));
    const std::string file = std::string(row.name) + ".json";
    CHECK(files.count(file) == 1);
    CHECK(IsPhrase(row.title));
    CHECK(!row.ecosystem.empty());
    CHECK(Holds(ReadFile(SourcePath("grammar/packages/" + file)), "\"examples\": {"));
  }
  CHECK(files.size() == Knowledge::BuiltIn().managers().size());
}

TEST_CASE("lists of names without a code are alphabetical and free of repeats") {
  std::vector<std::string> names = {
#define SECRET_NAME(word_) word_,
#include "grammar/secret_names.def"
#undef SECRET_NAME
  };
  for (const std::string& name : names) {
    INFO(name);
    CHECK(std::count(names.begin(), names.end(), name) == 1);
  }
  std::set<std::string> patterns;
#define CONTEXT_FILE(pattern_, what_)        \
  {                                          \
    INFO(pattern_);                          \
    CHECK(patterns.insert(pattern_).second); \
  }
#include "grammar/context_files.def"
#undef CONTEXT_FILE
}

}  // namespace
}  // namespace cacheplan::test
