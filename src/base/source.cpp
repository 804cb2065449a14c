#include "cacheplan/source.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include <fmt/format.h>

#include "cacheplan/text.h"

namespace cacheplan {
namespace {

constexpr std::size_t kFewLines = 4;        // looked at before all are searched
constexpr std::size_t kExcerptWidth = 100;  // characters of a line that an excerpt shows

std::size_t CountRunes(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t pos = 0; pos < text.size(); pos += DecodeRune(text, pos).width) {
    ++count;
  }
  return count;
}

}  // namespace

Source::Source(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  assert(text_.size() <= kMaxSize);
}

void Source::IndexLines() const {
  if (!line_starts_.empty()) {
    return;
  }
  constexpr std::size_t kUsualLine = 24;  // bytes, or more
  line_starts_.reserve(2 + text_.size() / kUsualLine);
  line_starts_.push_back(0);
  const char* const begin = text_.data();
  const char* const end = begin + text_.size();
  for (const char* p = begin; p != end;) {
    const void* newline = std::memchr(p, '\n', static_cast<std::size_t>(end - p));
    if (newline == nullptr) {
      break;
    }
    p = static_cast<const char*>(newline) + 1;
    line_starts_.push_back(static_cast<std::uint32_t>(p - begin));
  }
}

Position Source::At(std::size_t offset) const {
  IndexLines();
  const auto place = static_cast<std::uint32_t>(std::min(offset, text_.size()));
  const auto it = std::upper_bound(line_starts_.begin(), line_starts_.end(), place) - 1;
  return {static_cast<std::uint32_t>(it - line_starts_.begin()) + 1, place - *it + 1};
}

Position Source::At(std::size_t offset, std::uint32_t near) const {
  IndexLines();
  const auto place = static_cast<std::uint32_t>(std::min(offset, text_.size()));
  const std::size_t lines = line_starts_.size();
  const std::size_t first = std::clamp<std::size_t>(near, 1, lines) - 1;
  const std::size_t end = std::min(first + kFewLines, lines);
  for (std::size_t i = first; i < end && line_starts_[i] <= place; ++i) {
    if (i + 1 == lines || line_starts_[i + 1] > place) {
      return {static_cast<std::uint32_t>(i) + 1, place - line_starts_[i] + 1};
    }
  }
  return At(offset);
}

std::uint32_t Source::LineCount() const {
  if (text_.empty()) {
    return 0;
  }
  IndexLines();
  const auto lines = static_cast<std::uint32_t>(line_starts_.size());
  return text_.back() == '\n' ? lines - 1 : lines;
}

Span Source::LineSpan(std::uint32_t line) const {
  IndexLines();
  if (line == 0 || line > line_starts_.size()) {
    return {};
  }
  const std::uint32_t begin = line_starts_[line - 1];
  std::uint32_t end = line < line_starts_.size() ? line_starts_[line] - 1
                                                 : static_cast<std::uint32_t>(text_.size());
  if (end > begin && text_[end - 1] == '\r') {
    --end;
  }
  return {begin, end};
}

std::string_view Source::Line(std::uint32_t line) const { return Slice(LineSpan(line)); }

std::string Excerpt(const Source& source, Span span) {
  const Position place = source.At(span.begin);
  const Span line = source.LineSpan(place.line);
  std::uint32_t from = line.begin;
  // Keep the place in sight on a very long line.
  if (span.begin - line.begin > kExcerptWidth / 2 && line.size() > kExcerptWidth) {
    from = span.begin - static_cast<std::uint32_t>(kExcerptWidth / 2);
  }
  const std::uint32_t to = std::min<std::uint32_t>(line.end, from + kExcerptWidth);
  const std::string number = std::to_string(place.line);
  const std::uint32_t caret = std::clamp(span.begin, from, to);
  const std::uint32_t stop = std::clamp(span.end, caret, to);
  const std::size_t before = CountRunes(source.Slice({from, caret}));
  const std::size_t marked = CountRunes(source.Slice({caret, stop}));
  return fmt::format("{:>5} | {}\n{:>5} | {:{}}^{:~<{}}\n", number,
                     Printable(source.Slice({from, to})), "", "", before, "",
                     marked > 1 ? marked - 1 : 0);
}

}  // namespace cacheplan
