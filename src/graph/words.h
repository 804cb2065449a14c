// Small readings of words: a stage's number, a path below another.
#pragma once

#include <optional>
#include <string_view>

#include "cacheplan/graph.h"

namespace cacheplan::graph {

/// strconv.Atoi as far as a stage index goes.
std::optional<long> ParseIndex(std::string_view text);
/// WORKDIR: an absolute path replaces, a relative one goes below what holds.
Value Join(const Value& workdir, const Value& path);

}  // namespace cacheplan::graph
