// A text with a name, and places in it.
//
// A Source owns the bytes of one input. Everything that the parser returns points into it, so a
// Source must outlive the views; it is neither copied nor moved once made (hold it by shared_ptr).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cacheplan {

/// Bytes [begin, end) of a Source. `begin == end` is an empty place (an insertion point).
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] bool empty() const { return begin == end; }
  [[nodiscard]] std::uint32_t size() const { return end - begin; }
  friend bool operator==(const Span&, const Span&) = default;
};

/// Both from 1; the column counts bytes.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  friend bool operator==(const Position&, const Position&) = default;
};

class Source {
 public:
  /// Largest text accepted, in bytes; readers refuse a larger file.
  static constexpr std::size_t kMaxSize = std::size_t{1} << 30U;

  /// `name` is printed as it was given. REQUIRES: text.size() <= kMaxSize.
  Source(std::string name, std::string text);
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::string_view Slice(Span span) const {
    return std::string_view(text_).substr(span.begin, span.size());
  }

  /// Where a byte offset lies; an offset past the end is the end. O(log lines).
  [[nodiscard]] Position At(std::size_t offset) const;
  /// The same, sooner where it lies on the line `near` or one of the next few.
  [[nodiscard]] Position At(std::size_t offset, std::uint32_t near) const;
  /// Where each line begins, in bytes; behind a final newline begins one more. Never empty.
  [[nodiscard]] const std::vector<std::uint32_t>& LineStarts() const {
    IndexLines();
    return line_starts_;
  }
  /// Number of lines; a final newline does not open another one. An empty text has none.
  [[nodiscard]] std::uint32_t LineCount() const;
  /// The bytes of a line (from 1) without its line ending.
  [[nodiscard]] std::string_view Line(std::uint32_t line) const;
  /// The span of a line without its line ending.
  [[nodiscard]] Span LineSpan(std::uint32_t line) const;

 private:
  void IndexLines() const;

  std::string name_;
  std::string text_;
  mutable std::vector<std::uint32_t> line_starts_;  // filled at the first question
};

/// The line of `span.begin`, cut to what a terminal shows, with a caret line below it:
///     12 | RUN --mout=type=cache go build
///        |     ^~~~~~
std::string Excerpt(const Source& source, Span span);

}  // namespace cacheplan
