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

  JsonWriter& Open(char bracket) { return OpenAt(Separated(kAround), bracket); }  ///< '{' or '['
  JsonWriter& Close(char bracket) {                                               ///< '}' or ']'
    char* const at = Room(kAround);
    *at = bracket;
    return GoOn(at + 1, kComma);
  }
  JsonWriter& Key(std::string_view key) { return GoOn(KeyAt(key), kNothing); }
  /// Bytes that are no UTF-8 become U+FFFD: JSON has no other way to carry them.
  JsonWriter& Text(std::string_view text) { return TextAt(Separated(kAround), text); }
  /// The same for a name of ours, which is plain ASCII.
  JsonWriter& Name(std::string_view name) { return NameAt(Separated(kAround), name); }
  JsonWriter& Number(std::uint64_t number) { return NumberAt(Separated(kAround), number); }
  JsonWriter& Bool(bool value) { return BoolAt(Separated(kAround), value); }
  JsonWriter& Null() { return GoOn(Put(Separated(kAround), "null"), kComma); }
  /// The value that comes next begins on a line of its own.
  JsonWriter& Line() { return GoOn(Put(Separated(kAround), "\n"), kNothing); }

  JsonWriter& Text(std::string_view key, std::string_view text) { return TextAt(KeyAt(key), text); }
  JsonWriter& Name(std::string_view key, std::string_view name) { return NameAt(KeyAt(key), name); }
  JsonWriter& Number(std::string_view key, std::uint64_t number) {
    return NumberAt(KeyAt(key), number);
  }
  JsonWriter& Bool(std::string_view key, bool value) { return BoolAt(KeyAt(key), value); }
  JsonWriter& Open(std::string_view key, char bracket) { return OpenAt(KeyAt(key), bracket); }

  /// The text, with a newline at its end.
  [[nodiscard]] std::string Take();
  /// The same, onto `text`.
  void TakeOnto(std::string& text);

 private:
  static constexpr std::size_t kAround = 16;  ///< what stands around a value, or a short one
  // Bytes between the value before and the next one.
  static constexpr std::size_t kNothing = 0;
  static constexpr std::size_t kComma = 1;

  /// Where the next bytes go, with room for that many.
  char* Room(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes) {
      Grow(bytes);
    }
    return at_;
  }
  /// The place behind what separates the next value from the one before, with room for that many
  /// bytes in all.
  char* Separated(std::size_t bytes) {
    char* const at = Room(bytes);
    *at = ',';  // stays where one is wanted: to ask that would cost more
    return at + before_;
  }
  static char* Put(char* at, std::string_view bytes) {
    std::memcpy(at, bytes.data(), bytes.size());
    return at + bytes.size();
  }
  JsonWriter& GoOn(char* at, std::size_t before) {
    at_ = at;
    before_ = before;
    return *this;
  }
  /// The place behind a key, with room for a short value. Keys are most of what is written: where
  /// one is a literal of ASCII, as all are, the compiler makes a few stores of it.
  char* KeyAt(std::string_view key) {
    char* at = Separated(key.size() + kAround);
    *at++ = '"';
    at = Put(at, key);
    *at++ = '"';
    *at++ = ':';
    return at;
  }
  // A value whose place is known, behind a key or a comma that has room for a short one.
  JsonWriter& TextAt(char* at, std::string_view text);
  JsonWriter& NameAt(char* at, std::string_view name);
  JsonWriter& NumberAt(char* at, std::uint64_t number);
  JsonWriter& BoolAt(char* at, bool value) {
    return GoOn(value ? Put(at, "true") : Put(at, "false"), kComma);
  }
  JsonWriter& OpenAt(char* at, char bracket) {
    *at = bracket;
    return GoOn(at + 1, kNothing);
  }

  [[gnu::cold]] void Grow(std::size_t bytes);
  void Add(std::string_view bytes);
  /// Goes on behind the quote that a text begins with; what comes before it ends at `before`.
  void Escape(std::string_view text, std::size_t before);

  std::unique_ptr<char[]> bytes_;
  char* at_;   ///< where the next byte goes
  char* end_;  ///< of the room
  std::size_t before_ = kNothing;
};

}  // namespace cacheplan::report
