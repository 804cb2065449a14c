// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go (dispatchCmd,
// dispatchEntrypoint).
#include <fmt/format.h>

#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckJSONArgsRecommended(Checker& check) {
  for (const Keyword keyword : {Keyword::kCmd, Keyword::kEntrypoint}) {
    for (const StepRef& step : check.Steps(keyword)) {
      // A SHELL in the file says that a shell is meant.
      if (step.instruction().form == Form::kExec || !step.step->shell.empty()) {
        continue;
      }
      check.At(
          RuleId::kJSONArgsRecommended, step, FirstLine(check.file, step.instruction()),
          {fmt::format("JSON arguments recommended for {} to prevent unintended behavior "
                       "related to OS signals",
                       step.instruction().name.text),
           "",
           fmt::format("write {} [\"program\", \"argument\"], or set SHELL to say that a shell "
                       "is meant",
                       step.instruction().name.text)});
    }
  }
}

}  // namespace cacheplan::lint
