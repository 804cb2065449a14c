// Commands as they are shown to a person: on one line, and no longer than can be read.
#pragma once

#include <string_view>

#include "cacheplan/arena.h"
#include "cacheplan/script.h"

namespace cacheplan::detect {

/// A text on one line, cut where it would become too long to read.
std::string_view CutText(std::string_view text, Arena& arena);
/// The words joined, in quotes where their shell needs them; cut where a line would become too long
/// to read.
std::string_view CommandText(const SimpleCommand& command, Arena& arena);

}  // namespace cacheplan::detect
