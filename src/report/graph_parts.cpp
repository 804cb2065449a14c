#include "src/report/graph_parts.h"

#include <fmt/format.h>

#include "cacheplan/text.h"

namespace cacheplan {

std::string_view Name(SourceKind kind) {
  switch (kind) {
    case SourceKind::kStage:
      return "stage";
    case SourceKind::kImage:
      return "image";
    case SourceKind::kContext:
      return "context";
    case SourceKind::kScratch:
      return "scratch";
    case SourceKind::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view Name(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::kBase:
      return "FROM";
    case EdgeKind::kCopyFrom:
      return "COPY --from";
    case EdgeKind::kMountFrom:
      return "RUN --mount from";
  }
  return "FROM";
}

std::string Describe(const Graph& graph, const StageSource& source) {
  switch (source.kind) {
    case SourceKind::kStage: {
      const Stage& stage = graph.stages[source.stage];
      return stage.name.empty() ? stage.Label() : "stage " + stage.name;
    }
    case SourceKind::kImage:
      return Concat({"image ", source.name.text});
    case SourceKind::kContext:
      return Concat({"build context ", source.name.text});
    case SourceKind::kScratch:
      return "scratch";
    case SourceKind::kUnknown:
      return fmt::format("{} (unknown: {})", source.name.text, source.name.reason);
  }
  return {};
}

std::string Count(std::size_t number, std::string_view noun) {
  const fmt::format_int digits(number);
  return Concat({{digits.data(), digits.size()}, " ", noun, number == 1 ? "" : "s"});
}

const StageDependencies& Of(const Dependencies& deps, const Stage& stage) {
  return deps.stages[stage.index];
}

}  // namespace cacheplan
