#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
void CheckStageNameClash(Checker& check) {
  for (const Stage& stage : check.graph.stages) {
    for (const Edge& edge : stage.edges) {
      if (edge.source.kind != SourceKind::kStage || edge.source.stage >= stage.index) {
        continue;
      }
      const Stage& meant = check.graph.stages[edge.source.stage];
      const auto same_name = [&](const Stage& other) {
        // FROM node AS node is one thing under one name.
        return &other != &meant && other.base.kind == SourceKind::kImage &&
               other.base.name.text == meant.name;
      };
      if (meant.name.empty() || edge.source.name.text != meant.name) {
        continue;
      }
      const auto image = std::find_if(
          check.graph.stages.begin(),
          check.graph.stages.begin() + static_cast<std::ptrdiff_t>(edge.source.stage + 1),
          same_name);
      if (image ==
          check.graph.stages.begin() + static_cast<std::ptrdiff_t>(edge.source.stage + 1)) {
        continue;
      }
      check.At(
          RuleId::kStageNameClash, *edge.instruction, edge.span,
          {fmt::format("{} means the stage of line {} here, and the image of that name on line {}",
                       meant.name, meant.line, image->line),
           "the same word stands for two things, and moving a line changes what is built",
           fmt::format("give the stage of line {} another name", meant.line)});
    }
  }
}

}  // namespace cacheplan::lint
