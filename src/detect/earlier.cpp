#include "cacheplan/detect.h"

namespace cacheplan {

const DependencyStep* EarlierDownload(const Graph& graph, const Dependencies& deps,
                                      std::size_t stage, const DependencyStep& step) {
  // The chain is walked no further than to the answer: there may be very many stages.
  for (std::size_t index = stage;; index = graph.stages[index].base.stage) {
    for (const DependencyStep& other : deps.stages[index].steps) {
      const bool before = index != stage || other.line < step.line;
      if (before && other.kind == StepKind::kProject && other.mode == StepMode::kDownload &&
          other.ecosystem == step.ecosystem) {
        return &other;
      }
    }
    const StageSource& base = graph.stages[index].base;
    if (base.kind != SourceKind::kStage || base.stage >= index) {
      return nullptr;
    }
  }
}

}  // namespace cacheplan
