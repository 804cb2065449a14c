// JSON as this layer prints it.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace cacheplan {

/// One line. Bytes that are no UTF-8 become U+FFFD: JSON has no other way to carry them.
inline std::string JsonLine(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace cacheplan
