// Whether a step's dependencies are there before it runs, so that it downloads nothing, or at least
// the manifests that name them.
#pragma once

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// The step comes with what it needs: on a cache mount, from another stage, or vendored in the
/// source.
bool HasDependencies(const Checker& check, const DependencyRef& step);

/// A build of Go in the GOPATH that shows no go.mod: outside of modules it fetches nothing.
bool MayBuildFromGopath(const Checker& check, const DependencyRef& step);
/// Go works with modules in the stage, wherever: so says its version, a command or a setting. The
/// answer is the same for all of its steps.
bool HasModules(const Checker& check, const Stage& stage);

/// What was copied may hold a manifest: a folder, or one by its name. A lone source file needs
/// nothing from elsewhere.
bool MayHaveManifest(const Checker& check, const DependencyRef& step);
/// The same for a lock file.
bool MayHaveLock(const Checker& check, const DependencyRef& step);

}  // namespace cacheplan::lint
