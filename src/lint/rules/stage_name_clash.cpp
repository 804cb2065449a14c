#include <map>

#include <fmt/format.h>

#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckStageNameClash(Checker& check) {
  if (check.graph.stages.size() < 2) {
    return;
  }
  // The first stages that are FROM an image of that name; two, since FROM node AS node is one thing
  // under one name.
  std::map<std::string_view, std::vector<const Stage*>> images;
  for (const Stage& stage : check.graph.stages) {
    if (stage.base.kind == SourceKind::kImage) {
      std::vector<const Stage*>& users = images[stage.base.name.text];
      if (users.size() < 2) {
        users.push_back(&stage);
      }
    }
  }
  for (const Stage& stage : check.graph.stages) {
    for (const Edge& edge : stage.edges) {
      if (edge.source.kind != SourceKind::kStage || edge.source.stage >= stage.index) {
        continue;
      }
      const Stage& meant = check.graph.stages[edge.source.stage];
      const auto users = images.find(meant.name);
      if (meant.name.empty() || edge.source.name.text != meant.name || users == images.end()) {
        continue;
      }
      for (const Stage* image : users->second) {
        if (image == &meant || image->index > meant.index) {
          continue;
        }
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
