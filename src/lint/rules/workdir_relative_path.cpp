// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go (dispatchWorkdir) and
// util/system/path.go (IsAbs).
#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {

namespace {

void Look(Checker& check, const StepRef& step) {
  const Value& path = step.step->values.front();
  if (!path.known || path.text.substr(0, 1) == "/") {
    return;
  }
  check.At(RuleId::kWorkdirRelativePath, step, step.instruction().args.front().span,
           {fmt::format("Relative workdir {} can have unexpected results if the base image changes",
                        Quoted(path.text)),
            "", "write the absolute path that is meant"});
}

}  // namespace

void CheckWorkdirRelativePath(Checker& check) {
  const std::span<const StepRef> steps = check.Steps(Keyword::kWorkdir);
  if (steps.empty()) {
    return;
  }
  // Whether a stage, or one that it is built FROM, has a WORKDIR so far.
  std::vector<bool> set(check.graph.stages.size(), false);
  auto next = steps.begin();
  for (const Stage& stage : check.graph.stages) {
    const bool inherits = stage.base.kind == SourceKind::kStage && stage.base.stage < stage.index;
    set[stage.index] = inherits && set[stage.base.stage];
    for (; next != steps.end() && next->stage == &stage; ++next) {
      if (!next->step->values.empty() && !set[stage.index]) {
        set[stage.index] = true;
        Look(check, *next);
      }
    }
  }
}

}  // namespace cacheplan::lint
