// How a command line is read against a table: flags and their values, the first word and the last,
// hosts, whole trees of configuration. What each manager's commands are is in the tables' examples.
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cacheplan/knowledge.h"
#include "cacheplan/script.h"

#include "support/catch.h"

namespace cacheplan {
namespace {

std::string Reading(const Knowledge& knowledge, std::string_view line) {
  std::string reading;
  Arena arena;
  for (const SimpleCommand& command : ParseScript(line, arena).commands) {
    for (const CommandFact& fact : knowledge.Match(command, arena)) {
      reading += (reading.empty() ? "" : " + ") + std::string(Name(fact.activity));
    }
  }
  return reading.empty() ? "not known" : reading;
}

/// The tables of the program and one of these rules.
Knowledge With(std::string_view keys, std::string_view rules) {
  const std::string json = R"({"manager": "own", "title": "Own", "ecosystem": "own",
                               "commands": ["own", "own sub"], )" +
                           std::string(keys) + R"("rules": [)" + std::string(rules) + "]}";
  Result<Knowledge> knowledge = Knowledge::BuiltIn().With("own.json", json);
  INFO((knowledge.ok() ? std::string() : knowledge.status().message));
  REQUIRE(knowledge.ok());
  return knowledge.value();
}

bool TakesNoFrozenFlag(std::string_view line) {
  Arena arena;
  const Script script = ParseScript(line, arena);
  const std::span<const CommandFact> facts =
      Knowledge::BuiltIn().Match(script.commands.front(), arena);
  REQUIRE(facts.size() == 1);
  return facts.front().no_frozen_flag;
}

TEST_CASE("a flag's value is neither a verb nor part of a command's name", "[knowledge]") {
  const Knowledge own = With(R"("value_flags": ["--at"], )", R"(
      {"verbs": ["get"], "packages": "none", "is": "project"},
      {"verbs": ["get"], "is": "tool"})");
  CHECK(Reading(own, "own --at x get") == "project");
  CHECK(Reading(own, "own get --at x") == "project");
  CHECK(Reading(own, "own --at x sub get y") == "tool");
  CHECK(Reading(own, "own --on x get") == "not known");
}

TEST_CASE("behind the first word a flag may be another program's", "[knowledge]") {
  constexpr std::string_view kRules = R"({"with": ["-p"], "is": "tool"},
                                         {"packages": "some", "is": "compile"})";
  CHECK(Reading(With(R"("flags_first": true, )", kRules), "own x -p") == "compile");
  CHECK(Reading(With(R"("flags_first": true, )", kRules), "own -p x") == "tool");
  CHECK(Reading(With("", kRules), "own x -p") == "tool");
}

TEST_CASE("rules on what the command is called by", "[knowledge]") {
  const Result<Knowledge> own = Knowledge::BuiltIn().With("own.json", R"({
      "manager": "own", "title": "Own", "ecosystem": "own", "any_case": true, "versioned": true,
      "commands": ["own", "owner", "own sub"],
      "rules": [{"called": ["owner", "own sub"], "is": "fetch"}, {"is": "tool"}]})");
  REQUIRE(own.ok());
  for (const std::string_view line :
       {"owner x", "/bin/owner", "OWNER.exe x", "owner3", "own sub x"}) {
    CHECK(Reading(own.value(), line) == "fetch");
  }
  for (const std::string_view line : {"own x", "own owner", "own3.1"}) {
    CHECK(Reading(own.value(), line) == "tool");
  }
}

TEST_CASE("rules on the first word and the last", "[knowledge]") {
  const Knowledge own = With("", R"({"verbs": ["cp"], "last": ["s3:*"], "is": "nothing"},
                                    {"verbs": ["cp"], "first": ["s3:*"], "is": "fetch"})");
  CHECK(Reading(own, "own cp s3:a b") == "fetch");
  CHECK(Reading(own, "own cp a s3:b") == "nothing");
  CHECK(Reading(own, "own cp a b") == "not known");
  CHECK(Reading(own, "own cp") == "not known");
}

TEST_CASE("a rule on hosts looks at the host and at nothing else of an address", "[knowledge]") {
  const Knowledge own = With("", R"({"hosts": ["localhost", "127.*", "[::1]"], "is": "nothing"},
                                    {"packages": "some", "is": "fetch"})");
  for (const std::string_view here :
       {"localhost", "localhost:80/x", "http://localhost", "http://u:p@localhost:80/x?y",
        "https://127.0.0.1/x", "http://[::1]:80/x", "-x y http://localhost/"}) {
    CHECK(Reading(own, "own " + std::string(here)) == "nothing");
  }
  for (const std::string_view there :
       {"https://localhost.run/x", "https://x.org/localhost", "https://x.org/127.0.0.1.zip",
        "http://localhost/x https://x.org/y", "http://$HOST/x", "http://localhost@x.org/"}) {
    CHECK(Reading(own, "own " + std::string(there)) == "fetch");
  }
}

TEST_CASE("a version or a help asked for is known, and nothing", "[knowledge]") {
  const Knowledge& knowledge = Knowledge::BuiltIn();
  CHECK(Reading(knowledge, "shards --version") == "nothing");
  CHECK(Reading(knowledge, "npm install --help") == "nothing");
  CHECK(Reading(knowledge, "gem install --version 1.2 rake") == "tool");
  // A launcher fetches what it is to ask.
  CHECK(Reading(knowledge, "./gradlew --version") == "tool");
  CHECK(Reading(knowledge, "./gradlew --help") == "nothing");
  CHECK(Reading(knowledge, "gradle --version") == "nothing");
}

TEST_CASE("commands that take none of their manager's frozen flags", "[knowledge]") {
  for (const std::string_view line :
       {"go mod tidy", "go get ./...", "yarn workspaces focus", "mix deps.update --all", "uv lock",
        "dotnet publish", "dotnet tool restore", "bun update", "carthage update",
        "pnpm deploy /o"}) {
    INFO(line);
    CHECK(TakesNoFrozenFlag(line));
  }
  for (const std::string_view line : {"go build", "yarn install", "mix deps.get", "uv sync",
                                      "dotnet restore", "bun install", "pod install"}) {
    INFO(line);
    CHECK_FALSE(TakesNoFrozenFlag(line));
  }
}

TEST_CASE("a pattern's text is found however its letters are written", "[knowledge]") {
  const Knowledge own = With("", R"(
      {"text": "(?i)tasks? +pack", "is": "project build"},
      {"text": "\\b(one|other)\\( *path", "is": "tool"},
      {"text": "a|b", "is": "test"})");
  CHECK(Reading(own, "own Task PACK") == "project build");
  CHECK(Reading(own, "own 'ta\u017FK  pac\u212A'") == "project build");  // folds to s and k
  CHECK(Reading(own, "own -e 'other( path)'") == "tool");
  CHECK(Reading(own, "own -e 'other()'") == "not known");
  CHECK(Reading(own, "own tsk pck") == "not known");
  CHECK(Reading(own, "own x a") == "test");
}

TEST_CASE("what is in a tree of configuration is configuration", "[knowledge]") {
  const auto is_config = [](std::string_view path) {
    const std::optional<FileFact> fact = Knowledge::BuiltIn().FileAt(path);
    return fact && fact->kind == FileKind::kConfig;
  };
  for (const std::string_view path :
       {".mvn/", ".mvn/wrapper/", "gradle/wrapper/*", "./app/gradle/wrapper/x", ".yarn/releases/",
        ".yarn/releases/yarn-3.2.cjs", "project/Dependencies.scala", "rebar3"}) {
    INFO(path);
    CHECK(is_config(path));
  }
  CHECK(Knowledge::BuiltIn().FolderAt(".yarn/plugins"));
  for (const std::string_view path :
       {"project/src/", "src/main.scala", "gradle2/x", "x/y", "/home/gradle/app"}) {
    INFO(path);
    CHECK_FALSE(is_config(path));
  }
}

TEST_CASE("a name that several managers know is that of the one in use", "[knowledge]") {
  const std::optional<FileFact> fact = Knowledge::BuiltIn().FileAt("requirements.lock");
  REQUIRE(fact);
  CHECK(fact->kind == FileKind::kLock);
  CHECK(fact->manager->ecosystem == "python");
}

}  // namespace
}  // namespace cacheplan
