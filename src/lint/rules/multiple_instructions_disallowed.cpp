// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go (validateUsedOnce).
#include <fmt/format.h>

#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckMultipleInstructionsDisallowed(Checker& check) {
  for (const Keyword keyword : {Keyword::kCmd, Keyword::kEntrypoint, Keyword::kHealthcheck}) {
    const StepRef* earlier = nullptr;
    for (const StepRef& step : check.Steps(keyword)) {
      if (earlier != nullptr && earlier->stage == step.stage) {
        // BuildKit points at the one that has no effect.
        const Instruction& place =
            earlier->triggered ? *earlier->stage->from : earlier->instruction();
        const Instruction& mine = step.triggered ? *step.stage->from : step.instruction();
        check.AtLine(RuleId::kMultipleInstructionsDisallowed, mine, FirstLine(check.file, place),
                     place.start_line,
                     {fmt::format("Multiple {} instructions should not be used in the same stage "
                                  "because only the last one will be used",
                                  step.instruction().name.text),
                      "", "remove this one"});
      }
      earlier = &step;
    }
  }
}

}  // namespace cacheplan::lint
