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
      if (stage && check.options.classic) {
        continue;  // only BuildKit sets it
      }
      const DependencyStep* hit = FirstDependencyAfter(
          check, *arg.step.stage, arg.step.index,
          [](const DependencyStep& step) { return step.instruction->keyword == Keyword::kRun; });
      if (hit == nullptr) {
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
