// Paths as text: nothing here looks at a disk.
#pragma once

#include <string_view>

#include "cacheplan/arena.h"

namespace cacheplan {

/// "/app/" as "/app"; "/" stays.
inline std::string_view WithoutSlash(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') {
    path.remove_suffix(1);
  }
  return path;
}

/// The absolute `path` without . and .. in it, and without double slashes: a view of it where it
/// has none, else into the arena.
std::string_view PlainPath(std::string_view path, Arena& arena);

}  // namespace cacheplan
