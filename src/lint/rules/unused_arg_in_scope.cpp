#include <fmt/format.h>

#include "src/lint/registry.h"
#include "src/lint/unused_arg.h"

namespace cacheplan::lint {
void CheckUnusedArgInScope(Checker& check) {
  for (const PairsRef& arg : check.Pairs(Keyword::kArg)) {
    for (const KeyValue& pair : arg.pairs) {
      const DependencyStep* hit = HitByUnused(check, arg, pair.key.text);
      if (hit == nullptr) {
        continue;
      }
      check.At(RuleId::kUnusedArgInScope, arg.step, pair.key.span,
               {fmt::format("nothing below reads ARG {}", pair.key.text),
                fmt::format("another value runs every later RUN of the stage again, `{}` (line {}) "
                            "among them",
                            hit->command, hit->line),
                "remove it, or move it to the step that needs it"});
    }
  }
}

}  // namespace cacheplan::lint
