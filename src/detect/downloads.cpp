#include "cacheplan/downloads.h"

#include <algorithm>
#include <string_view>

#include "src/detect/paths.h"

namespace cacheplan {
namespace {

/// One works where the other does, above or below it; true where that cannot be told.
bool IsNear(const DependencyStep& step, const DependencyStep& other) {
  const auto near = [](std::string_view a, std::string_view b) {
    return a.empty() || b.empty() || detect::IsUnder(a, b) || detect::IsUnder(b, a);
  };
  return step.commands.empty() || other.commands.empty() ||
         std::any_of(step.commands.begin(), step.commands.end(), [&](const StepCommand& own) {
           return std::any_of(
               other.commands.begin(), other.commands.end(),
               [&](const StepCommand& before) { return near(own.directory, before.directory); });
         });
}

}  // namespace

const DependencyStep* EarlierDownload(const Graph& graph, const Dependencies& deps,
                                      std::size_t stage, const DependencyStep& step) {
  // The chain is walked no further than to the answer: there may be very many stages.
  for (std::size_t index = stage;; index = graph.stages[index].base.stage) {
    for (const DependencyStep& other : deps.stages[index].steps) {
      const bool before = index != stage || other.line < step.line;
      if (before && other.kind == StepKind::kProject && other.mode == StepMode::kDownload &&
          other.ecosystem == step.ecosystem && IsNear(step, other)) {
        return &other;
      }
    }
    const StageSource& base = graph.stages[index].base;
    if (base.kind != SourceKind::kStage || base.stage >= index) {
      return nullptr;
    }
  }
}

std::string_view ManifestsForm(const DependencyStep& step) {
  const auto found =
      std::find_if(step.commands.begin(), step.commands.end(),
                   [](const StepCommand& command) { return !command.manifests_form.empty(); });
  return found == step.commands.end() ? std::string_view() : found->manifests_form;
}

bool NeedsSource(const DependencyStep& step) {
  return std::any_of(step.commands.begin(), step.commands.end(),
                     [](const StepCommand& command) { return command.without_manifests; });
}

}  // namespace cacheplan
