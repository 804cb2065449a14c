// Lines as BuildKit's parser reads them: continuations joined, comments and blank lines inside an
// instruction dropped, directives at the top taken.
// Source: moby/buildkit frontend/dockerfile/parser/{parser,directives}.go.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "cacheplan/syntax.h"

#include "src/syntax/gathered.h"

namespace cacheplan::syntax {

/// Longest line that BuildKit reads, in bytes, without its newline (bufio.MaxScanTokenSize - 1).
inline constexpr std::size_t kMaxLine = 65535;

/// Go's regexp `\s`.
inline bool IsGoBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/// Where each byte of a joined line stands in the source.
class LineMap {
 public:
  explicit LineMap(Arena& memory) : more_(memory) {}
  /// A line whose bytes stand from `source` on.
  void Begin(std::uint32_t source) {
    first_ = source;
    more_.Clear();
    near_ = 0;
  }
  /// But those from `logical` on stand from `source` on.
  void Add(std::uint32_t logical, std::uint32_t source) { more_.Add({logical, source}); }
  [[nodiscard]] bool one_piece() const { return more_.empty(); }
  /// The pieces of a line of `size` bytes in a row at `out`.
  void Join(std::string_view source, std::size_t size, char* out) const;
  /// The pieces behind logical byte `begin`, counted from there.
  [[nodiscard]] std::span<const LinePiece> From(std::size_t begin, Arena& arena) const;
  /// The source bytes of logical bytes [begin, end); an empty range is an empty place.
  [[nodiscard]] Span Map(std::size_t begin, std::size_t end) const {
    if (begin == end) {
      const std::uint32_t place = begin == 0 ? MapOne(0) : MapOne(begin - 1) + 1;
      return {place, place};
    }
    if (more_.empty() || end <= more_.all().front().logical) {  // most lines are one piece
      return {first_ + static_cast<std::uint32_t>(begin), first_ + static_cast<std::uint32_t>(end)};
    }
    const std::uint32_t from = MapOne(begin);
    return {from, MapOne(end - 1) + 1};
  }

 private:
  [[nodiscard]] std::uint32_t MapOne(std::size_t offset) const {
    return more_.empty() || offset < more_.all().front().logical
               ? first_ + static_cast<std::uint32_t>(offset)
               : Search(offset);
  }
  [[nodiscard]] std::uint32_t Search(std::size_t offset) const;
  std::uint32_t first_ = 0;  // where the first piece stands
  Gathered<LinePiece> more_;
  mutable std::size_t near_ = 0;  ///< the piece found last: words are asked for in their order
};

/// One instruction's line, ready to be read.
struct LogicalLine {
  explicit LogicalLine(Arena& memory) : map(memory) {}
  std::string_view text;  ///< continuations joined; leading blanks gone
  LineMap map;
  std::span<const std::string_view> comments;  ///< of the tree
  Span span;
  std::uint32_t start_line = 0;
  std::uint32_t end_line = 0;
  bool empty_continuation = false;
};

/// Walks over a file. Directives and what is wrong with lines go straight into the Dockerfile.
class LineReader {
 public:
  /// `memory` is for what is read of a line, and outlives this.
  LineReader(Dockerfile& file, Arena& memory);
  /// The next line that is neither blank nor comment; false at the end. `line` is reused.
  bool Next(LogicalLine& line);
  /// The next physical line, for heredocs, its ending included; false at the end of the file.
  bool NextRaw(std::string_view& line) {
    if (pos_ >= text_.size()) {
      return false;
    }
    const std::size_t end = number_ + 1 < starts_.size() ? starts_[number_ + 1] - 1 : text_.size();
    const std::size_t length = end - pos_;
    if (length > kMaxLine && !stopped_) {
      Stop(length);
    }
    const std::size_t behind = std::min(end + 1, text_.size());
    line = {text_.data() + pos_, behind - pos_};
    pos_ = behind;
    ++number_;
    return true;
  }

  /// BuildKit stops at the first line that is too long, but what it has read by then is parsed
  /// first: such a line is reported by the first call of ReportTooLong after it was met.
  [[nodiscard]] bool met_too_long() const { return too_long_.has_value(); }
  void ReportTooLong() {
    if (too_long_) {
      ReportStop();
    }
  }

  [[nodiscard]] std::uint32_t line_number() const { return number_; }
  [[nodiscard]] std::uint32_t offset() const { return static_cast<std::uint32_t>(pos_); }

 private:
  struct LongLine {
    Span span;
    std::uint32_t number;  ///< of the line before
  };

  /// The line that begins here is too long.
  [[gnu::cold]] void Stop(std::size_t length);
  [[gnu::cold]] void ReportStop();
  void ReadDirective(std::string_view line, std::uint32_t offset);
  void AddDirective(const std::string& name, std::string_view value, Span span);
  /// Cuts a line continuation off; false where there is none.
  bool TrimContinuation(std::string_view& line) const {
    const char last = line.empty() ? '\n' : line.back();
    return (last == file_.escape || last == ' ' || last == '\t') && CutContinuation(line);
  }
  bool CutContinuation(std::string_view& line) const;
  [[gnu::cold]] void Report(Diag diag, Span span, std::uint32_t line, std::string message,
                            std::string hint);

  Dockerfile& file_;
  std::string_view text_;
  std::span<const std::uint32_t> starts_;  // of its lines
  std::size_t pos_ = 0;
  std::uint32_t number_ = 0;  // lines read so far
  bool directives_done_ = false;
  bool stopped_ = false;
  bool any_ = false;                  // instruction was read
  std::optional<LongLine> too_long_;  // not reported yet
  Gathered<std::string_view> comments_;
};

}  // namespace cacheplan::syntax
