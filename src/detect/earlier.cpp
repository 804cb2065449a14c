#include "cacheplan/detect.h"

namespace cacheplan {

const DependencyStep* EarlierDownload(const Graph& graph, const Dependencies& deps,
                                      std::size_t stage, const DependencyStep& step) {
  for (const std::size_t index : graph.BaseChain(stage)) {
    for (const DependencyStep& other : deps.stages[index].steps) {
      const bool before = index != stage || other.line < step.line;
      if (before && other.kind == StepKind::kProject && other.mode == StepMode::kDownload &&
          other.ecosystem == step.ecosystem) {
        return &other;
      }
    }
  }
  return nullptr;
}

}  // namespace cacheplan
