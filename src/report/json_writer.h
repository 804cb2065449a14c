// JSON written straight into a string, for reports of thousands of files: a tree of values first
// would cost more than reading the Dockerfiles.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cacheplan::report {

/// Keys, values and brackets in the order in which they are called; who calls keeps them balanced.
class JsonWriter {
 public:
  JsonWriter& Open(char bracket);   ///< '{' or '['
  JsonWriter& Close(char bracket);  ///< '}' or ']'
  JsonWriter& Key(std::string_view key);
  /// Bytes that are no UTF-8 become U+FFFD: JSON has no other way to carry them.
  JsonWriter& Text(std::string_view text);
  JsonWriter& Number(std::uint64_t number);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();
  /// The next value begins on a line of its own.
  JsonWriter& Line();

  JsonWriter& Text(std::string_view key, std::string_view text) { return Key(key).Text(text); }
  JsonWriter& Number(std::string_view key, std::uint64_t number) { return Key(key).Number(number); }
  JsonWriter& Bool(std::string_view key, bool value) { return Key(key).Bool(value); }
  JsonWriter& Open(std::string_view key, char bracket) { return Key(key).Open(bracket); }

  /// The text, with a newline at its end.
  [[nodiscard]] std::string Take();

 private:
  void Separate();

  std::string out_;
  bool comma_ = false;
  bool line_ = false;
};

}  // namespace cacheplan::report
