// Small text helpers that several layers need, with Go's idea of characters where BuildKit's
// reading depends on it (unicode.IsSpace, strconv.Quote, strings.ToLower).
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace cacheplan {

inline constexpr char32_t kRuneError = 0xFFFD;

/// The character at `pos` and its width in bytes; an invalid byte is {kRuneError, 1}.
/// REQUIRES: pos < text.size().
struct Rune {
  char32_t value;
  std::size_t width;
};
Rune DecodeMultibyte(std::string_view text, std::size_t pos);
inline Rune DecodeRune(std::string_view text, std::size_t pos) {
  const auto lead = static_cast<unsigned char>(text[pos]);
  return lead < 0x80 ? Rune{lead, 1} : DecodeMultibyte(text, pos);
}
void AppendRune(std::string& out, char32_t rune);

/// Unicode White_Space, as Go's unicode.IsSpace.
bool IsWideSpace(char32_t rune);
inline bool IsSpace(char32_t rune) {
  return rune < 0x80 ? rune == ' ' || (rune >= '\t' && rune <= '\r') : IsWideSpace(rune);
}
bool IsLetter(char32_t rune);  ///< category L
bool IsDigit(char32_t rune);   ///< category Nd
bool IsPrint(
    char32_t rune);  ///< Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols, ' '

/// The texts in a row: for sentences that nearly every file has, where a format costs too much.
std::string Concat(std::initializer_list<std::string_view> texts);
/// The text with U+FFFD for each byte that is no UTF-8.
std::string ToValidUtf8(std::string_view text);
std::string ToLower(std::string_view text);
std::string ToUpper(std::string_view text);
/// True when the text is its own lower (upper) case.
bool IsLower(std::string_view text);
bool IsUpper(std::string_view text);
/// Equal under Unicode simple folding.
bool EqualFold(std::string_view a, std::string_view b);

std::string_view TrimWideLeft(std::string_view text);
std::string_view TrimWideRight(std::string_view text);
/// Without the Unicode blanks in front (behind). Lines of a Dockerfile mostly have ASCII there.
inline std::string_view TrimLeft(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  const bool plain = text.empty() || static_cast<unsigned char>(text.front() - '!') < 0x5E;
  return plain ? text : TrimWideLeft(text);
}
inline std::string_view TrimRight(std::string_view text) {
  const bool plain = text.empty() || static_cast<unsigned char>(text.back() - '!') < 0x5E;
  return plain ? text : TrimWideRight(text);
}
inline std::string_view Trim(std::string_view text) { return TrimRight(TrimLeft(text)); }
/// What stands behind the last slash of a path.
inline std::string_view LastComponent(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

/// A Go string literal: "a\tb\u00a0c". Appends to `out`.
void AppendQuoted(std::string& out, std::string_view text);
std::string Quoted(std::string_view text);

/// The text as a terminal may show it: tabs and newlines as one blank, control and invalid bytes as
/// '?'.
std::string Printable(std::string_view text);

/// One word for a POSIX shell, quoted only where it must be.
std::string ShellQuote(std::string_view word);

/// Levenshtein distance in characters, counted no further than `limit` (then limit is returned).
std::size_t EditDistance(std::string_view a, std::string_view b, std::size_t limit);
/// The option nearest to `word`, at most two edits away; empty when there is none or when `word`
/// itself is an option. The first of equals wins.
std::string_view Nearest(std::string_view word, const std::vector<std::string_view>& options);

}  // namespace cacheplan
