#include <utility>

#include <fmt/format.h>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

#include "src/syntax/line_parts.h"

namespace cacheplan::syntax {
namespace {

[[gnu::cold]] void Reject(const LineContext& context, Diag diag, Span span, std::uint32_t line,
                          std::string message, std::string hint) {
  context.file.diagnostics.push_back({diag, span, line, std::move(message), std::move(hint)});
  context.file.parser_rejects = true;
}

/// The end of the word that begins at `pos`, and what is odd about its bytes.
struct QuotedWord {
  std::size_t end = 0;
  bool quoted = false;   ///< even an empty word counts
  bool invalid = false;  ///< bytes that are no UTF-8: BuildKit has U+FFFD in their place
  bool dropped = false;  ///< it ends in an escape that stands for nothing
};
/// Bytes that mean nothing but themselves in a word; escapes of either kind are not among them.
constexpr ByteSet kPlain('!', 0x7F, "'\"\\`");

QuotedWord ScanQuotedWord(std::string_view rest, std::size_t pos, char escape) {
  QuotedWord word;
  char quote = '\0';
  while (pos < rest.size()) {
    pos = kPlain.End(rest, pos);
    if (pos == rest.size()) {
      break;
    }
    const char c = rest[pos];
    if (static_cast<unsigned char>(c) >= 0x80) {
      const Rune rune = DecodeRune(rest, pos);
      if (quote == '\0' && IsSpace(rune.value)) {
        break;
      }
      word.invalid = word.invalid || (rune.value == kRuneError && rune.width == 1);
      pos += rune.width;
      continue;
    }
    if (quote == '\0' && (c == ' ' || (c >= '\t' && c <= '\r'))) {
      break;
    }
    ++pos;
    if (c == '\'' || c == '"') {
      if (quote == '\0') {
        quote = c;
        word.quoted = true;
      } else if (c == quote) {
        quote = '\0';
      }
    } else if (c == escape && quote != '\'') {
      if (pos == rest.size()) {
        word.dropped = true;
        break;
      }
      const Rune rune = DecodeRune(rest, pos);  // whatever it is, it belongs to the word
      word.invalid = word.invalid || (rune.value == kRuneError && rune.width == 1);
      pos += rune.width;
    }
  }
  word.end = pos;
  return word;
}

/// Words cut at blanks; quotes and escapes keep blanks and stay in the word.
void ReadQuotedWords(const LineContext& context, std::string_view rest, Words& words) {
  for (std::size_t pos = 0; pos < rest.size();) {
    const Rune blank = DecodeRune(rest, pos);
    if (IsSpace(blank.value)) {
      pos += blank.width;
      continue;
    }
    const QuotedWord word = ScanQuotedWord(rest, pos, context.file.escape);
    const std::string_view piece = rest.substr(pos, word.end - pos);
    const std::string_view text = piece.substr(0, piece.size() - (word.dropped ? 1 : 0));
    if (word.invalid) {
      words.Add(context.Decoded(piece, ToValidUtf8(text)));
    } else if (word.quoted || !text.empty()) {
      words.Add({text, context.SpanOf(piece)});
    }
    pos = word.end;
  }
}

void ReadList(const LineContext& context, std::string_view rest, Words& words) {
  while (!rest.empty()) {
    const Split split = SplitFirst(rest);
    words.Add(context.WordOf(split.head));
    rest = split.tail;
    if (split.has_tail && rest.empty()) {
      words.Add(context.WordOf(rest));
    }
  }
}

/// True when the text is a JSON array; one with other things than strings is reported.
bool ReadArray(const LineContext& context, std::string_view text, std::uint32_t line,
               Instruction& instruction) {
  const JsonKind kind = ParseJsonArray(text, context.file.arena, context.scratch.strings);
  if (kind == JsonKind::kNotJson) {
    return false;
  }
  if (kind == JsonKind::kNotStrings) {
    Reject(context, Diag::kBadJson, context.SpanOf(text), line,
           "when using JSON array syntax, arrays must be comprised of strings only",
           "put every element in double quotes");
    return true;
  }
  instruction.form = Form::kExec;
  for (const JsonString& string : context.scratch.strings.all()) {
    context.scratch.words.Add({string.text, context.SpanOf(string.span)});
  }
  return true;
}

/// The same for one that blanks may stand before. Nothing else is looked at any further.
inline bool ReadJson(const LineContext& context, std::string_view rest, std::uint32_t line,
                     Instruction& instruction) {
  const std::string_view text = TrimLeft(rest);
  return !text.empty() && text.front() == '[' && ReadArray(context, text, line, instruction);
}

void ReadPairs(const LineContext& context, std::string_view rest, std::uint32_t line,
               Instruction& instruction) {
  context.scratch.pairs.Clear();
  ReadQuotedWords(context, rest, context.scratch.pairs);
  const std::span<const Word> words = context.scratch.pairs.all();
  if (words.empty()) {
    return;
  }
  const std::string_view end = rest.substr(rest.size());
  if (words.front().text.find('=') == std::string_view::npos) {
    const Split split = SplitFirst(rest);
    if (!split.has_tail) {
      const std::string_view name = Info(instruction.keyword).keyword;
      Reject(context, Diag::kBadArguments, context.SpanOf(rest), line,
             fmt::format("{} must have two arguments", name),
             fmt::format("write {} {}=VALUE", name, split.head));
      return;
    }
    for (const std::string_view piece : {split.head, split.tail, end}) {
      context.scratch.words.Add(context.WordOf(piece));
    }
    return;
  }
  for (const Word& word : words) {
    const std::size_t equals = word.text.find('=');
    if (equals == std::string_view::npos) {
      Reject(context, Diag::kBadArguments, word.span, line,
             fmt::format("Syntax error - can't find = in {}. Must be of the form: name=value",
                         Quoted(word.text)),
             "put a value with blanks in quotes");
      continue;
    }
    // A piece's span is exact where its text stands in the line as it is.
    const std::string_view key = word.text.substr(0, equals);
    const std::string_view value = word.text.substr(equals + 1);
    const bool in_line =
        word.text.data() >= context.line.data() &&
        word.text.data() + word.text.size() <= context.line.data() + context.line.size();
    context.scratch.words.Add({key, in_line ? context.SpanOf(key) : word.span});
    context.scratch.words.Add({value, in_line ? context.SpanOf(value) : word.span});
    context.scratch.words.Add({word.text.substr(equals, 1), word.span});
  }
}

void ReadHealthcheck(const LineContext& context, std::string_view rest, std::uint32_t line,
                     Instruction& instruction) {
  std::size_t end = 0;
  while (end < rest.size() && !IsSpaceByte(rest[end])) {
    ++end;
  }
  if (end == 0) {
    return;
  }
  context.scratch.words.Add(context.WordOf(rest.substr(0, end)));
  while (end < rest.size() && IsSpaceByte(rest[end])) {
    ++end;
  }
  rest = rest.substr(end);
  if (!rest.empty() && !ReadJson(context, rest, line, instruction)) {
    context.scratch.words.Add(context.WordOf(rest));
  }
}

}  // namespace

Word LineContext::Decoded(std::string_view piece, std::string_view text) const {
  return {file.arena.Copy(text), SpanOf(piece)};
}

void ReadArguments(const LineContext& context, std::string_view rest, std::uint32_t line,
                   Instruction& instruction) {
  switch (Info(instruction.keyword).shape) {
    case ArgShape::kCommandOrJson:
      if (!rest.empty() && !ReadJson(context, rest, line, instruction)) {
        context.scratch.words.Add(context.WordOf(rest));
      }
      return;
    case ArgShape::kPathsOrJson:
      if (!ReadJson(context, rest, line, instruction)) {
        ReadList(context, rest, context.scratch.words);
      }
      return;
    case ArgShape::kHealthcheck:
      ReadHealthcheck(context, rest, line, instruction);
      return;
    case ArgShape::kList:
      ReadList(context, rest, context.scratch.words);
      return;
    case ArgShape::kNames:
      ReadQuotedWords(context, rest, context.scratch.words);
      return;
    case ArgShape::kPairs:
      ReadPairs(context, rest, line, instruction);
      return;
    case ArgShape::kText:
      if (!rest.empty()) {
        context.scratch.words.Add(context.WordOf(rest));
      }
      return;
    case ArgShape::kInstruction:
      return;  // the parser reads what follows as an instruction
  }
}

}  // namespace cacheplan::syntax
