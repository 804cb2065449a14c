// Spots: paths that are compared with others of a stage, also where not all of them is known.
#pragma once

#include <string_view>

#include "cacheplan/arena.h"
#include "cacheplan/graph.h"
#include "cacheplan/script.h"

namespace cacheplan::detect {

/// A path as one to be compared with others of the stage and for nothing else: absolute; what only
/// the base image or a shell could tell stands in it as it is written. "" where nothing is known.
std::string_view Spot(std::string_view path, const Value& workdir, Arena& arena);
/// Where a command works, as a spot: its `cd`, then `flag`, the value of a `--prefix`.
std::string_view SpotOf(const Step& step, const SimpleCommand& command, std::string_view flag,
                        Arena& arena);

/// Whether one of the spots holds the other can be told: both are certain, or what is not is the
/// same in both.
bool AreComparable(std::string_view a, std::string_view b);

}  // namespace cacheplan::detect
