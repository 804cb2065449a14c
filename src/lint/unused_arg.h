// ARGs that nothing reads and that stand above a step that downloads.
#pragma once

#include <string_view>

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// The first step that another value runs again for nothing; null where something reads the
/// variable, or may.
const DependencyStep* HitByUnused(const Checker& check, const PairsRef& arg, std::string_view name);

}  // namespace cacheplan::lint
