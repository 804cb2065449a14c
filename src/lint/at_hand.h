// Whether a step's dependencies are there before it runs, so that it downloads nothing.
#pragma once

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// A cache mount of the RUN may hold what its package manager downloads: one that is plainly for
/// something else (compiled objects, packages of the operating system) does not.
bool MayKeepDownloads(const Instruction& run);

/// The step comes with what it needs: on a cache mount, from another stage, vendored in the source,
/// or in the GOPATH.
bool HasDependencies(const Checker& check, const DependencyRef& step);

}  // namespace cacheplan::lint
