#include "cacheplan/arena.h"

#include <algorithm>
#include <memory>

namespace cacheplan {

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

void Arena::AddChunk(std::size_t least) {
  const std::size_t chunk = std::max(least, chunk_);
  chunk_ = std::min(chunk_ + chunk_ / 4, kLargestChunk);
  bytes_ += chunk;
  chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(chunk));
  next_ = chunks_.back().get();
  left_ = chunk;
}

}  // namespace cacheplan
