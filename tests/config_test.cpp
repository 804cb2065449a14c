// .cacheplan.toml: what it may say, what is wrong with it and where, and which one is in force.
#include "cacheplan/config.h"

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/cases.h"
#include "support/catch.h"
#include "support/program.h"

namespace cacheplan::test {
namespace {

std::string ErrorOf(const std::string& text) {
  const Result<LintConfig> config = ParseConfig("c.toml", text);
  if (config.ok()) {
    return "";
  }
  CHECK(config.status().code == StatusCode::kUsage);
  return config.status().message;
}

LintConfig Parsed(const std::string& text) {
  const Result<LintConfig> config = ParseConfig("c.toml", text);
  INFO((config.ok() ? "" : config.status().message));
  REQUIRE(config.ok());
  return config.value();
}

bool Has(const RuleSet& rules, RuleId rule) { return rules[static_cast<std::size_t>(rule)]; }

TEST_CASE("every key, read") {
  const LintConfig config = Parsed(R"(
[lint]
select = ["buildkit", "invaliddefinitiondescription"]
ignore = ["StageNameCasing"]
fail-on = "never"
base-env = "empty"
builder = "classic"
ephemeral = true
[lint.severity]
buildkit = "info"
FromAsCasing = "error"
[[lint.files]]
path = "docker/**/*.Dockerfile"
ignore = ["FromAsCasing"]
[[lint.files]]
path = ["a", "b?"]
ignore = ["buildkit"]
)");
  CHECK(config.path == "c.toml");
  REQUIRE(config.select);
  CHECK(Has(*config.select, RuleId::kFromAsCasing));
  CHECK(Has(*config.select, RuleId::kInvalidDefinitionDescription));
  CHECK(config.ignore.count() == 1);
  CHECK(config.fail_on == FailOn::kNever);
  CHECK(config.empty_base_env == true);
  CHECK(config.builder == BuilderKind::kClassic);
  CHECK(config.ephemeral == true);
  // What is said of one rule stands after what is said of its group, and so counts.
  REQUIRE(config.severities.size() > 2);
  CHECK(config.severities.front().second == Severity::kInfo);
  CHECK(config.severities.back() == std::pair(RuleId::kFromAsCasing, Severity::kError));

  CHECK(Ignored(config, "Dockerfile").count() == 1);
  CHECK(Ignored(config, "docker/x.Dockerfile").count() == 2);
  CHECK(Ignored(config, "docker/x/y/z.Dockerfile").count() == 2);
  CHECK(Ignored(config, "docker/x/Dockerfile").count() == 1);
  CHECK(Ignored(config, "a/b/c").count() > 2);
  CHECK(Ignored(config, "b1/Dockerfile").count() > 2);
  CHECK(Ignored(config, "b12/Dockerfile").count() == 1);
}

TEST_CASE("what is not said is not there") {
  for (const std::string text : {"", "# nothing\n", "[lint]\n"}) {
    const LintConfig config = Parsed(text);
    CHECK(!config.select);
    CHECK(config.ignore.none());
    CHECK(!config.fail_on);
    CHECK(!config.builder);
    CHECK(config.severities.empty());
  }
}

TEST_CASE("errors say where, what, and what may have been meant") {
  const std::pair<std::string, std::string> rows[] = {
      {"[lint]\nselct = []\n",
       "c.toml:2:1: unknown key 'selct' in [lint] (did you mean select?); known are select, "
       "ignore, "
       "fail-on, base-env, builder, ephemeral, severity, files"},
      {"[lnt]\n", "c.toml:1:2: unknown key 'lnt' in the file (did you mean lint?); known are lint"},
      {"lint = 1\n", "c.toml:1:8: [lint] must be a table, not a number"},
      {"[lint]\nselect = \"buildkit\"\n",
       "c.toml:2:10: select must be a list of texts, not a text"},
      {"[lint]\nignore = [1]\n", "c.toml:2:11: ignore must be a list of texts, not a number"},
      {"[lint]\nignore = [\"FromAsCasing\",\n  \"StageNameCassing\"]\n",
       "c.toml:3:3: 'StageNameCassing' is no rule and no group of rules (did you mean "
       "StageNameCasing?)"},
      {"[lint]\nignore = [\"CP003\"]\n",
       "c.toml:2:11: CP003 is no rule: it stands for what no builder takes, and cannot be switched "
       "off"},
      {"[lint]\nfail-on = \"warn\"\n",
       "c.toml:2:11: fail-on must be one of error, warning, info, never, not 'warn'"},
      {"[lint]\nfail-on = \"eror\"\n",
       "c.toml:2:11: fail-on must be one of error, warning, info, never, not 'eror' (did you mean "
       "error?)"},
      {"[lint]\nfail-on = 1979-05-27\n", "c.toml:2:11: fail-on must be a text, not a date or time"},
      {"[lint]\nephemeral = \"yes\"\n", "c.toml:2:13: ephemeral must be true or false, not a text"},
      {"[lint]\nbuilder = \"clasic\"\n",
       "c.toml:2:11: builder must be one of classic, docker, not 'clasic' (did you mean classic?)"},
      {"[lint.severity]\nFromAsCasin = \"error\"\n",
       "c.toml:2:1: 'FromAsCasin' is no rule and no group of rules (did you mean FromAsCasing?)"},
      {"[lint.severity]\nFromAsCasing = \"off\"\n",
       "c.toml:2:16: FromAsCasing must be one of error, warning, info, not 'off'"},
      {"[lint.files]\npath = \"a\"\n",
       "c.toml:1:1: [[lint.files]] has two brackets on each side: it is a list"},
      {"[[lint.files]]\nignore = []\n",
       "c.toml:1:1: [[lint.files]] needs a path, such as path = \"docker/**\""},
      {"[[lint.files]]\npath = \"a\"\nselect = []\n",
       "c.toml:3:1: unknown key 'select' in [[lint.files]]; known are path, ignore"},
      // Of several the first in the file, whatever the keys are called.
      {"[lint]\nzzz = 1\naaa = 1\n",
       "c.toml:2:1: unknown key 'zzz' in [lint]; known are select, ignore, fail-on, base-env, "
       "builder, ephemeral, severity, files"},
  };
  for (const auto& [text, error] : rows) {
    INFO(text);
    CHECK(ErrorOf(text) == error);
  }
}

TEST_CASE("what is no TOML is an error with its place") {
  CHECK(ErrorOf("[lint\n").compare(0, 7, "c.toml:") == 0);
  CHECK(ErrorOf("[lint]\nselect = []\nselect = []\n").compare(0, 9, "c.toml:3:") == 0);
  CHECK(!ErrorOf(std::string("\xff\xfe\0x", 4)).empty());
  CHECK(!ErrorOf("a = " + std::string(100000, '[')).empty());
}

TEST_CASE("patterns are those of a .dockerignore, and know no blow-up") {
  const auto matches = [](const std::string& patterns, const std::string& path) {
    const LintConfig config =
        Parsed("[[lint.files]]\npath = [" + patterns + "]\nignore = [\"buildkit\"]\n");
    return Ignored(config, path).any();
  };
  CHECK(matches("'**'", "a/b"));
  CHECK(matches("'**/Dockerfile'", "Dockerfile"));
  CHECK(matches("'**/Dockerfile'", "a/b/Dockerfile"));
  CHECK(matches("'a/**/b/c'", "a/x/b/y/b/c"));
  CHECK(matches("'./a/'", "a/Dockerfile"));
  CHECK(matches("'*'", "a/b"));  // the folder above
  CHECK(!matches("'*.Dockerfile'", "a/b.Dockerfile"));
  CHECK(!matches("'a'", "ab"));
  CHECK(!matches("'**', '!new/**'", "new/Dockerfile"));
  CHECK(
      ErrorOf("[[lint.files]]\npath = [\"a\",\n\"[\"]\n").find("c.toml:3:1: '[' matches nothing") ==
      0);
  CHECK(ErrorOf("[[lint.files]]\npath = \"#\"\n") == "c.toml:2:8: '#' is no pattern");
  std::string stars;
  for (int i = 0; i < 100; ++i) {
    stars += "*a**/**/";
  }
  CHECK(!matches("'" + stars + "b'", std::string(3000, 'a') + "/" + std::string(3000, 'a')));
}

/// The codes that lint reports.
std::string Codes(const std::vector<std::string>& more, int status) {
  std::vector<std::string> words = {"lint", "--format", "json"};
  words.insert(words.end(), more.begin(), more.end());
  const Ran ran = RunMain(words);
  INFO(ran.err);
  CHECK(ran.status == status);
  std::string codes;
  const nlohmann::json json = nlohmann::json::parse(ran.out);
  for (const auto& item : json["diagnostics"]) {
    codes += (codes.empty() ? "" : " ") + item["code"].get<std::string>();
  }
  return codes;
}

constexpr const char* kDockerfile = "FROM alpine as Base\nRUN true\n";

TEST_CASE("the nearest configuration counts, up to the repository's root") {
  namespace fs = std::filesystem;
  const TempFolder folder;
  fs::create_directories(folder.path() + "/repo/.git");
  fs::create_directories(folder.path() + "/repo/a/b");
  fs::create_directories(folder.path() + "/repo/c");
  folder.Write(".cacheplan.toml", "[lint]\nignore = [\"buildkit\"]\n");
  folder.Write("repo/a/.cacheplan.toml", "[lint]\nignore = [\"StageNameCasing\"]\n");
  for (const char* place : {"repo/a/b/Dockerfile", "repo/c/Dockerfile", "Dockerfile"}) {
    folder.Write(place, kDockerfile);
  }
  const InFolder here(folder.path());
  CHECK(Codes({"repo/a/b/Dockerfile"}, 1) == "FromAsCasing");
  CHECK(Codes({"repo/c/Dockerfile"}, 1) == "FromAsCasing StageNameCasing");
  CHECK(Codes({"Dockerfile"}, 0).empty());
  CHECK(Codes({"repo/a/../c/Dockerfile", "./Dockerfile"}, 1) == "FromAsCasing StageNameCasing");
  CHECK(Codes({"Dockerfile", "--no-config"}, 1) == "FromAsCasing StageNameCasing");
  CHECK(Codes({"Dockerfile", "--config", "repo/a/.cacheplan.toml"}, 1) == "FromAsCasing");
  CHECK(RunMain({"lint", "-", "--format", "json"}, kDockerfile).status == 0);
}

TEST_CASE("the command line wins over the configuration") {
  const TempFolder folder;
  folder.Write("Dockerfile", kDockerfile);
  folder.Write("old.Dockerfile", kDockerfile);
  folder.Write(".cacheplan.toml",
               "[lint]\nselect = [\"FromAsCasing\", \"StageNameCasing\"]\nignore = "
               "[\"StageNameCasing\"]\nfail-on = \"error\"\n[lint.severity]\nFromAsCasing = "
               "\"info\"\n[[lint.files]]\npath = \"old.*\"\nignore = [\"all\"]\n");
  const InFolder here(folder.path());
  CHECK(Codes({}, 0) == "FromAsCasing");
  CHECK(Codes({"old.Dockerfile"}, 0).empty());
  CHECK(Codes({"--select", "StageNameCasing"}, 0) == "StageNameCasing");
  CHECK(Codes({"--select", "StageNameCasing", "--fail-on", "warning"}, 1) == "StageNameCasing");
  CHECK(Codes({"--ignore", "FromAsCasing"}, 0).empty());
  CHECK(Codes({"--fail-on", "info"}, 1) == "FromAsCasing");
  CHECK(Codes({"--fail-on", "warning"}, 0) == "FromAsCasing");  // it is info here
}

TEST_CASE("a configuration that is wrong ends the run with its place") {
  const TempFolder folder;
  folder.Write("Dockerfile", kDockerfile);
  folder.Write(".cacheplan.toml", "[lint]\nselect = [\"cach\"]\n");
  const InFolder here(folder.path());
  const Ran ran = RunMain({"lint"});
  CHECK(ran.status == 2);
  CHECK(ran.out.empty());
  CHECK(ran.err ==
        "cacheplan: .cacheplan.toml:2:11: 'cach' is no rule and no group of rules (did you mean "
        "cache?)\n");
  CHECK(RunMain({"lint", "--no-config"}).status == 1);
  CHECK(RunMain({"lint", "--config", "none.toml"}).status == 3);
  CHECK(RunMain({"lint", "--config", "none.toml", "--no-config"}).status == 2);
}

}  // namespace
}  // namespace cacheplan::test
