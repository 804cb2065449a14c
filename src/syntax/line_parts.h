// The parts of one instruction's line: keyword, flags, arguments. Shared by the readers of this
// layer. Source: moby/buildkit frontend/dockerfile/parser/{split_command,line_parsers}.go.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/eight_bytes.h"
#include "cacheplan/text.h"

#include "src/syntax/gathered.h"
#include "src/syntax/json_array.h"
#include "src/syntax/logical_lines.h"

namespace cacheplan::syntax {

using Words = Gathered<Word>;

/// Room for the pieces of one instruction, used again for the next.
struct Scratch {
  explicit Scratch(Arena& arena) : words(arena), pairs(arena), flags(arena), strings(arena) {}
  Words words;
  Words pairs;  ///< `key=value`, before they are cut
  Gathered<Flag> flags;
  Gathered<JsonString> strings;
};

/// A line and the tools to make words of its pieces. Lives while one instruction is read.
struct LineContext {
  Dockerfile& file;
  const LineMap& map;
  std::string_view line;  ///< the logical line; every piece below is a view into it
  Scratch& scratch;

  /// Where a view into the line begins.
  [[nodiscard]] std::size_t OffsetOf(std::string_view piece) const {
    return static_cast<std::size_t>(piece.data() - line.data());
  }
  [[nodiscard]] Span SpanOf(std::string_view piece) const {
    const std::size_t begin = OffsetOf(piece);
    return map.Map(begin, begin + piece.size());
  }
  [[nodiscard]] Word WordOf(std::string_view piece) const { return {piece, SpanOf(piece)}; }
  /// A word whose text is not the bytes of `piece`; keeps the text alive with the Dockerfile.
  Word Decoded(std::string_view piece, std::string_view text) const;
};

/// `[\t\v\f\r ]`: what separates words for BuildKit.
inline bool IsBlank(char c) {
  return c <= ' ' && (c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r');
}
/// Go's unicode.IsSpace of a single byte taken for a character: BuildKit reads flags by bytes.
inline bool IsSpaceByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == 0x85 || byte == 0xA0;
}

/// The first word, and what is left of the line behind the blanks that follow it.
struct Split {
  std::string_view head;
  std::string_view tail;
  bool has_tail = false;
};
inline Split SplitFirst(std::string_view text) {
  std::size_t end = FindLow(text, 0);
  while (end < text.size() && !IsBlank(text[end])) {
    end = FindLow(text, end + 1);
  }
  std::size_t next = end;
  while (next < text.size() && IsBlank(text[next])) {
    ++next;
  }
  return {text.substr(0, end), text.substr(next), next != end};
}

/// `FROM base AS name`, in any case.
inline bool NamesStage(const Instruction& from) {
  if (from.args.size() != 3) {
    return false;
  }
  const std::string_view as = from.args[1].text;
  return as == "AS" || as == "as" || EqualFold(as, "as");
}

/// Takes the leading `--flags` off `rest`, which is left trimmed.
std::span<const Flag> ReadFlags(const LineContext& context, std::string_view& rest);
inline std::span<const Flag> TakeFlags(const LineContext& context, std::string_view& rest) {
  if (!rest.empty() && rest.front() > '-' && rest.front() < 0x7F) {
    rest = TrimRight(rest);  // most instructions have none
    return {};
  }
  return ReadFlags(context, rest);
}

/// Reads the arguments of `instruction` by its shape; reports what BuildKit's parser refuses.
void ReadArguments(const LineContext& context, std::string_view rest, std::uint32_t line,
                   Instruction& instruction);

/// The heredocs that a line opens, without content; false when a delimiter cannot be read
/// (reported).
bool FindHeredocs(const LineContext& context, std::uint32_t line, std::vector<Heredoc>& heredocs);
/// `<<EOF` alone as a word.
bool OpensHeredoc(std::string_view word);
inline bool IsHeredocWord(std::string_view word) {
  const char first = word.empty() ? '\0' : word.front();
  return (first == '<' || (first >= '0' && first <= '9')) && OpensHeredoc(word);
}

/// What BuildKit's instruction parser refuses of one instruction: its first error.
/// Source: moby/buildkit frontend/dockerfile/instructions/parse.go.
void ValidateInstruction(const Instruction& instruction, std::vector<Diagnostic>& diagnostics);
/// The same for all of them, and the stages.
void Validate(Dockerfile& file);

}  // namespace cacheplan::syntax
