// Which files an install wants that is to run before the source is copied.
#pragma once

#include <string>
#include <vector>

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// The manifests and lock files of a project's step: those that are seen, and those of the manager
/// that come with the source, by the names that it knows.
std::vector<std::string> ManifestsToCopy(const Checker& check, const DependencyRef& step);

}  // namespace cacheplan::lint
