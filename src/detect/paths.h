// Paths in an image: where something stands, and whose place that is.
#pragma once

#include <cstddef>
#include <string_view>

#include "cacheplan/arena.h"
#include "cacheplan/paths.h"
#include "cacheplan/text.h"

namespace cacheplan::detect {

inline std::string_view LastComponent(std::string_view path) {
  return cacheplan::LastComponent(WithoutSlash(path));
}

/// The folder that it stands in; "" where it names none.
std::string_view ParentOf(std::string_view path);
/// `folder`/`name` in the arena.
std::string_view JoinPath(std::string_view folder, std::string_view name, Arena& arena);

/// `path` as an absolute one, without . and .. in it; "" when that cannot be told. A view of
/// `path`, of `workdir` or into the arena.
std::string_view Absolute(std::string_view path, std::string_view workdir, Arena& arena);
/// `path` is `folder` or lies below it; both absolute.
bool IsUnder(std::string_view path, std::string_view folder);
/// A place of the system (/etc, /usr/local/bin …): what lands there is no project.
bool IsSystemPlace(std::string_view place);
/// "app.tar.gz": what ADD unpacks.
bool IsArchive(std::string_view path);
/// "/opt/a/../b" as "/opt/b".
std::string_view Cleaned(std::string_view path, Arena& arena);

}  // namespace cacheplan::detect
