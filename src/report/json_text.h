// JSON as this layer prints it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace cacheplan {

/// One line. Bytes that are no UTF-8 become U+FFFD: JSON has no other way to carry them.
inline std::string JsonLine(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

/// Writes JSON straight into a text, for what is too much to be a tree of values first. Gives the
/// bytes that JsonLine would. The caller opens and closes in pairs and gives members their keys.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void Open(char bracket) {
    Separate();
    out_ += bracket;
    first_ = true;
  }
  void Close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  /// The name of the member that is written next.
  void Key(std::string_view key) {
    Text(key);
    out_ += ':';
    first_ = true;
  }
  void Text(std::string_view text);
  void Number(std::uint64_t number);
  void Literal(std::string_view word) {  ///< true, false, null
    Separate();
    out_ += word;
  }

 private:
  void Separate() {
    if (!first_) {
      out_ += ',';
    }
    first_ = false;
  }

  std::string& out_;
  bool first_ = true;  ///< no comma before what comes next
};

}  // namespace cacheplan
