#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
void CheckBuildVaryingArg(Checker& check) {
  for (const PairsRef& arg : check.Pairs(Keyword::kArg)) {
    for (const KeyValue& pair : arg.pairs) {
      const bool stage = pair.key.text == "TARGETSTAGE";
      if (!stage && pair.key.text != "SOURCE_DATE_EPOCH") {
        continue;
      }
      const StageDependencies& deps = check.deps.stages[arg.step.stage->index];
      const auto hit =
          std::find_if(deps.steps.begin(), deps.steps.end(), [&](const DependencyStep& step) {
            return step.instruction->keyword == Keyword::kRun &&
                   step.line > arg.instruction().start_line;
          });
      if (hit == deps.steps.end()) {
        continue;
      }
      check.At(
          RuleId::kBuildVaryingArg, arg.step, pair.key.span,
          {fmt::format("ARG {} stands above `{}` (line {})", pair.key.text, hit->command,
                       hit->line),
           stage ? "its value is the name given to --target, so the build of the stage alone and "
                   "the build of the whole share no later step"
                 : "where it is the time of the commit, every commit runs every later step again",
           fmt::format("declare it below line {}", hit->line)});
    }
  }
}

}  // namespace cacheplan::lint
