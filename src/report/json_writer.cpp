#include "src/report/json_writer.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include <nlohmann/json.hpp>

#include "cacheplan/text.h"

namespace cacheplan::report {
namespace {

/// ASCII that stands for itself between quotes.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain = {};
  for (unsigned c = ' '; c < 0x80; ++c) {
    plain[c] = c != '"' && c != '\\';
  }
  return plain;
}();

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
  while (pos < text.size() && kPlain[static_cast<unsigned char>(text[pos])]) {
    ++pos;
  }
  return pos;
}

void AppendEscaped(std::string& out, char c) {
  constexpr std::string_view kNamed = "\"\\\b\f\n\r\t";
  constexpr std::string_view kNames = "\"\\bfnrt";
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '\\';
  const std::size_t named = kNamed.find(c);
  if (named != std::string_view::npos) {
    out += kNames[named];
    return;
  }
  const auto byte = static_cast<unsigned char>(c);
  out += "u00";
  out += kHex[byte >> 4U];
  out += kHex[byte & 0xFU];
}

}  // namespace

void JsonWriter::Separate() {
  if (comma_) {
    out_ += ',';
  }
  if (line_) {
    out_ += '\n';
  }
  comma_ = true;
  line_ = false;
}

JsonWriter& JsonWriter::Open(char bracket) {
  Separate();
  out_ += bracket;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Close(char bracket) {
  comma_ = false;
  Separate();
  out_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  Separate();
  out_ += '"';
  out_ += key;
  out_ += "\":";
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Text(std::string_view text) {
  Separate();
  const std::size_t begin = out_.size();
  out_ += '"';
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t end = PlainEnd(text, pos);
    out_.append(text, pos, end - pos);
    pos = end;
    if (pos == text.size()) {
      break;
    }
    if (static_cast<unsigned char>(text[pos]) < 0x80) {
      AppendEscaped(out_, text[pos++]);
      continue;
    }
    const Rune rune = DecodeRune(text, pos);
    if (rune.value == kRuneError && rune.width == 1) {
      // How many U+FFFD stand for bytes that are no UTF-8 is the library's to say.
      out_.resize(begin);
      out_ += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      return *this;
    }
    out_.append(text, pos, rune.width);
    pos += rune.width;
  }
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::Number(std::uint64_t number) {
  Separate();
  out_ += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  Separate();
  out_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::Null() {
  Separate();
  out_ += "null";
  return *this;
}

JsonWriter& JsonWriter::Line() {
  line_ = true;
  return *this;
}

std::string JsonWriter::Take() { return std::exchange(out_, {}) + "\n"; }

}  // namespace cacheplan::report
