// testdata/cases/<what-it-shows>/: a Dockerfile, and one file for each form of output that the case
// is about. Each form has its command; a line of the case's file `args` adds words to it or
// replaces it:
//
//   graph.txt + --target compile      more words for the command of graph.txt
//   plan-tips.sh = plan . -t r/i      another golden, with the command that makes it
//
// A golden is the command's standard output. One that begins with `error` is the command line, its
// standard error and its exit status; without one the command must exit 0.
// CACHEPLAN_UPDATE_GOLDEN=1 writes the goldens that are there anew.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cacheplan/script.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/program.h"

namespace cacheplan::test {
namespace {

using Words = std::vector<std::string>;

/// Words as a shell reads them.
Words ShellWords(const std::string& text) {
  Arena arena;
  const std::string line = "cacheplan " + text;
  const Script script = ParseScript(line, arena);
  REQUIRE(script.commands.size() == 1);
  Words words;
  for (const ScriptWord& word : script.commands[0].words) {
    words.emplace_back(word.text);
  }
  words.erase(words.begin());
  return words;
}

std::map<std::string, Words> DefaultCommands() {
  std::map<std::string, Words> commands = {
      {"ast.sexp", {"parse", "--format", "sexp", "Dockerfile"}},
      {"summary.txt", {"-f", "Dockerfile"}},
      {"error.txt", {"graph", "Dockerfile"}},
      {"lint.txt", {"lint", "--no-config", "--fail-on", "never", "Dockerfile"}},
      {"lint.json",
       {"lint", "--no-config", "--fail-on", "never", "--format", "json", "Dockerfile"}},
  };
  for (const std::string format : {"txt", "json", "dot"}) {
    const std::string name = format == "txt" ? "text" : format;
    for (const std::string command : {"parse", "graph", "deps"}) {
      commands[command + "." + format] = {command, "--format", name, "Dockerfile"};
    }
  }
  const Words plan = {"plan", ".", "-t", "registry.example/app:latest"};
  for (const std::string builder : {"", "-classic"}) {
    Words words = plan;
    if (!builder.empty()) {
      words.insert(words.end(), {"--builder", builder.substr(1)});
    }
    commands["plan" + builder + ".sh"] = words;
    words.insert(words.end(), {"--format", "json"});
    commands["plan" + builder + ".json"] = words;
    words.erase(words.end() - 2, words.end());
    words.emplace_back("--explain");
    commands["explain" + builder + ".txt"] = words;
  }
  return commands;
}

/// The commands of one case: the default ones and what its file `args` says.
std::map<std::string, Words> CommandsOf(const std::string& folder) {
  std::map<std::string, Words> commands = DefaultCommands();
  if (!std::filesystem::exists(folder + "/args")) {
    return commands;
  }
  for (const std::string& line : LinesOf(ReadFile(folder + "/args"))) {
    INFO(folder << "/args: " << line);
    const std::size_t blank = line.find(' ');
    REQUIRE(blank != std::string::npos);
    REQUIRE(line.size() > blank + 3);
    const std::string name = line.substr(0, blank);
    const Words words = ShellWords(line.substr(blank + 3));
    const std::string how = line.substr(blank, 3);
    REQUIRE((how == " = " || how == " + "));
    if (how == " = ") {
      commands[name] = words;
    } else {
      REQUIRE(commands.count(name) == 1);
      commands[name].insert(commands[name].end(), words.begin(), words.end());
    }
    REQUIRE(std::filesystem::exists(folder + "/" + name));
  }
  return commands;
}

bool IsError(const std::string& name) { return name.compare(0, 5, "error") == 0; }

/// Not goldens: what a command reads.
bool IsInput(const std::string& name) {
  return name == "Dockerfile" || name == "args" || name.compare(0, 6, "input.") == 0;
}

std::vector<std::string> FilesOf(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST_CASE("each case gives what its goldens hold") {
  for (const std::string& folder : CaseFolders()) {
    const std::map<std::string, Words> commands = CommandsOf(folder);
    const std::vector<std::string> names = FilesOf(folder);
    const InFolder here(folder);  // paths in goldens are relative
    const bool rejected = std::any_of(names.begin(), names.end(), IsError);
    bool any = false;
    for (const std::string& name : names) {
      if (IsInput(name)) {
        continue;
      }
      any = true;
      INFO(folder << "/" << name);
      const auto found = commands.find(name);
      if (found == commands.end()) {
        FAIL_CHECK("no command makes a golden of this name; give it one in the case's file args");
        continue;
      }
      const Ran ran = RunMain(found->second);
      if (IsError(name)) {
        CHECK(ran.status != 0);
        CHECK(!ran.err.empty());
        CheckGolden(folder + "/" + name, CommandLine(found->second) + "\n" + ran.err + "exit " +
                                             std::to_string(ran.status) + "\n");
      } else {
        INFO(ran.err);
        CHECK((ran.status == 0 || rejected));
        CheckGolden(folder + "/" + name, ran.out);
      }
    }
    INFO(folder << ": a case has a Dockerfile and at least one golden");
    CHECK(any);
    CHECK(std::find(names.begin(), names.end(), "Dockerfile") != names.end());
  }
}

TEST_CASE("the same input gives the same output, whatever came before") {
  for (const std::string& folder : CaseFolders()) {
    const InFolder here(folder);
    for (const Words& words : {Words{"parse", "--format", "json", "Dockerfile"},
                               Words{"graph", "--format", "json", "Dockerfile"},
                               Words{"deps", "--format", "json", "Dockerfile"},
                               Words{"lint", "--format", "json", "Dockerfile"},
                               Words{"plan", ".", "-t", "r.example/i"}}) {
      INFO(folder << ": " << CommandLine(words));
      const Ran first = RunMain(words);
      const Ran second = RunMain(words);
      CHECK(first.status == second.status);
      CHECK(first.out == second.out);
      CHECK(first.err == second.err);
    }
  }
}

TEST_CASE("the output format never changes the exit status") {
  for (const std::string& folder : CaseFolders()) {
    const InFolder here(folder);
    const std::map<std::string, Words> formats = {{"parse", {"text", "json", "sexp"}},
                                                  {"graph", {"text", "json", "dot"}},
                                                  {"deps", {"text", "json"}},
                                                  {"lint", {"text", "json", "sarif", "github"}}};
    for (const auto& [command, names] : formats) {
      std::set<int> statuses;
      for (const std::string& name : names) {
        statuses.insert(RunMain({command, "--format", name, "Dockerfile"}).status);
      }
      INFO(folder << ": " << command);
      CHECK(statuses.size() == 1);
    }
  }
}

}  // namespace
}  // namespace cacheplan::test
