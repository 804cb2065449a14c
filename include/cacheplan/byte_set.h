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
  [[nodiscard]] constexpr bool HasAnyOf(std::string_view text) const { return AnyIs<true>(text); }
  [[nodiscard]] constexpr bool HasAllOf(std::string_view text) const { return !AnyIs<false>(text); }

 private:
  /// Whether a byte of the text is in the set, or is not. How long a text is cannot be guessed, and
  /// most are short: bytes are looked at several at a time, and some of them twice.
  template <bool kIn>
  [[nodiscard]] constexpr bool AnyIs(std::string_view text) const {
    constexpr unsigned kFound = kIn ? 1 : 0;
    const char* const begin = text.data();
    const std::size_t size = text.size();
    if (size < 4) {
      return size != 0 &&
             Joined<kIn>(Bit(begin[0]), Bit(begin[size / 2]), Bit(begin[size - 1])) == kFound;
    }
    if (size < 8) {
      return Joined<kIn>(Bits4<kIn>(begin), Bits4<kIn>(begin + size - 4)) == kFound;
    }
    const char* const last = begin + size - 8;
    for (const char* at = begin; at < last; at += 8) {
      if (Bits8<kIn>(at) == kFound) {
        return true;
      }
    }
    return Bits8<kIn>(last) == kFound;
  }
  // Of several bytes: 1 when one of them is in the set; or, for kIn = false, when all are.
  template <bool kIn, typename... Numbers>
  static constexpr unsigned Joined(Numbers... bits) {
    return kIn ? (bits | ...) : (bits & ...);
  }
  template <bool kIn>
  [[nodiscard]] constexpr unsigned Bits4(const char* at) const {
    return Joined<kIn>(Bit(at[0]), Bit(at[1]), Bit(at[2]), Bit(at[3]));
  }
  template <bool kIn>
  [[nodiscard]] constexpr unsigned Bits8(const char* at) const {
    return Joined<kIn>(Bits4<kIn>(at), Bits4<kIn>(at + 4));
  }
  [[nodiscard]] constexpr unsigned Bit(char c) const { return Has(c) ? 1 : 0; }

  std::array<bool, 256> has_ = {};
};

}  // namespace cacheplan
