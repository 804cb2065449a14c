// Whether a step's dependencies are there before it runs, so that it downloads nothing.
#pragma once

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// The step comes with what it needs: on a cache mount, from another stage, vendored in the source,
/// or in the GOPATH.
bool HasDependencies(const Checker& check, const DependencyRef& step);

}  // namespace cacheplan::lint
