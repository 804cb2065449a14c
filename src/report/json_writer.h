// JSON written straight into a string, for reports of thousands of files: a tree of values first
// would cost more than reading the Dockerfiles.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace cacheplan::report {

/// Keys, values and brackets in the order in which they are called; who calls keeps them balanced.
class JsonWriter {
 public:
  /// `expected`: about how many bytes it will be.
  explicit JsonWriter(std::size_t expected = 0) : out_(std::max(expected, kSmallest), '\0') {}

  JsonWriter& Open(char bracket) {  ///< '{' or '['
    Put(Separated(Room(kAround)), bracket);
    comma_ = false;
    return *this;
  }
  JsonWriter& Close(char bracket) {  ///< '}' or ']'
    comma_ = false;
    Put(Separated(Room(kAround)), bracket);
    return *this;
  }
  /// Of plain ASCII. Keys are most of what is written: where one is a literal, the compiler makes a
  /// few stores of it.
  JsonWriter& Key(std::string_view key) {
    char* at = Separated(Room(key.size() + kAround));
    *at++ = '"';
    std::memcpy(at, key.data(), key.size());
    at += key.size();
    *at++ = '"';
    Put(at, ':');
    comma_ = false;
    return *this;
  }
  /// Bytes that are no UTF-8 become U+FFFD: JSON has no other way to carry them.
  JsonWriter& Text(std::string_view text);
  /// The same for a name of ours, which is plain ASCII.
  JsonWriter& Name(std::string_view name);
  JsonWriter& Number(std::uint64_t number);
  JsonWriter& Bool(bool value) { return Word(value ? "true" : "false"); }
  JsonWriter& Null() { return Word("null"); }
  /// The next value begins on a line of its own.
  JsonWriter& Line() {
    line_ = true;
    return *this;
  }

  JsonWriter& Text(std::string_view key, std::string_view text) { return Key(key).Text(text); }
  JsonWriter& Name(std::string_view key, std::string_view name) { return Key(key).Name(name); }
  JsonWriter& Number(std::string_view key, std::uint64_t number) { return Key(key).Number(number); }
  JsonWriter& Bool(std::string_view key, bool value) { return Key(key).Bool(value); }
  JsonWriter& Open(std::string_view key, char bracket) { return Key(key).Open(bracket); }

  /// The text, with a newline at its end.
  [[nodiscard]] std::string Take();

 private:
  static constexpr std::size_t kSmallest = 256;
  static constexpr std::size_t kAround = 8;  ///< what stands around a value, and some more

  /// Where the next bytes go, with room for that many.
  char* Room(std::size_t bytes) {
    if (out_.size() - used_ < bytes) {
      Grow(bytes);
    }
    return out_.data() + used_;
  }
  /// What separates the next value from the one before, and the place behind it.
  char* Separated(char* at) {
    if (comma_) {
      *at++ = ',';
    }
    if (line_) {
      *at++ = '\n';
    }
    comma_ = true;
    line_ = false;
    return at;
  }
  /// The last byte of what was written at Room().
  void Put(char* at, char last) {
    *at++ = last;
    used_ = static_cast<std::size_t>(at - out_.data());
  }
  void Grow(std::size_t bytes);
  void Add(std::string_view bytes);
  JsonWriter& Word(std::string_view word);

  std::string out_;  // all of it is room; `used_` bytes count
  std::size_t used_ = 0;
  bool comma_ = false;
  bool line_ = false;
};

}  // namespace cacheplan::report
