// Runs of bytes read in steps of several: where a word ends no processor foresees, so that a branch
// for each byte costs more than looking at some bytes too many.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cacheplan/byte_set.h"

namespace cacheplan::script {

/// A run of the bytes of a set, and whether one that is marked is among them. Made at compile time.
class ByteRun {
 public:
  consteval ByteRun(const ByteSet& of, const ByteSet& marked) {
    for (std::size_t byte = 0; byte < kinds_.size(); ++byte) {
      const char c = static_cast<char>(byte);
      kinds_[byte] =
          static_cast<std::uint16_t>((of.Has(c) ? 0 : kEnds) | (marked.Has(c) ? kMarked : 0));
    }
  }

  struct Found {
    std::size_t end;
    bool marked;
  };
  /// The one that starts at `pos`, which may be empty.
  [[nodiscard]] Found Read(std::string_view text, std::size_t pos) const {
    std::uint32_t marks = 0;
    for (; pos + kStep <= text.size(); pos += kStep) {
      const std::uint32_t kinds = KindsOfStep(text.data() + pos);
      if (const std::uint32_t ends = kinds & (kMarked - 1); ends != 0) {
        const std::uint32_t before = (ends & (0 - ends)) - 1;
        return {pos + static_cast<std::size_t>(std::countr_zero(ends)),
                (marks | (kinds & before * kMarked)) != 0};
      }
      marks |= kinds;
    }
    for (; pos < text.size() && (KindOf(text[pos]) & kEnds) == 0; ++pos) {
      marks |= KindOf(text[pos]);
    }
    return {pos, marks != 0};
  }

 private:
  // Of each byte of a step a bit in the lower half says that it ends the run, and one in the upper
  // half that it is marked.
  static constexpr std::size_t kStep = 8;
  static constexpr std::uint32_t kEnds = 1;
  static constexpr std::uint32_t kMarked = kEnds << kStep;

  [[nodiscard]] std::uint32_t KindOf(char c) const { return kinds_[static_cast<unsigned char>(c)]; }
  [[nodiscard]] std::uint32_t KindsOf4(const char* at) const {
    return KindOf(at[0]) + 2 * (KindOf(at[1]) + 2 * (KindOf(at[2]) + 2 * KindOf(at[3])));
  }
  [[nodiscard]] std::uint32_t KindsOfStep(const char* at) const {
    return KindsOf4(at) | KindsOf4(at + 4) << 4U;
  }

  std::array<std::uint16_t, 256> kinds_{};
};

}  // namespace cacheplan::script
