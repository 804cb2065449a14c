// Patterns of paths: `**` is any number of folders, `*` and `?` stay within a name.
#pragma once

#include <string_view>

namespace cacheplan::config {

/// The pattern matches the path or a folder above it. Time is at most the product of the lengths.
bool GlobMatches(std::string_view pattern, std::string_view path);

}  // namespace cacheplan::config
