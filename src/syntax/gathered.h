// Lists that are filled for one line or instruction and used again for the next.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <type_traits>

#include "cacheplan/arena.h"

namespace cacheplan::syntax {

/// Items on their way into the tree. Nothing is to be done to make or to destroy a list: most stay
/// empty.
template <typename T>
class Gathered {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  /// Who has the arena keeps it as long.
  explicit Gathered(Arena& arena) : arena_(arena) {}
  void Add(const T& item) {
    if (size_ == room_) {
      Grow();
    }
    items_[size_++] = item;
  }
  /// One less; there is one.
  void RemoveLast() { --size_; }
  /// Keeps the room.
  void Clear() { size_ = 0; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::span<const T> all() const { return {items_, size_}; }

 private:
  static constexpr std::size_t kUsual = 16;

  /// Once for most lists: apart from what is done for each item.
  [[gnu::noinline]] void Grow() {
    room_ = std::max(2 * room_, kUsual);
    T* const more = arena_.Room<T>(room_).data();
    std::copy_n(items_, size_, more);
    items_ = more;
  }

  Arena& arena_;
  T* items_ = nullptr;
  std::size_t size_ = 0;
  std::size_t room_ = 0;
};

}  // namespace cacheplan::syntax
