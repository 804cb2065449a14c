#include <optional>
#include <utility>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

#include "src/syntax/line_parts.h"

namespace cacheplan::syntax {
namespace {

/// One word of flags: where it stands and what it says without quotes and escapes.
struct RawFlag {
  std::size_t begin;
  std::size_t end;
  std::string text;
  bool blank_ok = false;  ///< it had quotes: even an empty word counts
};

/// Bytes that mean nothing but themselves in a flag; escapes of either kind are not among them.
constexpr ByteSet kPlain('!', 0x7E, "'\"\\`");

/// The end of a word that says what it is, without quotes and escapes; nothing for any other.
std::optional<std::size_t> PlainWordEnd(std::string_view text, std::size_t pos) {
  pos = kPlain.End(text, pos);
  return pos == text.size() || IsSpaceByte(text[pos]) ? std::optional(pos) : std::nullopt;
}

/// Reads one word from `pos` on. BuildKit goes byte by byte and takes each for a character.
RawFlag ReadFlagWord(std::string_view text, std::size_t& pos, char escape) {
  RawFlag word{pos, pos, {}, false};
  char quote = '\0';
  while (pos < text.size()) {
    char c = text[pos];
    if (quote == '\0' && IsSpaceByte(c)) {
      break;
    }
    ++pos;
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
      word.blank_ok = true;
      continue;
    }
    if (c == quote && quote != '\0') {
      quote = '\0';
      continue;
    }
    if (c == escape) {
      if (pos == text.size()) {
        break;  // an escape at the very end stands for nothing
      }
      c = text[pos++];
    }
    AppendRune(word.text, static_cast<unsigned char>(c));
  }
  word.end = pos;
  return word;
}

Flag MakeFlag(const LineContext& context, std::string_view piece, std::string_view text) {
  const Word word = piece == text ? context.WordOf(piece) : context.Decoded(piece, text);
  Flag flag;
  flag.raw = word.text;
  flag.span = word.span;
  std::string_view body = flag.raw;
  const std::size_t equals = body.find('=');
  if (equals != std::string_view::npos) {
    flag.value = body.substr(equals + 1);
    body = body.substr(0, equals);
  }
  flag.name = body.substr(0, 2) == "--" ? body.substr(2) : body;
  return flag;
}

}  // namespace

std::span<const Flag> ReadFlags(const LineContext& context, std::string_view& rest) {
  Gathered<Flag>& flags = context.scratch.flags;
  flags.Clear();
  std::size_t pos = 0;
  for (;;) {
    while (pos < rest.size() && IsSpaceByte(rest[pos])) {
      ++pos;
    }
    if (rest.substr(pos, 2) != "--") {
      break;
    }
    if (const std::optional<std::size_t> end = PlainWordEnd(rest, pos)) {
      const std::string_view piece = rest.substr(pos, *end - pos);
      pos = *end;
      if (piece == "--") {
        break;  // ends the flags and is none itself
      }
      flags.Add(MakeFlag(context, piece, piece));
      continue;
    }
    RawFlag word = ReadFlagWord(rest, pos, context.file.escape);
    if (word.text == "--") {
      break;
    }
    if (word.blank_ok || !word.text.empty()) {
      flags.Add(MakeFlag(context, rest.substr(word.begin, word.end - word.begin), word.text));
    }
  }
  rest = Trim(rest.substr(pos));
  return context.file.arena.Copy(flags.all());
}

}  // namespace cacheplan::syntax
