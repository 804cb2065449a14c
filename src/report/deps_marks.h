// What `cacheplan deps` marks: what makes the cache of a step wrong or useless.
#pragma once

#include <string>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/graph.h"

namespace cacheplan {

/// All its commands work in the same folder.
bool WorksInOneFolder(const DependencyStep& step);

/// A sentence for each, without the "!".
std::vector<std::string> DepsMarks(const Graph& graph, const Dependencies& deps, const Stage& stage,
                                   const DependencyStep& step);

}  // namespace cacheplan
