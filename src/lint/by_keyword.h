// Items told apart by the keyword of an instruction: one vector for all, since files are small and
// many.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cacheplan/syntax.h"

namespace cacheplan::lint {

template <typename T>
class ByKeyword {
 public:
  /// `each(use)` calls `use(keyword, item)` for every item, in order. It is called twice: to count
  /// and to place them.
  template <typename Each>
  explicit ByKeyword(const Each& each) {
    each([&](Keyword keyword, const T& /*item*/) { ++ends_[Row(keyword)]; });
    std::uint32_t begin = 0;
    for (std::uint32_t& end : ends_) {
      const std::uint32_t count = end;
      end = begin;  // where the next one of the keyword goes
      begin += count;
    }
    items_.resize(begin);
    each([&](Keyword keyword, const T& item) { items_[ends_[Row(keyword)]++] = item; });
  }

  /// Those of one keyword, in the order in which they came.
  [[nodiscard]] std::span<const T> Of(Keyword keyword) const {
    const std::size_t row = Row(keyword);
    const std::uint32_t begin = row == 0 ? 0 : ends_[row - 1];
    return {items_.data() + begin, ends_[row] - begin};
  }

 private:
  static std::size_t Row(Keyword keyword) { return static_cast<std::size_t>(keyword); }

  std::vector<T> items_;
  std::array<std::uint32_t, static_cast<std::size_t>(Keyword::kUnknown) + 1> ends_ = {};
};

}  // namespace cacheplan::lint
