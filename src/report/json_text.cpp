#include "src/report/json_text.h"

#include <array>
#include <charconv>

#include "cacheplan/text.h"

namespace cacheplan {
namespace {

/// ASCII that stands for itself between quotes.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain = {};
  for (unsigned c = ' '; c < 0x80; ++c) {
    plain[c] = c != '"' && c != '\\';
  }
  return plain;
}();

/// What stands for a byte that may not stand for itself.
void AppendEscape(std::string& out, char c) {
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

void JsonWriter::Text(std::string_view text) {
  Separate();
  const std::size_t begin = out_.size();
  out_ += '"';
  for (std::size_t pos = 0; pos < text.size();) {
    std::size_t end = pos;
    while (end < text.size() && kPlain[static_cast<unsigned char>(text[end])]) {
      ++end;
    }
    out_.append(text, pos, end - pos);
    pos = end;
    if (pos == text.size()) {
      break;
    }
    if (static_cast<unsigned char>(text[pos]) < 0x80) {
      AppendEscape(out_, text[pos++]);
      continue;
    }
    const Rune rune = DecodeRune(text, pos);
    if (rune.value == kRuneError && rune.width == 1) {
      // How many U+FFFD stand for bytes that are no UTF-8 is the library's to say.
      out_.resize(begin);
      out_ += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      return;
    }
    out_.append(text, pos, rune.width);
    pos += rune.width;
  }
  out_ += '"';
}

void JsonWriter::Number(std::uint64_t number) {
  Separate();
  std::array<char, 20> digits = {};
  const auto [end, error] = std::to_chars(digits.begin(), digits.end(), number);
  out_.append(digits.begin(), end);
}

}  // namespace cacheplan
