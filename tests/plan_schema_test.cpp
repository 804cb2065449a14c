// docs/schema/plan.schema.json and the reader of plans agree: what one refuses, the other does too.
#include <algorithm>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cacheplan/plan.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/plans.h"

namespace cacheplan {
namespace {

using Json = nlohmann::json;

bool IsType(const std::string& type, const Json& value) {
  return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
         (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
         (type == "integer" && value.is_number_integer());
}

/// The part of JSON Schema that the file uses; any other keyword fails the test.
class Schema {
 public:
  explicit Schema(const std::string& text) : root_(Json::parse(text)) {}

  [[nodiscard]] bool Accepts(const Json& value) const { return Accepts(root_, value); }

 private:
  [[nodiscard]] bool Accepts(const Json& schema, const Json& value) const {
    bool good = true;
    for (const auto& [keyword, rule] : schema.items()) {
      good = Holds(schema, keyword, rule, value) && good;
    }
    return good;
  }

  [[nodiscard]] bool Holds(const Json& schema, const std::string& keyword, const Json& rule,
                           const Json& value) const {
    if (keyword == "type") {
      return IsType(rule, value);
    }
    if (keyword == "const") {
      return value == rule;
    }
    if (keyword == "enum") {
      return std::find(rule.begin(), rule.end(), value) != rule.end();
    }
    if (keyword == "$ref") {
      return Accepts(root_.at(Json::json_pointer(rule.get<std::string>().substr(1))), value);
    }
    if (keyword == "oneOf") {
      return std::count_if(rule.begin(), rule.end(),
                           [&](const Json& one) { return Accepts(one, value); }) == 1;
    }
    if (keyword == "minimum") {
      return !value.is_number() || value >= rule;
    }
    if (keyword == "minLength") {
      return !value.is_string() || value.get<std::string>().size() >= rule.get<std::size_t>();
    }
    if (keyword == "minItems") {
      return !value.is_array() || value.size() >= rule.get<std::size_t>();
    }
    if (keyword == "items") {
      return HoldsForItems(schema, rule, value);
    }
    if (keyword == "prefixItems") {
      return !value.is_array() || value.empty() || Accepts(rule.at(0), value[0]);
    }
    if (keyword == "required") {
      return !value.is_object() || std::all_of(rule.begin(), rule.end(), [&](const Json& key) {
        return value.contains(key.get<std::string>());
      });
    }
    if (keyword == "properties") {
      return HoldForKeys(rule, value);
    }
    if (keyword == "additionalProperties") {
      return HoldsForOthers(schema, rule, value);
    }
    const std::vector<std::string> silent = {"$schema", "$defs", "title", "description"};
    INFO(keyword);
    REQUIRE(std::find(silent.begin(), silent.end(), keyword) != silent.end());
    return true;
  }

  [[nodiscard]] bool HoldsForItems(const Json& schema, const Json& rule, const Json& value) const {
    if (!value.is_array()) {
      return true;
    }
    const std::size_t first = schema.contains("prefixItems") ? schema["prefixItems"].size() : 0;
    for (std::size_t i = first; i < value.size(); ++i) {
      if (!Accepts(rule, value[i])) {
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] bool HoldForKeys(const Json& properties, const Json& value) const {
    for (const auto& [key, rule] : properties.items()) {
      if (value.is_object() && value.contains(key) && !Accepts(rule, value[key])) {
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] bool HoldsForOthers(const Json& schema, const Json& rule, const Json& value) const {
    if (!value.is_object()) {
      return true;
    }
    for (const auto& [key, item] : value.items()) {
      const bool known = schema.contains("properties") && schema["properties"].contains(key);
      if (!known && !(rule.is_boolean() ? rule.get<bool>() : Accepts(rule, item))) {
        return false;
      }
    }
    return true;
  }

  Json root_;
};

const Schema& PlanSchema() {
  static const Schema schema(test::ReadFile(test::SourcePath("docs/schema/plan.schema.json")));
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
