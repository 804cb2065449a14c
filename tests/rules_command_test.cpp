// `cacheplan rules`: the catalogue, complete, in text and JSON, and one page at a time.
#include <string>

#include <nlohmann/json.hpp>

#include "cacheplan/lint.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/program.h"
#include "support/schema.h"

namespace cacheplan::test {
namespace {

using Json = nlohmann::json;

TEST_CASE("the catalogue names every rule, with what it needs and what mends it") {
  const Ran ran = RunMain({"rules"});
  CHECK(ran.status == 0);
  for (const RuleInfo& rule : AllRules()) {
    INFO(rule.code);
    CHECK(ran.out.find(std::string(rule.name) + " (" + std::string(SeverityName(rule.severity))) !=
          std::string::npos);
    CHECK(ran.out.find("      " + std::string(rule.summary) + "\n") != std::string::npos);
  }
  CHECK(ran.out.find("  CP333 classic-missing-feature (error; needs --builder classic)\n") !=
        std::string::npos);
  CHECK(ran.out.find("  InvalidDefinitionDescription (warning; off unless selected)\n") !=
        std::string::npos);
  CHECK(ran.out.find("  CP390 unused-suppression (warning; --fix)\n") != std::string::npos);
}

TEST_CASE("the catalogue as JSON is as its schema says and in the same order") {
  const Ran ran = RunMain({"rules", "--format", "json"});
  const Json json = Json::parse(ran.out);
  const Schema schema(ReadFile(SourcePath("docs/schema/rules.schema.json")));
  CHECK(schema.Accepts(json));
  REQUIRE(json["rules"].size() == AllRules().size());
  for (std::size_t i = 0; i < AllRules().size(); ++i) {
    CHECK(json["rules"][i]["code"] == std::string(AllRules()[i].code));
    CHECK(json["rules"][i]["page"] == std::string(RulePage(AllRules()[i])));
  }
  Json more = json;
  more["rules"][0]["one-too-many"] = 1;
  CHECK(!schema.Accepts(more));
}

TEST_CASE("one rule: its page and its facts, by code or name in any case") {
  const Ran page = RunMain({"rules", "cp390"});
  CHECK(page.status == 0);
  CHECK(page.out.find("# CP390 unused-suppression\n") == 0);
  CHECK(page.out.find("\n## Why\n") != std::string::npos);
  CHECK(page.out.find("\nGroup cache; warning; --fix\n") != std::string::npos);
  CHECK(RunMain({"rules", "Unused-Suppression"}).out == page.out);
  const Ran check = RunMain({"rules", "StageNameCasing"});
  CHECK(check.out.find("https://docs.docker.com/go/dockerfile/rule/stage-name-casing/\n") !=
        std::string::npos);
  const Json json = Json::parse(RunMain({"rules", "CP391", "--format", "json"}).out);
  REQUIRE(json["rules"].size() == 1);
  CHECK(json["rules"][0]["name"] == "bad-suppression");
}

TEST_CASE("a rule that is not there is wrong usage") {
  const Ran ran = RunMain({"rules", "unused-supression"});
  CHECK(ran.status == 2);
  CHECK(ran.out.empty());
  CHECK(ran.err.find("(did you mean unused-suppression?)") != std::string::npos);
}

}  // namespace
}  // namespace cacheplan::test
