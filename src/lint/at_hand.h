// Whether a step's dependencies are there before it runs, so that it downloads nothing, or at least
// the manifests that name them.
#pragma once

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// The step comes with what it needs: on a cache mount, from another stage, vendored in the source,
/// or in the GOPATH.
bool HasDependencies(const Checker& check, const DependencyRef& step);

/// What was copied may hold a manifest: a folder, or one by its name. A lone source file needs
/// nothing from elsewhere.
bool MayHaveManifest(const Checker& check, const DependencyRef& step);
/// The same for a lock file.
bool MayHaveLock(const Checker& check, const DependencyRef& step);

}  // namespace cacheplan::lint
