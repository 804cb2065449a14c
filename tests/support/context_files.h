// Build contexts made of lists, for tests: as the pages of docs/rules write them.
#pragma once

#include <optional>
#include <string>

#include "cacheplan/context.h"

namespace cacheplan::test {

/// `files`: one path a line; "x " before it: executable; "x! ": executable on disk but not in git;
/// "? ": git does not track it. `ignore`: the text of .dockerignore, or nothing. The Dockerfile is
/// `Dockerfile`, where it is listed.
BuildContext ContextOf(const std::string& files, const std::optional<std::string>& ignore);

}  // namespace cacheplan::test
