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

bool TakesDownloads(const Dependencies& deps, const Stage& stage, const DependencyStep& step) {
  return std::any_of(stage.edges.begin(), stage.edges.end(), [&](const Edge& edge) {
    if (edge.kind == EdgeKind::kBase || edge.source.kind != SourceKind::kStage ||
        edge.source.stage >= deps.stages.size()) {
      return false;
    }
    const std::vector<DependencyStep>& others = deps.stages[edge.source.stage].steps;
    return std::any_of(others.begin(), others.end(), [&step](const DependencyStep& other) {
      return other.kind == StepKind::kProject && other.ecosystem == step.ecosystem;
    });
  });
}

std::string_view BesideManifests(const DependencyStep& step) {
  return step.manager == "cargo" ? " and an empty src/main.rs or src/lib.rs" : "";
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
