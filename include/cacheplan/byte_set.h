// Sets of bytes, for texts that are read byte by byte.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace cacheplan {

/// Made at compile time. A search looks at each byte once, however many the set has.
class ByteSet {
 public:
  consteval explicit ByteSet(std::string_view bytes) {
    for (const char c : bytes) {
      has_[static_cast<unsigned char>(c)] = true;
    }
  }
  /// The bytes from `first` to `last` that are not in `without`, and those of `more`.
  consteval ByteSet(unsigned first, unsigned last, std::string_view without,
                    std::string_view more = {})
      : ByteSet(more) {
    for (unsigned c = first; c <= last; ++c) {
      has_[c] = without.find(static_cast<char>(c)) == std::string_view::npos;
    }
  }

  [[nodiscard]] constexpr bool Has(char c) const { return has_[static_cast<unsigned char>(c)]; }
  /// Where the first byte of the set stands, at `pos` or behind it; text.size() without one.
  [[nodiscard]] constexpr std::size_t Find(std::string_view text, std::size_t pos = 0) const {
    while (pos < text.size() && !Has(text[pos])) {
      ++pos;
    }
    return pos;
  }
  /// Where the bytes of the set that start at `pos` end.
  [[nodiscard]] constexpr std::size_t End(std::string_view text, std::size_t pos = 0) const {
    while (pos < text.size() && Has(text[pos])) {
      ++pos;
    }
    return pos;
  }
  /// One past the last byte of the set; 0 without one.
  [[nodiscard]] constexpr std::size_t FindLastEnd(std::string_view text) const {
    std::size_t end = text.size();
    while (end > 0 && !Has(text[end - 1])) {
      --end;
    }
    return end;
  }
  // These look at several bytes before they ask: most texts are short, and mostly the answer comes
  // at their end.
  [[nodiscard]] constexpr bool HasAllOf(std::string_view text) const {
    if (text.size() < kStep) {
      return End(text) == text.size();
    }
    return AllSteps(text, [this](const char* at) {
      return (Has(at[0]) & Has(at[1]) & Has(at[2]) & Has(at[3]) &  //
              Has(at[4]) & Has(at[5]) & Has(at[6]) & Has(at[7])) != 0;
    });
  }
  [[nodiscard]] constexpr bool HasAnyOf(std::string_view text) const {
    if (text.size() < kStep) {
      return Find(text) < text.size();
    }
    return !AllSteps(text, [this](const char* at) {
      return (Has(at[0]) | Has(at[1]) | Has(at[2]) | Has(at[3]) |  //
              Has(at[4]) | Has(at[5]) | Has(at[6]) | Has(at[7])) == 0;
    });
  }

 private:
  static constexpr std::size_t kStep = 8;
  /// Whether it is so of all bytes of a text that has at least a step of them.
  template <typename IsSo>
  static constexpr bool AllSteps(std::string_view text, IsSo is_so) {
    const char* const last = text.data() + text.size() - kStep;  // may overlap the one before
    for (const char* at = text.data(); at < last; at += kStep) {
      if (!is_so(at)) {
        return false;
      }
    }
    return is_so(last);
  }

  std::array<bool, 256> has_ = {};
};

}  // namespace cacheplan
