#include "cacheplan/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "cacheplan/byte_set.h"

namespace cacheplan {
namespace {

struct RuneRange {
  char32_t first;
  char32_t last;
};
/// first, first + stride, … last each map to themselves plus delta.
struct CaseRun {
  char32_t first;
  char32_t last;
  std::uint32_t stride;
  std::int32_t delta;
};

#include "src/base/unicode_tables.inc"

template <std::size_t N>
bool Contains(const RuneRange (&table)[N], char32_t rune) {
  const RuneRange* it =
      std::upper_bound(std::begin(table), std::end(table), rune,
                       [](char32_t value, const RuneRange& range) { return value < range.first; });
  return it != std::begin(table) && rune <= std::prev(it)->last;
}

template <std::size_t N>
char32_t MapCase(const CaseRun (&table)[N], char32_t rune) {
  const CaseRun* it =
      std::upper_bound(std::begin(table), std::end(table), rune,
                       [](char32_t value, const CaseRun& run) { return value < run.first; });
  if (it == std::begin(table)) {
    return rune;
  }
  --it;
  if (rune > it->last || (rune - it->first) % it->stride != 0) {
    return rune;
  }
  return static_cast<char32_t>(static_cast<std::int32_t>(rune) + it->delta);
}

char32_t LowerRune(char32_t rune) {
  if (rune < 0x80) {
    return rune >= 'A' && rune <= 'Z' ? rune + ('a' - 'A') : rune;
  }
  return MapCase(kToLower, rune);
}

char32_t UpperRune(char32_t rune) {
  if (rune < 0x80) {
    return rune >= 'a' && rune <= 'z' ? rune - ('a' - 'A') : rune;
  }
  return MapCase(kToUpper, rune);
}

/// An invalid byte becomes U+FFFD, as in Go's strings.Map.
template <typename Map>
std::string MapRunes(std::string_view text, Map map) {
  std::string out(text);
  std::size_t pos = 0;
  for (; pos < text.size() && static_cast<unsigned char>(text[pos]) < 0x80; ++pos) {
    out[pos] = static_cast<char>(map(static_cast<unsigned char>(text[pos])));
  }
  out.resize(pos);
  while (pos < text.size()) {
    const Rune rune = DecodeRune(text, pos);
    AppendRune(out, map(rune.value));
    pos += rune.width;
  }
  return out;
}

/// Bytes of ASCII but for the letters of one case.
constexpr ByteSet kNoUpper(0, 0x7F, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
constexpr ByteSet kNoLower(0, 0x7F, "abcdefghijklmnopqrstuvwxyz");

/// `plain`: bytes that the map leaves alone.
template <typename Map>
bool IsFixed(std::string_view text, const ByteSet& plain, Map map) {
  for (std::size_t pos = plain.End(text); pos < text.size();) {
    const Rune rune = DecodeRune(text, pos);
    if (map(rune.value) != rune.value || (rune.value == kRuneError && rune.width == 1)) {
      return false;
    }
    pos += rune.width;
  }
  return true;
}

bool IsContinuation(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

constexpr char kHex[] = "0123456789abcdef";

void AppendHex(std::string& out, char32_t value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out += kHex[(value >> static_cast<unsigned>(shift)) & 0xFU];
  }
}

}  // namespace

Rune DecodeMultibyte(std::string_view text, std::size_t pos) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[pos + i]); };
  const std::size_t left = text.size() - pos;
  const unsigned char lead = at(0);
  if (lead >= 0xC2 && lead <= 0xDF && left >= 2 && IsContinuation(at(1))) {
    return {static_cast<char32_t>((lead & 0x1FU) << 6U | (at(1) & 0x3FU)), 2};
  }
  if (lead >= 0xE0 && lead <= 0xEF && left >= 3 && IsContinuation(at(1)) && IsContinuation(at(2))) {
    const auto rune =
        static_cast<char32_t>((lead & 0x0FU) << 12U | (at(1) & 0x3FU) << 6U | (at(2) & 0x3FU));
    if (rune >= 0x800 && (rune < 0xD800 || rune > 0xDFFF)) {
      return {rune, 3};
    }
  }
  if (lead >= 0xF0 && lead <= 0xF4 && left >= 4 && IsContinuation(at(1)) && IsContinuation(at(2)) &&
      IsContinuation(at(3))) {
    const auto rune = static_cast<char32_t>((lead & 0x07U) << 18U | (at(1) & 0x3FU) << 12U |
                                            (at(2) & 0x3FU) << 6U | (at(3) & 0x3FU));
    if (rune >= 0x10000 && rune <= 0x10FFFF) {
      return {rune, 4};
    }
  }
  return {kRuneError, 1};
}

void AppendRune(std::string& out, char32_t rune) {
  if (rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF)) {
    rune = kRuneError;
  }
  if (rune < 0x80) {
    out += static_cast<char>(rune);
  } else if (rune < 0x800) {
    out += static_cast<char>(0xC0U | rune >> 6U);
    out += static_cast<char>(0x80U | (rune & 0x3FU));
  } else if (rune < 0x10000) {
    out += static_cast<char>(0xE0U | rune >> 12U);
    out += static_cast<char>(0x80U | (rune >> 6U & 0x3FU));
    out += static_cast<char>(0x80U | (rune & 0x3FU));
  } else {
    out += static_cast<char>(0xF0U | rune >> 18U);
    out += static_cast<char>(0x80U | (rune >> 12U & 0x3FU));
    out += static_cast<char>(0x80U | (rune >> 6U & 0x3FU));
    out += static_cast<char>(0x80U | (rune & 0x3FU));
  }
}

bool IsWideSpace(char32_t rune) {
  return rune == 0x85 || rune == 0xA0 || rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) ||
         rune == 0x2028 || rune == 0x2029 || rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

bool IsLetter(char32_t rune) {
  if (rune < 0x80) {
    return (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z');
  }
  return Contains(kLetters, rune);
}

bool IsDigit(char32_t rune) {
  if (rune < 0x80) {
    return rune >= '0' && rune <= '9';
  }
  return Contains(kDigits, rune);
}

bool IsPrint(char32_t rune) {
  if (rune < 0x80) {
    return rune >= ' ' && rune < 0x7F;
  }
  return Contains(kGraphic, rune);
}

std::string Concat(std::initializer_list<std::string_view> texts) {
  std::size_t size = 0;
  for (const std::string_view text : texts) {
    size += text.size();
  }
  std::string out;
  out.reserve(size);
  for (const std::string_view text : texts) {
    out += text;
  }
  return out;
}

std::string ToValidUtf8(std::string_view text) {
  return MapRunes(text, [](char32_t rune) { return rune; });
}
std::string ToLower(std::string_view text) { return MapRunes(text, LowerRune); }
std::string ToUpper(std::string_view text) { return MapRunes(text, UpperRune); }
bool IsLower(std::string_view text) { return IsFixed(text, kNoUpper, LowerRune); }
bool IsUpper(std::string_view text) { return IsFixed(text, kNoLower, UpperRune); }

bool EqualFold(std::string_view a, std::string_view b) {
  const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (static_cast<unsigned char>(a[i]) < 0x80 && static_cast<unsigned char>(b[j]) < 0x80) {
      if (fold(a[i++]) != fold(b[j++])) {
        return false;
      }
      continue;
    }
    const Rune x = DecodeRune(a, i);
    const Rune y = DecodeRune(b, j);
    if (x.value != y.value && LowerRune(UpperRune(x.value)) != LowerRune(UpperRune(y.value))) {
      return false;
    }
    i += x.width;
    j += y.width;
  }
  return i == a.size() && j == b.size();
}

std::string_view TrimWideLeft(std::string_view text) {
  std::size_t pos = 0;
  while (pos < text.size() && (text[pos] == ' ' || text[pos] == '\t')) {
    ++pos;  // by far the most common blanks
  }
  while (pos < text.size()) {
    const Rune rune = DecodeRune(text, pos);
    if (!IsSpace(rune.value)) {
      break;
    }
    pos += rune.width;
  }
  return text.substr(pos);
}

std::string_view TrimWideRight(std::string_view text) {
  while (!text.empty()) {
    if (text.back() > ' ') {
      break;  // ASCII, and no blank
    }
    std::size_t start = text.size() - 1;
    while (start > 0 && text.size() - start < 4 &&
           IsContinuation(static_cast<unsigned char>(text[start]))) {
      --start;
    }
    const Rune rune = DecodeRune(text, start);
    // A lone continuation byte is no character of its own, and no space either.
    if (start + rune.width != text.size() || !IsSpace(rune.value)) {
      break;
    }
    text.remove_suffix(rune.width);
  }
  return text;
}

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t pos = 0; pos < text.size();) {
    const Rune rune = DecodeRune(text, pos);
    const char32_t c = rune.value;
    if (c == kRuneError && rune.width == 1) {
      out += "\\x";
      AppendHex(out, static_cast<unsigned char>(text[pos]), 2);
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (IsPrint(c)) {
      out.append(text, pos, rune.width);
    } else if (c >= '\a' && c <= '\r') {
      out += '\\';
      out += "abtnvfr"[c - '\a'];
    } else if (c < ' ' || c == 0x7F) {
      out += "\\x";
      AppendHex(out, c, 2);
    } else if (c < 0x10000) {
      out += "\\u";
      AppendHex(out, c, 4);
    } else {
      out += "\\U";
      AppendHex(out, c, 8);
    }
    pos += rune.width;
  }
  out += '"';
}

std::string Quoted(std::string_view text) {
  std::string out;
  AppendQuoted(out, text);
  return out;
}

std::string Printable(std::string_view text) {
  std::string out;
  for (std::size_t pos = 0; pos < text.size();) {
    const Rune rune = DecodeRune(text, pos);
    if (rune.value == '\t' || rune.value == '\n') {
      out += ' ';
    } else if (IsPrint(rune.value) && !(rune.value == kRuneError && rune.width == 1)) {
      out.append(text, pos, rune.width);
    } else {
      out += '?';
    }
    pos += rune.width;
  }
  return out;
}

std::string ShellQuote(std::string_view word) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./:@%+,=").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) {
    return std::string(word);
  }
  std::string out = "'";
  while (!word.empty()) {
    const std::size_t slashes = std::min(word.find_first_not_of('\\'), word.size());
    const bool before_quote = slashes == word.size() || word[slashes] == '\'';
    if (slashes > 0 && before_quote) {
      // Outside the quotes: a backslash right before a quote reads like an escape.
      out += "'" + std::string(2 * slashes, '\\') + "'";
      word.remove_prefix(slashes);
    } else if (slashes > 0) {
      out += word.substr(0, slashes);
      word.remove_prefix(slashes);
    } else {
      out += word.front() == '\'' ? "'\\''" : std::string(1, word.front());
      word.remove_prefix(1);
    }
  }
  return out + "'";
}

std::size_t EditDistance(std::string_view a, std::string_view b, std::size_t limit) {
  const auto runes = [](std::string_view text) {
    std::u32string out;
    out.reserve(text.size());
    for (std::size_t pos = 0; pos < text.size();) {
      const Rune rune = DecodeRune(text, pos);
      out += rune.value;
      pos += rune.width;
    }
    return out;
  };
  // Each character that one has more than the other is an edit; one has at most four bytes.
  const auto differ = [](std::size_t x, std::size_t y) { return x > y ? x - y : y - x; };
  if (differ(a.size(), b.size()) >= limit * 4) {
    return limit;
  }
  const std::u32string x = runes(a);
  const std::u32string y = runes(b);
  if (differ(x.size(), y.size()) >= limit) {
    return limit;
  }
  std::vector<std::size_t> row(y.size() + 1);
  for (std::size_t j = 0; j <= y.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 1; i <= x.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= y.size(); ++j) {
      const std::size_t up = row[j];
      row[j] = std::min({up + 1, row[j - 1] + 1, diagonal + (x[i - 1] == y[j - 1] ? 0 : 1)});
      diagonal = up;
    }
  }
  return std::min(row.back(), limit);
}

std::string_view Nearest(std::string_view word, const std::vector<std::string_view>& options) {
  std::string_view best;
  std::size_t distance = 3;
  for (const std::string_view option : options) {
    if (option == word) {
      return {};
    }
    const std::size_t d = EditDistance(word, option, distance);
    if (d < distance) {
      distance = d;
      best = option;
    }
  }
  return best;
}

}  // namespace cacheplan
