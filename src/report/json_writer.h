// JSON written straight into a string, for reports of thousands of files: a tree of values first
// would cost more than reading the Dockerfiles.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace cacheplan::report {

/// Keys, values and brackets in the order in which they are called; who calls keeps them balanced.
/// One writes where the thread's last one did: memory that is there, and warm.
class JsonWriter {
 public:
  JsonWriter();
  ~JsonWriter();
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  JsonWriter& Open(char bracket) {  ///< '{' or '['
    char* const at = Separated(Room(kAround));
    *at = bracket;
    at_ = at + 1;
    before_ = kNothing;
    return *this;
  }
  JsonWriter& Close(char bracket) {  ///< '}' or ']'
    before_ &= kLine;
    char* const at = Separated(Room(kAround));
    *at = bracket;
    at_ = at + 1;
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
    *at++ = ':';
    at_ = at;
    before_ = kNothing;
    return *this;
  }
  /// Bytes that are no UTF-8 become U+FFFD: JSON has no other way to carry them.
  JsonWriter& Text(std::string_view text);
  /// The same for a name of ours, which is plain ASCII.
  JsonWriter& Name(std::string_view name);
  JsonWriter& Number(std::uint64_t number);
  JsonWriter& Bool(bool value) { return value ? Word("true") : Word("false"); }
  JsonWriter& Null() { return Word("null"); }
  /// The next value begins on a line of its own.
  JsonWriter& Line() {
    before_ |= kLine;
    return *this;
  }

  JsonWriter& Text(std::string_view key, std::string_view text) { return Key(key).Text(text); }
  JsonWriter& Name(std::string_view key, std::string_view name) { return Key(key).Name(name); }
  JsonWriter& Number(std::string_view key, std::uint64_t number) { return Key(key).Number(number); }
  JsonWriter& Bool(std::string_view key, bool value) { return Key(key).Bool(value); }
  JsonWriter& Open(std::string_view key, char bracket) { return Key(key).Open(bracket); }

  /// The text, with a newline at its end.
  [[nodiscard]] std::string Take();
  /// The same, onto `text`.
  void TakeOnto(std::string& text);

 private:
  static constexpr std::size_t kAround = 8;  ///< what stands around a value, and some more
  // What stands before the next value.
  static constexpr unsigned kNothing = 0;
  static constexpr unsigned kComma = 1;
  static constexpr unsigned kLine = 2;

  /// Where the next bytes go, with room for that many.
  char* Room(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes) {
      Grow(bytes);
    }
    return at_;
  }
  /// What separates the next value from the one before, and the place behind it.
  char* Separated(char* at) {
    *at = ',';  // stays where one is wanted: to ask that would cost more
    at += before_ & kComma;
    if ((before_ & kLine) != 0) {
      *at++ = '\n';
    }
    before_ = kComma;
    return at;
  }
  void Grow(std::size_t bytes);
  void Add(std::string_view bytes);
  /// Goes on behind the quote that a text begins with; what comes before it ends at `before`.
  void Escape(std::string_view text, std::size_t before);
  JsonWriter& Word(std::string_view word) {
    char* const at = Separated(Room(word.size() + kAround));
    std::memcpy(at, word.data(), word.size());
    at_ = at + word.size();
    return *this;
  }

  std::unique_ptr<char[]> bytes_;
  char* at_;   ///< where the next byte goes
  char* end_;  ///< of the room
  unsigned before_ = kNothing;
};

}  // namespace cacheplan::report
