#include "cacheplan/arena.h"

#include <algorithm>
#include <array>
#include <memory>
#include <new>

namespace cacheplan {
namespace {

/// Chunks that a thread's arenas gave back, a few of each size.
class Spares {
 public:
  static constexpr std::size_t kStep = 512;  ///< sizes are multiples of it

  /// null: there is none of that size.
  std::byte* Take(std::size_t size) {
    const std::size_t kind = size / kStep;
    if (kind >= kKinds || lists_[kind].first == nullptr) {
      return nullptr;
    }
    List& list = lists_[kind];
    Spare* const spare = list.first;
    list.first = spare->next;
    --list.count;
    return reinterpret_cast<std::byte*>(spare);
  }
  /// False: there are enough of that size.
  bool Keep(std::byte* chunk, std::size_t size) {
    const std::size_t kind = size / kStep;
    if (closed_ || kind >= kKinds || lists_[kind].count == kMost) {
      return false;
    }
    List& list = lists_[kind];
    list.first = new (chunk) Spare{list.first};
    ++list.count;
    return true;
  }
  /// At the end of the thread. An arena that is gone later frees its own.
  void Close() {
    closed_ = true;
    for (List& list : lists_) {
      while (list.first != nullptr) {
        Spare* const spare = list.first;
        list.first = spare->next;
        ::operator delete(spare);
      }
      list.count = 0;
    }
  }

 private:
  struct Spare {
    Spare* next;
  };
  struct List {
    Spare* first;
    std::size_t count;
  };
  static constexpr std::size_t kKinds = 64;  // up to 32 KiB
  static constexpr std::size_t kMost = 8;    // half of them used, 4 MiB a thread
  std::array<List, kKinds> lists_;
  bool closed_;
};

/// Zero from the start and never destroyed, so that it may be asked at any time.
constinit thread_local Spares spares = {};

struct Closer {
  ~Closer() { spares.Close(); }
};

}  // namespace

void Arena::GiveBack::operator()(Chunk* last) const {
  while (last != nullptr) {
    Chunk* const before = last->before;
    if (!spares.Keep(reinterpret_cast<std::byte*>(last), last->size)) {
      ::operator delete(last);
    }
    last = before;
  }
}

std::string_view Arena::Concat(std::initializer_list<std::string_view> texts) {
  std::size_t size = 0;
  for (const std::string_view text : texts) {
    size += text.size();
  }
  char* const begin = Room(size);
  char* end = begin;
  for (const std::string_view text : texts) {
    end = std::copy(text.begin(), text.end(), end);
  }
  return {begin, size};
}

void* Arena::TakeFromNewChunk(std::size_t size, std::size_t alignment) {
  thread_local const Closer closer;
  const std::size_t wanted = std::max(sizeof(Chunk) + size + alignment, chunk_);
  const std::size_t chunk = (wanted + Spares::kStep - 1) / Spares::kStep * Spares::kStep;
  chunk_ = std::min(chunk_ + chunk_ / 4, kLargestChunk);
  bytes_ += chunk;
  std::byte* spare = spares.Take(chunk);
  if (spare == nullptr) {
    spare = static_cast<std::byte*>(::operator new(chunk));
  }
  last_.reset(new (spare) Chunk{last_.release(), chunk});
  std::byte* const begin = spare + sizeof(Chunk);
  std::byte* const place = begin + Padding(begin, alignment);
  const auto left = static_cast<std::size_t>(spare + chunk - place) - size;
  if (left >= left_) {
    next_ = place + size;
    left_ = left;
  }
  return place;
}

}  // namespace cacheplan
