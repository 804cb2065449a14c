#include "src/report/json_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <utility>

#include <nlohmann/json.hpp>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

namespace cacheplan::report {
namespace {

/// ASCII that stands for itself between quotes.
constexpr ByteSet kPlain(' ', 0x7F, "\"\\");

/// Where the plain bytes that start at `pos` end. Most texts are plain to their end, and are
/// looked at eight bytes at a time.
std::size_t PlainEnd(std::string_view text, std::size_t pos) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighs = 0x80 * kOnes;
  const auto has_zero = [](std::uint64_t word) { return (word - kOnes) & ~word & kHighs; };
  for (; text.size() - pos >= sizeof(std::uint64_t); pos += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + pos, sizeof(word));
    const std::uint64_t control = (word - ' ' * kOnes) & ~word & kHighs;
    if ((word & kHighs) != 0 || control != 0 || has_zero(word ^ ('"' * kOnes)) != 0 ||
        has_zero(word ^ ('\\' * kOnes)) != 0) {
      break;
    }
  }
  return kPlain.End(text, pos);
}

/// The character as JSON writes it: two bytes for those with a name, else six.
std::string_view Escaped(char c, std::array<char, 6>& room) {
  constexpr std::string_view kNamed = "\"\\\b\f\n\r\t";
  constexpr std::string_view kNames = "\"\\bfnrt";
  constexpr std::string_view kHex = "0123456789abcdef";
  const std::size_t named = kNamed.find(c);
  if (named != std::string_view::npos) {
    room = {'\\', kNames[named]};
    return {room.data(), 2};
  }
  const auto byte = static_cast<unsigned char>(c);
  room = {'\\', 'u', '0', '0', kHex[byte >> 4U], kHex[byte & 0xFU]};
  return {room.data(), room.size()};
}

}  // namespace

void JsonWriter::Grow(std::size_t bytes) { out_.resize(std::max(out_.size() * 2, used_ + bytes)); }

void JsonWriter::Add(std::string_view bytes) {
  std::memcpy(Room(bytes.size()), bytes.data(), bytes.size());
  used_ += bytes.size();
}

JsonWriter& JsonWriter::Word(std::string_view word) {
  char* const at = Separated(Room(word.size() + kAround));
  std::memcpy(at, word.data(), word.size());
  used_ = static_cast<std::size_t>(at - out_.data()) + word.size();
  return *this;
}

JsonWriter& JsonWriter::Name(std::string_view name) {
  char* at = Separated(Room(name.size() + kAround));
  *at++ = '"';
  std::memcpy(at, name.data(), name.size());
  Put(at + name.size(), '"');
  return *this;
}

JsonWriter& JsonWriter::Text(std::string_view text) {
  char* at = Separated(Room(text.size() + kAround));
  const auto begin = static_cast<std::size_t>(at - out_.data());
  *at++ = '"';
  std::size_t pos = PlainEnd(text, 0);
  at = std::copy_n(text.data(), pos, at);  // which may be of no text at all
  if (pos == text.size()) {
    Put(at, '"');
    return *this;
  }
  used_ = static_cast<std::size_t>(at - out_.data());
  while (pos < text.size()) {
    if (static_cast<unsigned char>(text[pos]) < 0x80) {
      std::array<char, 6> room;
      Add(Escaped(text[pos++], room));
    } else {
      const Rune rune = DecodeRune(text, pos);
      if (rune.value == kRuneError && rune.width == 1) {
        // How many U+FFFD stand for bytes that are no UTF-8 is the library's to say.
        used_ = begin;
        Add(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        return *this;
      }
      Add(text.substr(pos, rune.width));
      pos += rune.width;
    }
    const std::size_t end = PlainEnd(text, pos);
    Add(text.substr(pos, end - pos));
    pos = end;
  }
  Put(Room(1), '"');
  return *this;
}

JsonWriter& JsonWriter::Number(std::uint64_t number) {
  constexpr std::size_t kDigits = 20;
  char* const at = Separated(Room(kDigits + kAround));
  used_ = static_cast<std::size_t>(std::to_chars(at, at + kDigits, number).ptr - out_.data());
  return *this;
}

std::string JsonWriter::Take() {
  Put(Room(1), '\n');
  out_.resize(std::exchange(used_, 0));
  return std::move(out_);
}

}  // namespace cacheplan::report
