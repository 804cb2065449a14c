// docs/schema/plan.schema.json and the reader of plans agree: what one refuses, the other does too.
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cacheplan/plan.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/plans.h"
#include "support/schema.h"

namespace cacheplan {
namespace {

using Json = nlohmann::json;

const test::Schema& PlanSchema() {
  static const test::Schema schema(
      test::ReadFile(test::SourcePath("docs/schema/plan.schema.json")));
  return schema;
}

Json PlanJson(BuilderKind builder, const char* text) {
  PlanOptions options = test::Options(builder);
  options.tags.emplace_back("app:1");
  options.fallback_tags = {"main"};
  options.build_args = {"A=1", "TOKEN"};
  options.platform = "linux/amd64";
  const PlanOutcome outcome = test::PlanOf(text, options);
  REQUIRE(outcome.plan);
  return Json::parse(PlanToJson(*outcome.plan));
}

TEST_CASE("every plan is as the schema says") {
  for (const BuilderKind builder : {BuilderKind::kClassic, BuilderKind::kDocker}) {
    for (const char* text : {test::kSeed, test::kTwo, "FROM scratch\nCOPY a /\n"}) {
      CHECK(PlanSchema().Accepts(PlanJson(builder, text)));
    }
  }
}

/// Every place of a document, the leaves too.
void Places(const Json& value, const Json::json_pointer& at,
            std::vector<Json::json_pointer>& places) {
  places.push_back(at);
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      Places(item, at / key, places);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      Places(value[i], at / i, places);
    }
  }
}

/// Both must say the same, but for what a schema cannot: which steps a need may name.
void CheckBoth(const Json& plan, const std::string& what) {
  const Result<Plan> read = PlanFromJson(plan.dump());
  INFO(what << ": " << (read.ok() ? "read" : read.status().message));
  const std::string message = read.ok() ? "" : read.status().message;
  const bool about_ids = message.find("needs '") != std::string::npos ||
                         message.find("have the id") != std::string::npos;
  CHECK((read.ok() || about_ids) == PlanSchema().Accepts(plan));
}

TEST_CASE("a plan with one thing wrong is refused by the schema and by the reader alike") {
  const Json good = PlanJson(BuilderKind::kClassic, test::kSeed);
  std::vector<Json::json_pointer> places;
  Places(good, Json::json_pointer(), places);
  REQUIRE(places.size() > 100);
  for (const Json::json_pointer& place : places) {
    for (const Json& other :
         {Json(nullptr), Json(true), Json(7), Json(-7), Json(1.5), Json("other"), Json(""),
          Json::array(), Json::array({1}), Json::object(), Json::object({{"a", 1}})}) {
      Json changed = good;
      changed[place] = other;
      CheckBoth(changed, place.to_string() + " = " + other.dump());
    }
    if (place.empty()) {
      continue;
    }
    if (good.at(place.parent_pointer()).is_object()) {
      Json shorter = good;
      shorter[place.parent_pointer()].erase(place.back());
      CheckBoth(shorter, place.to_string() + " left out");
    }
  }
}

}  // namespace
}  // namespace cacheplan
