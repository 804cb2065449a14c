#include "cacheplan/source.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <fmt/format.h>

#include "cacheplan/text.h"

namespace cacheplan {
namespace {

constexpr std::size_t kFewLines = 4;        // looked at before all are searched
constexpr std::size_t kExcerptWidth = 100;  // characters of a line that an excerpt shows

constexpr std::size_t kBlock = 64;  // bytes that are searched at a time for the ends of lines

/// Where a block has newlines: a bit for each byte, the lowest for the first.
struct Newlines {
  std::uint64_t bits = 0;
  std::size_t count = 0;
};
#if defined(__SSE2__)
constexpr std::size_t kStep = sizeof(__m128i);
/// Of each byte all ones, which is -1, where it is a newline.
__m128i NewlineBytes(const char* from) {
  __m128i bytes;
  std::memcpy(&bytes, from, kStep);
  return _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
}
std::uint64_t Bits(__m128i bytes) {
  return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(bytes)));
}
Newlines FindNewlines(const char* block) {
  const __m128i a = NewlineBytes(block);
  const __m128i b = NewlineBytes(block + kStep);
  const __m128i c = NewlineBytes(block + 2 * kStep);
  const __m128i d = NewlineBytes(block + 3 * kStep);
  // The processors that this is built for by default have no instruction that counts bits.
  const __m128i zero = _mm_setzero_si128();
  const __m128i sums = _mm_add_epi8(_mm_add_epi8(a, b), _mm_add_epi8(c, d));
  const __m128i halves = _mm_sad_epu8(_mm_sub_epi8(zero, sums), zero);
  const int count = _mm_cvtsi128_si32(halves) + _mm_cvtsi128_si32(_mm_srli_si128(halves, 8));
  return {Bits(a) | Bits(b) << kStep | Bits(c) << 2 * kStep | Bits(d) << 3 * kStep,
          static_cast<std::size_t>(count)};
}
#else
Newlines FindNewlines(const char* block) {
  Newlines found;
  for (std::size_t i = 0; i < kBlock; ++i) {
    found.bits |= static_cast<std::uint64_t>(block[i] == '\n' ? 1 : 0) << i;
  }
  found.count = static_cast<std::size_t>(std::popcount(found.bits));
  return found;
}
#endif

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
  line_starts_.resize(2 * kBlock + text_.size() / kUsualLine);
  std::array<char, kBlock> rest = {};  // a copy of the last bytes, filled up
  std::size_t lines = 1;               // the first begins at 0
  for (std::size_t at = 0; at < text_.size(); at += kBlock) {
    const std::size_t size = std::min(kBlock, text_.size() - at);
    const char* block = text_.data() + at;
    if (size < kBlock) {
      std::copy_n(block, size, rest.begin());
      block = rest.data();
    }
    Newlines found = FindNewlines(block);
    if (line_starts_.size() - lines < kBlock) {
      line_starts_.resize(2 * line_starts_.size());
    }
    std::uint32_t* start = line_starts_.data() + lines;
    const auto add = [&] {
      // With a bit that is surely set nothing needs to be asked of none.
      constexpr std::uint64_t kLast = std::uint64_t{1} << (kBlock - 1);
      *start++ = static_cast<std::uint32_t>(at) +
                 static_cast<std::uint32_t>(std::countr_zero(found.bits | kLast)) + 1;
      found.bits &= found.bits - 1;
    };
    // How many there are cannot be guessed, so the first few are written whether they are there or
    // not.
    constexpr std::size_t kFew = 4;
    add();
    add();
    add();
    add();
    for (std::size_t i = kFew; i < found.count; ++i) {
      add();
    }
    lines += found.count;
  }
  line_starts_.resize(lines);
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
