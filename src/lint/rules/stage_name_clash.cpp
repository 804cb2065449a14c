#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckStageNameClash(Checker& check) {
  if (check.graph.stages.size() < 2) {
    return;
  }
  // The stages that are FROM an image, by its name and in order.
  std::vector<std::pair<std::string_view, const Stage*>> images;
  for (const Stage& stage : check.graph.stages) {
    if (stage.base.kind == SourceKind::kImage) {
      images.emplace_back(stage.base.name.text, &stage);
    }
  }
  std::stable_sort(images.begin(), images.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  // A stage is spoken of where its name is first used.
  std::vector<bool> told(check.graph.stages.size());
  for (const Stage& stage : check.graph.stages) {
    for (const Edge& edge : stage.edges) {
      if (edge.source.kind != SourceKind::kStage || edge.source.stage >= stage.index) {
        continue;
      }
      const Stage& meant = check.graph.stages[edge.source.stage];
      if (told[meant.index] || meant.name.empty() || edge.source.name.text != meant.name) {
        continue;
      }
      // Two are looked at, since FROM node AS node is one thing under one name.
      constexpr int kUsers = 2;
      auto user = std::lower_bound(
          images.begin(), images.end(), std::string_view(meant.name),
          [](const auto& image, std::string_view name) { return image.first < name; });
      for (int i = 0; i < kUsers && user != images.end() && user->first == meant.name;
           ++i, ++user) {
        const Stage* image = user->second;
        if (image == &meant || image->index > meant.index) {
          continue;
        }
        told[meant.index] = true;
        check.At(RuleId::kStageNameClash, *edge.instruction, edge.span,
                 {fmt::format("{} means the stage of line {} here, and the image of that name on "
                              "line {}",
                              meant.name, meant.line, image->line),
                  "the same word stands for two things, and moving a line changes what is built",
                  fmt::format("give the stage of line {} another name", meant.line)});
        break;
      }
    }
  }
}

}  // namespace cacheplan::lint
