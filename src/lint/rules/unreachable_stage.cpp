#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
void CheckUnreachableStage(Checker& check) {
  if (check.graph.target == kNoStage) {
    return;
  }
  for (const Stage& stage : check.graph.stages) {
    if (stage.reachable || (!check.options.classic && check.MayBeBuilt(stage))) {
      continue;  // one with a name, or what it needs, may be somebody's --target
    }
    const bool classic = check.options.classic;
    check.At(
        RuleId::kUnreachableStage, *stage.from, FirstLine(check.file, *stage.from),
        {fmt::format("the build does not need {}", stage.name.empty()
                                                       ? "this stage, and --target cannot name it"
                                                       : "stage " + stage.name),
         classic ? "the classic builder runs its steps in every build all the same, and without a "
                   "cache image of its own all of them on a fresh machine"
                 : "BuildKit never builds it: what it was meant to check is not checked",
         stage.name.empty() ? "remove it, or give it a name and build it with --target"
                            : "move it behind the target, or build with BuildKit"});
  }
}

}  // namespace cacheplan::lint
