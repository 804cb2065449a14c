// Bytes looked at eight at a time: where a word or an indent ends cannot be guessed, and to ask
// byte by byte costs a wrong guess each time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace cacheplan {

inline constexpr std::size_t kEight = sizeof(std::uint64_t);
/// Times a byte: that byte eight times.
inline constexpr std::uint64_t kEveryByte = static_cast<std::uint64_t>(-1) / 0xFF;

/// Eight bytes as a number; the first one is the lowest where `std::endian::native` is little.
inline std::uint64_t Load(const char* bytes) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes, sizeof(number));
  return number;
}

/// The high bit of each byte that is `byte`. What stands above such a byte may be said to be one
/// that is not: an answer of none is right.
inline std::uint64_t BytesLike(std::uint64_t bytes, char byte) {
  const std::uint64_t other = bytes ^ static_cast<unsigned char>(byte) * kEveryByte;
  return (other - kEveryByte) & ~other & (0x80 * kEveryByte);
}

/// Where the first blank or control character of ASCII stands, at `pos` or behind it; text.size()
/// without one.
inline std::size_t FindLow(std::string_view text, std::size_t pos) {
  if constexpr (std::endian::native == std::endian::little) {
    for (; text.size() - pos >= kEight; pos += kEight) {
      const std::uint64_t bytes = Load(text.data() + pos);
      // The high bit of each byte below '!'; what such a byte borrows spoils later ones alone.
      const std::uint64_t low = (bytes - '!' * kEveryByte) & ~bytes & (0x80 * kEveryByte);
      if (low != 0) {
        return pos + static_cast<std::size_t>(std::countr_zero(low)) / 8;
      }
    }
  }
  while (pos < text.size() && static_cast<unsigned char>(text[pos]) > ' ') {
    ++pos;
  }
  return pos;
}

}  // namespace cacheplan
