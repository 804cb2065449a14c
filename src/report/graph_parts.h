// What the forms of a graph have in common: words for stages and sources.
#pragma once

#include <string>
#include <string_view>

#include "cacheplan/detect.h"
#include "cacheplan/graph.h"

namespace cacheplan {

/// "image golang:1.22", "stage builder", "build context lib", "scratch", "unknown ($BASE)".
std::string Describe(const Graph& graph, const StageSource& source);
/// "image", "stage", "context", "scratch", "unknown".
std::string_view Name(SourceKind kind);
/// "FROM", "COPY --from", "RUN --mount".
std::string_view Name(EdgeKind kind);
/// "3 stages", "1 stage".
std::string Count(std::size_t number, std::string_view noun);
/// The dependencies of one stage.
const StageDependencies& Of(const Dependencies& deps, const Stage& stage);

}  // namespace cacheplan
