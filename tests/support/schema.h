// JSON Schema, as far as docs/schema/*.json use it; any other keyword fails the test.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace cacheplan::test {

class Schema {
 public:
  explicit Schema(const std::string& text) : root_(nlohmann::json::parse(text)) {}

  [[nodiscard]] bool Accepts(const nlohmann::json& value) const { return Accepts(root_, value); }

 private:
  using Json = nlohmann::json;

  [[nodiscard]] bool Accepts(const Json& schema, const Json& value) const;
  [[nodiscard]] bool Holds(const Json& schema, const std::string& keyword, const Json& rule,
                           const Json& value) const;
  [[nodiscard]] bool HoldsForItems(const Json& schema, const Json& rule, const Json& value) const;
  [[nodiscard]] bool HoldForKeys(const Json& properties, const Json& value) const;
  [[nodiscard]] bool HoldsForOthers(const Json& schema, const Json& rule, const Json& value) const;

  Json root_;
};

}  // namespace cacheplan::test
