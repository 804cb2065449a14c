// The package tables load, say what their own examples say, and refuse what they do not know.
#include "cacheplan/knowledge.h"

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/script.h"

#include "src/knowledge/tables.h"
#include "support/cases.h"
#include "support/catch.h"

namespace cacheplan {

using test::FilesBelow;
using test::ReadFile;
using test::SourcePath;

namespace {

/// What a command line is read as: "tool + project"; "nothing" when nobody claims it.
std::string Reading(const Knowledge& knowledge, std::string_view line,
                    std::string* manager = nullptr) {
  std::string reading;
  Arena arena;
  for (const SimpleCommand& command : ParseScript(line, arena).commands) {
    for (const CommandFact& fact : knowledge.Match(command, arena)) {
      if (fact.activity != Activity::kNothing) {
        reading += (reading.empty() ? "" : " + ") + std::string(Name(fact.activity));
      }
      if (manager != nullptr) {
        *manager = fact.manager->name;
      }
    }
  }
  return reading.empty() ? "nothing" : reading;
}

CommandFact OnlyFact(const Knowledge& knowledge, std::string_view line) {
  static Arena arena;
  const Script script = ParseScript(line, arena);
  REQUIRE(script.commands.size() == 1);
  const std::span<const CommandFact> facts = knowledge.Match(script.commands[0], arena);
  REQUIRE(facts.size() == 1);
  return facts[0];
}

constexpr std::string_view kOne =
    R"({"manager": "zap", "title": "Zap", "ecosystem": "other", "commands": ["zap"],
        "rules": [{"verbs": ["get"], "is": "project"}]})";

std::string With(std::string_view from, std::string_view to) {
  std::string text(kOne);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// grammar/packages with its examples, which the program leaves out.
Result<Knowledge> WithExamples() {
  std::string all;
  for (const std::string& path : FilesBelow({"grammar/packages"})) {
    all += (all.empty() ? "[" : ",") + ReadFile(SourcePath(path));
  }
  return Knowledge::BuiltIn().With("grammar/packages", all + "]");
}

TEST_CASE("every example of every package table is read as it says", "[knowledge]") {
  const Result<Knowledge> loaded = WithExamples();
  INFO((loaded.ok() ? std::string() : loaded.status().message));
  REQUIRE(loaded.ok());
  const Knowledge& knowledge = loaded.value();
  REQUIRE(knowledge.managers().size() > 60);
  std::set<std::string_view> names;
  for (const PackageManager& manager : knowledge.managers()) {
    INFO(manager.name);
    CHECK(names.insert(manager.name).second);
    bool positive = false;
    for (const PackageExample& example : manager.examples) {
      INFO(example.command);
      std::string reader;
      CHECK(Reading(knowledge, example.command, &reader) == example.is);
      if (example.is != "nothing") {
        positive = true;
        CHECK(reader == manager.name);
      }
    }
    CHECK(positive);
  }
}

TEST_CASE("every package table passes the check that a user's file gets", "[knowledge]") {
  for (const std::string& path : FilesBelow({"grammar/packages"})) {
    INFO(path);
    const Result<Knowledge> again = Knowledge::BuiltIn().With(path, ReadFile(SourcePath(path)));
    CHECK((again.ok() ? std::string() : again.status().message).empty());
  }
}

TEST_CASE("what a table says to download with is read as that", "[knowledge]") {
  for (const PackageManager& manager : Knowledge::BuiltIn().managers()) {
    for (const std::string_view form : manager.download_forms) {
      INFO(form);
      std::string reader;
      CHECK(Reading(Knowledge::BuiltIn(), form, &reader) == "project");
      CHECK(reader == manager.name);
    }
  }
}

using List = std::vector<std::string_view>;
List ListOf(std::span<const std::string_view> texts) { return {texts.begin(), texts.end()}; }

TEST_CASE("a fact names manifests, packages and the directory", "[knowledge]") {
  const Knowledge& knowledge = Knowledge::BuiltIn();
  CHECK(ListOf(OnlyFact(knowledge, "pip install -qr req/dev.txt -c c.txt").manifests) ==
        List{"req/dev.txt"});
  CHECK(OnlyFact(knowledge, "npm --prefix web ci").directory == "web");
  CHECK(OnlyFact(knowledge, "npm ci").frozen);
  CHECK_FALSE(OnlyFact(knowledge, "npm install").frozen);
  CHECK(OnlyFact(knowledge, "yarn install --frozen-lockfile").frozen);
  CHECK(OnlyFact(knowledge, "cargo build --locked").frozen);
  CHECK(ListOf(OnlyFact(knowledge, "apt-get install -y a b").packages) == List{"a", "b"});
  CHECK(OnlyFact(knowledge, "helm pull x").ecosystem == "url");
}

TEST_CASE("a command whose name is a variable is never known", "[knowledge]") {
  CHECK(Reading(Knowledge::BuiltIn(), "$NPM ci") == "nothing");
  CHECK(Reading(Knowledge::BuiltIn(), "$BIN/npm ci") == "project");
}

TEST_CASE("files are known as manifests, locks and configuration", "[knowledge]") {
  const Knowledge& knowledge = Knowledge::BuiltIn();
  const auto kind = [&](std::string_view path) {
    const std::optional<FileFact> fact = knowledge.FileAt(path);
    return !fact                               ? "none"
           : fact->kind == FileKind::kManifest ? "manifest"
           : fact->kind == FileKind::kLock     ? "lock"
                                               : "config";
  };
  CHECK(kind("go.mod") == std::string("manifest"));
  CHECK(kind("Gemfile.lock") == std::string("lock"));  // a name goes before the pattern Gemfile.*
  CHECK(kind("gems/Gemfile.local") == std::string("manifest"));
  CHECK(kind("a/b/go.sum") == std::string("lock"));
  CHECK(kind("src/App/App.csproj") == std::string("manifest"));
  CHECK(kind("requirements-dev.txt") == std::string("manifest"));
  CHECK(kind("./gradlew") == std::string("config"));
  CHECK(kind(".mvn/") == std::string("config"));
  CHECK(kind("main.go") == std::string("none"));
  CHECK(kind("gradle/") == std::string("config"));
  CHECK(kind("src/") == std::string("none"));
}

TEST_CASE("a pattern of names stands for the first file that fits it", "[knowledge]") {
  const Knowledge& knowledge = Knowledge::BuiltIn();
  for (const auto& [pattern, ecosystem] :
       std::initializer_list<std::pair<const char*, const char*>>{{"package*.json", "npm"},
                                                                  {"go.*", "go"},
                                                                  {"*.mod", "go"},
                                                                  {"Gemfile*", "ruby"},
                                                                  {"?argo.toml", ""}}) {
    INFO(pattern);
    const std::optional<FileFact> fact = knowledge.FileForPattern(pattern);
    CHECK((fact ? fact->manager->ecosystem : "") == ecosystem);
  }
  for (const char* says_nothing : {"*", "**", "*x", "a*", "package.json", "*.nobody", "zz*"}) {
    INFO(says_nothing);
    CHECK_FALSE(knowledge.FileForPattern(says_nothing));
  }
}

TEST_CASE("a user's table adds and replaces", "[knowledge]") {
  const Result<Knowledge> more = Knowledge::BuiltIn().With("zap.json", kOne);
  REQUIRE(more.ok());
  CHECK(Reading(more.value(), "zap get") == "project");
  CHECK(Reading(more.value(), "npm ci") == "project");
  CHECK(Reading(Knowledge::BuiltIn(), "zap get") == "nothing");

  const Result<Knowledge> replaced = Knowledge::BuiltIn().With(
      "npm.json", R"([{"manager": "npm", "title": "x", "ecosystem": "npm", "commands": ["npm"],
                       "rules": [{"verbs": ["ci"], "is": "nothing"}]}])");
  REQUIRE(replaced.ok());
  CHECK(Reading(replaced.value(), "npm ci") == "nothing");
}

TEST_CASE("what a table may not hold is refused with file and key", "[knowledge]") {
  struct Row {
    std::string json;
    std::string message;
  };
  const Row rows[] = {
      {"{", "t.json: is no JSON: parse error"},
      {"[]", "t.json: names no package manager"},
      {With("\"title\"", "\"manager\": \"x\", \"title\""),
       "t.json, key \"manager\": stands twice in one object"},
      {"[" + std::string(kOne) + "," + std::string(kOne) + "]",
       "t.json, element 2, key \"manager\": \"zap\" is in this file already"},
      {With("\"zap\",", "\"Zap X\","), "t.json, key \"manager\": \"Zap X\" is no name"},
      {With("\"rules\"", "\"locks\": [\"/zap.lock\"], \"rules\""),
       "t.json, key \"locks\": \"/zap.lock\" is no name of a file"},
      {With("\"rules\"", "\"config\": [\"\"], \"rules\""),
       "t.json, key \"config\": \"\" is no name"},
      {With("\"rules\"", "\"examples\": {\"projekt\": [\"zap get\"]}, \"rules\""),
       "t.json, key \"examples\": \"projekt\" is nothing that a command can be"},
      {With("\"rules\"", "\"examples\": {\"tool\": [\"zap get\"]}, \"rules\""),
       "t.json, examples of \"zap\": `zap get` is read as \"project\", not as \"tool\""},
      {"[1]", "t.json, element 1: is a number; a package manager is an object"},
      {With("\"title\": ", "\"titel\": "),
       "t.json, key \"titel\": unknown (did you mean \"title\"?)"},
      {With("\"rules\"", "\"ruels\""), "t.json, key \"ruels\": unknown (did you mean \"rules\"?)"},
      {"{}", "t.json, key \"manager\": is missing or empty"},
      {With("\"rules\"", "\"extra\": 1, \"rules\""), "t.json, key \"extra\": unknown"},
      {With("[\"zap\"]", "\"zap\""), "t.json, key \"commands\": a list of strings is needed"},
      {With("[\"zap\"]", "[]"), "t.json, key \"commands\": at least one command is needed"},
      {With("\"project\"}", "\"projekt\"}"), "t.json, rule 1, key \"is\": \"projekt\" is none of"},
      {With("\"verbs\"", "\"verb\""),
       "t.json, rule 1, key \"verb\": unknown (did you mean \"verbs\"?); the keys here are"},
      {With("\"verbs\": [\"get\"]", "\"text\": \"(\""),
       "t.json, rule 1, key \"text\": no RE2 pattern"},
      {With("\"verbs\": [\"get\"]", "\"packages\": \"two\""),
       "t.json, rule 1, key \"packages\": \"none\" or \"some\" is needed"},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    const Result<Knowledge> result = Knowledge::BuiltIn().With("t.json", row.json);
    REQUIRE_FALSE(result.ok());
    CHECK(result.status().code == StatusCode::kInvalid);
    CHECK(result.status().message.rfind(row.message, 0) == 0);
  }
}

TEST_CASE("globs", "[knowledge]") {
  CHECK(GlobMatches("*.txt", "a.txt"));
  CHECK(GlobMatches("a*b*c", "axxbyyc"));
  CHECK(GlobMatches("*", ""));
  CHECK_FALSE(GlobMatches("*.txt", "a.txt2"));
  CHECK_FALSE(GlobMatches("a", "ab"));
  CHECK_FALSE(GlobMatches("a*b*c*d*e*f*g*h*i*j*k", std::string(5000, 'a')));
}

TEST_CASE("of many patterns the first that matches counts", "[knowledge]") {
  GlobSet globs;
  const std::vector<std::string> patterns = {"*.config.js", "post*", "*rc.js", "a*b*c",
                                             "*.js",        "exact", "*",      "*.txt"};
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    globs.Add(patterns[i], i);
  }
  for (const std::string_view text :
       {"a.config.js", "post.js", "post", ".babelrc.js", "axbxc", "abc", "x.js", ".js", "exact",
        "exactly", "x.txt", "*", "a"}) {
    INFO(text);
    const auto first = std::find_if(patterns.begin(), patterns.end(),
                                    [&](const std::string& one) { return GlobMatches(one, text); });
    CHECK(globs.First(text) == static_cast<std::size_t>(first - patterns.begin()));
  }
  CHECK(globs.First("") == std::nullopt);
  CHECK(GlobSet().First("a") == std::nullopt);
}

TEST_CASE("a rule is tried whatever word its verbs begin with", "[knowledge]") {
  const Result<Knowledge> more = Knowledge::BuiltIn().With("own.json", R"({
    "manager": "own", "title": "Own", "ecosystem": "own", "commands": ["own"],
    "rules": [
      {"verbs": ["get all"], "is": "project"},
      {"verbs": ["", "get"], "packages": "none", "is": "index"},
      {"with": ["-x"], "is": "clean"},
      {"verbs": ["get", "put"], "is": "tool"},
      {"is": "compile"}]})");
  REQUIRE(more.ok());
  const Knowledge& knowledge = more.value();
  CHECK(Reading(knowledge, "own get all") == "project");
  CHECK(Reading(knowledge, "own get") == "index");
  CHECK(Reading(knowledge, "own") == "index");
  CHECK(Reading(knowledge, "own -x") == "index");
  CHECK(Reading(knowledge, "own get -x a") == "clean");
  CHECK(Reading(knowledge, "own else -x") == "clean");
  CHECK(Reading(knowledge, "own get a") == "tool");
  CHECK(Reading(knowledge, "own put") == "tool");
  CHECK(Reading(knowledge, "own else") == "compile");
}

}  // namespace
}  // namespace cacheplan
