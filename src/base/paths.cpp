#include "cacheplan/paths.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "cacheplan/eight_bytes.h"

namespace cacheplan {
namespace {

/// It has a "/." or a "//", or may have one: most paths have not, and that is told for sure.
bool MayBeOdd(std::string_view path) {
  std::size_t at = 0;
  for (; at + kEight < path.size(); at += kEight) {
    const std::uint64_t bytes = Load(path.data() + at);
    const std::uint64_t next = Load(path.data() + at + 1);
    if ((BytesLike(bytes, '/') & (BytesLike(next, '/') | BytesLike(next, '.'))) != 0) {
      return true;
    }
  }
  for (; at + 1 < path.size(); ++at) {
    if (path[at] == '/' && (path[at + 1] == '.' || path[at + 1] == '/')) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string_view PlainPath(std::string_view path, Arena& arena) {
  if (!MayBeOdd(path)) {
    return path;
  }
  char* const begin = arena.Room(path.size());
  char* end = begin;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/', 1), path.size());
    const std::string_view part = path.substr(1, slash - 1);
    if (part == "..") {
      while (end > begin && *--end != '/') {
      }
    } else if (!part.empty() && part != ".") {
      *end++ = '/';
      end = std::copy(part.begin(), part.end(), end);
    }
    path.remove_prefix(slash);
  }
  return end == begin ? "/" : std::string_view(begin, static_cast<std::size_t>(end - begin));
}

}  // namespace cacheplan
