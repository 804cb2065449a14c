// How fast each phase is inside the program, on one core.
#pragma once

#include "load.h"

namespace cacheplan::bench {

/// Megabytes a second of each phase, and how many times as long as a scan for newlines of the same
/// bytes in the same run it takes; the memory of the trees.
void ShowPhases(const Load& load);

}  // namespace cacheplan::bench
