// Texts gathered in order, each once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace cacheplan::detect {

/// Of a few texts the list itself is searched, of many a set.
class OnceTexts {
 public:
  explicit OnceTexts(std::vector<std::string_view> list = {}) : list_(std::move(list)) {}

  void Add(std::string_view text) {
    constexpr std::size_t kFew = 32;
    if (list_.size() < kFew) {
      if (std::find(list_.begin(), list_.end(), text) == list_.end()) {
        list_.push_back(text);
      }
      return;
    }
    if (seen_.empty()) {
      seen_.insert(list_.begin(), list_.end());
    }
    if (seen_.insert(text).second) {
      list_.push_back(text);
    }
  }
  [[nodiscard]] const std::vector<std::string_view>& list() const { return list_; }
  std::vector<std::string_view> Take() { return std::move(list_); }

 private:
  std::vector<std::string_view> list_;
  std::unordered_set<std::string_view> seen_;
};

}  // namespace cacheplan::detect
