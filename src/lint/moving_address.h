// Addresses of what is another thing tomorrow.
#pragma once

#include <string_view>

namespace cacheplan::lint {

/// The part of an address that says that it names no fixed thing: "latest", "main", "master.zip";
/// "" when there is none. A version, a commit or a variable before such a part fixes it, and what
/// follows the reference in an address of a repository's file is a path in that.
std::string_view MovingPart(std::string_view address);

/// A branch that every commit moves, by its name: main, master, develop. Not "": what a
/// repository's default is called.
bool IsMovingBranch(std::string_view name);

}  // namespace cacheplan::lint
