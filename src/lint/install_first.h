// The edit that puts an install before the COPY of everything above it.
#pragma once

#include <optional>

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// Copies the manifests that the install reads, installs, then copies the rest. Nothing where the
/// file does not show which files those are and where they lie, or where the manager wants more
/// than its manifests (Cargo: a source file; Gradle: its settings and plug-ins; a wrapper of the
/// project's: itself). Whether a script of the project runs at its install is not known: the fix is
/// an unsafe one.
std::optional<Fix> InstallFirst(const Checker& check, const Instruction& copy,
                                const DependencyRef& step);

}  // namespace cacheplan::lint
