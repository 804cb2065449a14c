// Lists that are filled for one line or instruction and used again for the next.
#pragma once

#include <cstddef>
#include <span>

#include "cacheplan/arena.h"

namespace cacheplan::syntax {

/// Items on their way into the tree. Nothing is to be done to make or to destroy a list: most stay
/// empty.
template <typename T>
class Gathered {
 public:
  /// Who has the arena keeps it as long.
  explicit Gathered(Arena& arena) : arena_(arena) {}
  void Add(const T& item) {
    if (list_.empty()) {
      list_.Reserve(arena_, kUsual);  // once for most lists
    }
    list_.Add(arena_, item);
  }
  /// One less; there is one.
  void RemoveLast() { list_.Shrink(list_.end() - 1); }
  /// Keeps the room.
  void Clear() { list_.Shrink(list_.begin()); }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] std::span<const T> all() const { return list_; }

 private:
  static constexpr std::size_t kUsual = 16;

  Arena& arena_;
  ArenaList<T> list_;
};

}  // namespace cacheplan::syntax
