#include "support/schema.h"

#include <algorithm>
#include <vector>

#include "support/catch.h"

namespace cacheplan::test {
namespace {

using Json = nlohmann::json;

bool IsType(const std::string& type, const Json& value) {
  return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
         (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
         (type == "null" && value.is_null()) || (type == "integer" && value.is_number_integer());
}

}  // namespace

bool Schema::Accepts(const Json& schema, const Json& value) const {
  bool good = true;
  for (const auto& [keyword, rule] : schema.items()) {
    good = Holds(schema, keyword, rule, value) && good;
  }
  return good;
}

bool Schema::Holds(const Json& schema, const std::string& keyword, const Json& rule,
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

bool Schema::HoldsForItems(const Json& schema, const Json& rule, const Json& value) const {
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

bool Schema::HoldForKeys(const Json& properties, const Json& value) const {
  for (const auto& [key, rule] : properties.items()) {
    if (value.is_object() && value.contains(key) && !Accepts(rule, value[key])) {
      return false;
    }
  }
  return true;
}

bool Schema::HoldsForOthers(const Json& schema, const Json& rule, const Json& value) const {
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

}  // namespace cacheplan::test
