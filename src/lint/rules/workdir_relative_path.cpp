// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go (dispatchWorkdir) and
// util/system/path.go (IsAbs).
#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckWorkdirRelativePath(Checker& check) {
  std::vector<bool> set(check.graph.stages.size(), false);
  std::vector<bool> inherited(check.graph.stages.size(), false);
  for (const StepRef& step : check.Steps(Keyword::kWorkdir)) {
    const Stage& stage = *step.stage;
    if (!inherited[stage.index]) {
      // Stages stand in file order, so a base has been seen to its end.
      inherited[stage.index] = true;
      for (const std::size_t base : check.graph.BaseChain(stage.index)) {
        set[stage.index] = set[stage.index] || set[base];
      }
    }
    if (set[stage.index] || step.step->values.empty()) {
      continue;
    }
    set[stage.index] = true;
    const Value& path = step.step->values.front();
    if (!path.known || path.text.substr(0, 1) == "/") {
      continue;
    }
    check.At(
        RuleId::kWorkdirRelativePath, step, step.instruction().args.front().span,
        {fmt::format("Relative workdir {} can have unexpected results if the base image changes",
                     Quoted(path.text)),
         "", "write the absolute path that is meant"});
  }
}

}  // namespace cacheplan::lint
