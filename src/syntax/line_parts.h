// The parts of one instruction's line: keyword, flags, arguments. Shared by the readers of this
// layer. Source: moby/buildkit frontend/dockerfile/parser/{split_command,line_parsers}.go.
#pragma once

#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "src/syntax/logical_lines.h"

namespace cacheplan::syntax {

using Words = std::pmr::vector<Word>;

/// Room for the pieces of one instruction, used again for the next.
struct Scratch {
  explicit Scratch(std::pmr::memory_resource* memory)
      : words(memory), pairs(memory), flags(memory) {}
  Words words;
  Words pairs;  ///< `key=value`, before they are cut
  std::pmr::vector<Flag> flags;
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
  std::size_t end = 0;
  while (end < text.size() && !IsBlank(text[end])) {
    ++end;
  }
  std::size_t next = end;
  while (next < text.size() && IsBlank(text[next])) {
    ++next;
  }
  return {text.substr(0, end), text.substr(next), next != end};
}

/// Takes the leading `--flags` off `rest`, which is left trimmed.
std::span<const Flag> TakeFlags(const LineContext& context, std::string_view& rest);

/// Reads the arguments of `instruction` by its shape; reports what BuildKit's parser refuses.
void ReadArguments(const LineContext& context, std::string_view rest, std::uint32_t line,
                   Instruction& instruction);

/// The heredocs that a line opens, without content; false when a delimiter cannot be read
/// (reported).
bool FindHeredocs(const LineContext& context, std::uint32_t line, std::vector<Heredoc>& heredocs);
/// `<<EOF` alone as a word.
bool IsHeredocWord(std::string_view word);

/// What BuildKit's instruction parser refuses of one instruction: its first error.
/// Source: moby/buildkit frontend/dockerfile/instructions/parse.go.
void ValidateInstruction(const Instruction& instruction, std::vector<Diagnostic>& diagnostics);
/// The same for all of them, and the stages.
void Validate(Dockerfile& file);

}  // namespace cacheplan::syntax
