// A Dockerfile as a tree with true byte spans.
//
//   auto source = std::make_shared<const Source>("Dockerfile", text);
//   Dockerfile file = Parse(source);
//   for (const Instruction& i : file.instructions) …
//
// Parse always returns a tree, whatever the bytes are; what BuildKit's parser or instruction parser
// would refuse is in `diagnostics`, BuildKit's own first error first. Every string_view points into
// the Source or into storage owned by the Dockerfile: it lives as long as the Dockerfile does.
// Sources of the rules: moby/buildkit frontend/dockerfile/{parser,instructions}.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/arena.h"
#include "cacheplan/diagnostic.h"
#include "cacheplan/source.h"

namespace cacheplan {

/// One enumerator a row of grammar/instructions.def: Keyword::kRun; kUnknown for any other word.
enum class Keyword : std::uint8_t {
#define INSTRUCTION(id_, ...) k##id_,
#include "grammar/instructions.def"
#undef INSTRUCTION
  kUnknown,
};
/// "RUN"; "" for kUnknown.
std::string_view KeywordName(Keyword keyword);

/// A piece of an instruction. `text` is what BuildKit sees (continuations removed, quotes kept,
/// JSON strings decoded); `span` is where it stands, continuations and all.
struct Word {
  std::string_view text;
  Span span;
};

/// `--name=value`, quotes and escapes removed as BuildKit removes them.
struct Flag {
  std::string_view raw;   ///< "--name=value"
  std::string_view name;  ///< "name"
  std::optional<std::string_view> value;
  Span span;
};

struct Heredoc {
  std::string_view name;     ///< the delimiter without quotes
  std::string_view content;  ///< the lines between, line endings kept, tabs of `<<-` still there
  bool expand = true;        ///< false when the delimiter is quoted
  bool chomp = false;        ///< `<<-`: leading tabs do not count
  unsigned file_descriptor = 0;
  Span content_span;
  Span terminator;  ///< the closing line; empty when the file ends first
};

enum class Form : std::uint8_t {
  kShell,  ///< a command line, a list of words or pairs: anything but a JSON array
  kExec,   ///< a JSON array of strings
};

/// A part of a line that continuations join: its bytes from `logical` on stand from `source` on in
/// the file, up to the next piece.
struct LinePiece {
  std::uint32_t logical = 0;
  std::uint32_t source = 0;
};
/// The first of the pieces that begins behind the logical byte `offset`.
inline const LinePiece* PieceBehind(std::span<const LinePiece> pieces, std::size_t offset) {
  return std::upper_bound(
      pieces.data(), pieces.data() + pieces.size(), offset,
      [](std::size_t value, const LinePiece& piece) { return value < piece.logical; });
}

/// Ordered by size: instructions are most of what a tree takes.
struct Instruction {
  Keyword keyword = Keyword::kUnknown;
  Form form = Form::kShell;
  bool empty_continuation = false;  ///< a blank line inside it
  std::uint32_t start_line = 0;
  std::uint32_t end_line = 0;
  Span span;  ///< keyword to the last byte, heredocs included, final newline not
  Word name;  ///< the keyword as written
  std::span<const Flag> flags;
  /// BuildKit's argument nodes: RUN/CMD/… in shell form one word with the whole command line; ENV
  /// and LABEL three words a pair (key, value, "=" or "" in the old form); ONBUILD none, see
  /// `trigger`.
  std::span<const Word> args;
  std::span<const Heredoc> heredocs;
  const Instruction* trigger = nullptr;  ///< what ONBUILD holds
  std::string_view logical;              ///< the whole instruction with continuations joined
  /// Of a RUN that has continuations: the pieces of `logical`, the first one from 0.
  std::span<const LinePiece> pieces;
  /// Comment lines right above, without '#', oldest first.
  std::span<const std::string_view> comments;
};

/// A FROM, in file order. Its instructions are those after it up to the next FROM.
struct StageDecl {
  std::string_view name;      ///< lower-cased; "" when the stage has none
  std::string_view base;      ///< as written, before expansion
  std::string_view platform;  ///< as written; "" when there is none
  std::size_t from = 0;       ///< index of its FROM in Dockerfile::instructions
  std::size_t end = 0;        ///< one past its last instruction
  std::uint32_t line = 0;
};

struct Directive {
  std::string_view name;  ///< lower-cased: "syntax", "escape" or "check"
  std::string_view value;
  Span span;
};

struct Dockerfile {
  std::shared_ptr<const Source> source;
  char escape = '\\';
  std::vector<Directive> directives;
  std::span<const Instruction> instructions;
  std::span<const StageDecl> stages;
  std::vector<Diagnostic> diagnostics;
  /// BuildKit's parser, the first of its two steps, would go no further (it dumps no tree then).
  bool parser_rejects = false;

  Arena arena;  ///< holds the tree, but for what are views into the source

  /// BuildKit would refuse the file.
  [[nodiscard]] bool rejected() const { return !diagnostics.empty(); }
  /// Memory held for the tree, without the text itself and the words of diagnostics.
  [[nodiscard]] std::size_t bytes() const {
    return arena.bytes() + directives.capacity() * sizeof(Directive) +
           diagnostics.capacity() * sizeof(Diagnostic);
  }
};

Dockerfile Parse(std::shared_ptr<const Source> source);

/// What BuildKit would refuse of an ONBUILD's `trigger` where it runs: in a stage built on the one
/// that has it. Parse leaves that alone, as BuildKit does.
std::vector<Diagnostic> CheckTrigger(const Instruction& trigger);

/// BuildKit's own dump of the tree (`parser.Node.Dump`), byte for byte, no final newline.
std::string DumpSexp(const Dockerfile& file);

/// What a byte of the file belongs to.
enum class TokenKind {
  kBom,
  kBlank,
  kComment,
  kDirective,
  kKeyword,
  kFlag,
  kWord,
  kContinuation,
  kHeredocBody,
  kHeredocEnd,
  kNewline,
};
struct Token {
  TokenKind kind;
  Span span;
};
/// The whole text as tokens: in order, without gaps or overlaps, so that joining their slices gives
/// the file back byte for byte.
std::vector<Token> Tokenize(const Dockerfile& file);

}  // namespace cacheplan
