// Memory that lives and dies as one: what a tree points to.
//
// Views into an Arena stay valid as long as it does, also when it is moved. Nothing is freed
// before. For trivially destructible things alone. What an arena gives back, the thread's next ones
// take: who reads one file after the other works in the same, warm memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace cacheplan {

class Arena {
 public:
  /// About how much will be wanted in all: chunks of a fair part of that waste little.
  void Expect(std::size_t bytes) { chunk_ = std::clamp(bytes / 6, kFirstChunk, kLargestChunk); }

  /// A copy of the text.
  std::string_view Copy(std::string_view text) {
    if (text.empty()) {
      return {};
    }
    char* out = static_cast<char*>(Take(text.size(), 1));
    std::memcpy(out, text.data(), text.size());
    return {out, text.size()};
  }

  /// The texts in a row.
  std::string_view Concat(std::initializer_list<std::string_view> texts);
  /// The same where literals are among them, of which the compiler makes a few stores.
  template <typename... Texts>
  std::string_view Concat(const Texts&... texts) {
    const std::size_t size = (std::string_view(texts).size() + ...);
    char* const begin = Room(size);
    char* end = begin;
    const auto append = [&end](std::string_view text) {
      end = std::copy(text.begin(), text.end(), end);
    };
    (append(texts), ...);
    return {begin, size};
  }

  /// Room for that many bytes, to be filled by the caller.
  char* Room(std::size_t bytes) { return static_cast<char*>(Take(bytes, 1)); }

  /// A copy of the items, in one piece.
  template <typename T, typename Memory>
  std::span<T> Copy(const std::vector<T, Memory>& items) {
    return Copy(std::span<const T>(items));
  }
  template <typename T>
  std::span<T> Copy(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    if (items.empty()) {
      return {};
    }
    T* out = static_cast<T*>(Take(items.size_bytes(), alignof(T)));
    std::memcpy(out, items.data(), items.size_bytes());
    return {out, items.size()};
  }

  /// The same for items that have no value until the caller gives each one.
  template <typename T>
  std::span<T> Room(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    // NOLINTNEXTLINE(*-sizeof-expression): a T may be a pointer
    return {count == 0 ? nullptr : static_cast<T*>(Take(count * sizeof(T), alignof(T))), count};
  }

  /// Items in one piece, as T is without a value, to be filled by the caller.
  template <typename T>
  std::span<T> Items(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    if (count == 0) {
      return {};
    }
    T* out = static_cast<T*>(Take(count * sizeof(T), alignof(T)));
    std::uninitialized_default_construct_n(out, count);
    return {out, count};
  }

  template <typename T>
  T* New(T value) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (Take(sizeof(T), alignof(T))) T(std::move(value));
  }

  [[nodiscard]] std::size_t bytes() const { return bytes_; }  ///< memory held, used or not

 private:
  static constexpr std::size_t kFirstChunk = 1000;
  static constexpr std::size_t kLargestChunk = std::size_t{256} * 1024;

  void* Take(std::size_t size, std::size_t alignment) {
    const std::size_t padding = Padding(next_, alignment);
    if (left_ < size + padding) {
      return TakeFromNewChunk(size, alignment);
    }
    std::byte* const place = next_ + padding;
    next_ = place + size;
    left_ -= size + padding;
    return place;
  }
  /// Bytes to leave out for the next place to be a multiple of `alignment`, a power of two.
  static std::size_t Padding(const std::byte* next, std::size_t alignment) {
    return (0 - reinterpret_cast<std::uintptr_t>(next)) & (alignment - 1);
  }
  /// What is taken next comes from the new chunk or the one before, whichever has more left.
  void* TakeFromNewChunk(std::size_t size, std::size_t alignment);

  /// What each chunk begins with.
  struct Chunk {
    Chunk* before;
    std::size_t size;
  };
  /// Gives back a chunk and all before it.
  struct GiveBack {
    void operator()(Chunk* last) const;
  };
  std::unique_ptr<Chunk, GiveBack> last_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t bytes_ = 0;
  std::size_t chunk_ = kFirstChunk;
};

/// A list that grows in an arena, as long as that lives: the room that it leaves is not used again.
/// A copy shows the same items; only one of both may grow.
template <typename T>
class ArenaList {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  ArenaList() = default;
  /// Items that lie in an arena already.
  explicit ArenaList(std::span<T> items)
      : items_(items.data()), size_(items.size()), room_(items.size()) {}

  void Reserve(Arena& arena, std::size_t count) {
    if (count > room_) {
      T* const more = arena.Room<T>(count).data();
      std::copy(begin(), end(), more);
      items_ = more;
      room_ = count;
    }
  }
  /// One item more, which has no value until the caller gives it one.
  T& AddRoom(Arena& arena) {
    if (size_ == room_) {
      Reserve(arena, std::max<std::size_t>(2 * room_, 1));
    }
    return items_[size_++];
  }
  /// `item` may be one of these: where the list moves, they stay where they were as well.
  void Add(Arena& arena, const T& item) { AddRoom(arena) = item; }
  void Append(Arena& arena, std::span<const T> items) {
    if (size_ + items.size() > room_) {
      Reserve(arena, std::max(2 * room_, size_ + items.size()));
    }
    std::copy(items.begin(), items.end(), items_ + size_);
    size_ += items.size();
  }

  /// Keeps the items before `last`.
  void Shrink(const T* last) { size_ = static_cast<std::size_t>(last - items_); }

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] T* begin() { return items_; }
  [[nodiscard]] T* end() { return items_ + size_; }
  [[nodiscard]] const T* begin() const { return items_; }
  [[nodiscard]] const T* end() const { return items_ + size_; }
  [[nodiscard]] T& operator[](std::size_t index) { return items_[index]; }
  [[nodiscard]] const T& operator[](std::size_t index) const { return items_[index]; }
  [[nodiscard]] const T& front() const { return items_[0]; }
  [[nodiscard]] T& back() { return items_[size_ - 1]; }
  [[nodiscard]] const T& back() const { return items_[size_ - 1]; }
  // NOLINTNEXTLINE(*-explicit-*): it is a span to whoever reads it
  operator std::span<const T>() const { return {items_, size_}; }
  friend bool operator==(const ArenaList& a, const std::vector<T>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  T* items_ = nullptr;
  std::size_t size_ = 0;
  std::size_t room_ = 0;
};

}  // namespace cacheplan
