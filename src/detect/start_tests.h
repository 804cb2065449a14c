// What the container of a stage starts, where that is a test.
#pragma once

#include <string_view>

#include "cacheplan/arena.h"
#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"

#include "src/detect/run_commands.h"

namespace cacheplan::detect {

/// The first command that tests, where the last ENTRYPOINT of the stage, with its CMD, does nothing
/// else that is known; "" otherwise. `settings` are those at the end of the stage.
std::string_view TestThatStarts(const Knowledge& knowledge, const Stage& stage, bool windows,
                                const Settings& settings, Arena& arena);

}  // namespace cacheplan::detect
