// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go (reportUnusedFromArgs).
#include <fmt/format.h>

#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckUndefinedArgInFrom(Checker& check) {
  for (const Stage& stage : check.graph.stages) {
    for (const UnsetVariable& variable : stage.undeclared) {
      std::string message = fmt::format("FROM argument '{}' is not declared", variable.name);
      if (!variable.nearest.empty()) {
        message += fmt::format(" (did you mean {}?)", variable.nearest);
      }
      check.At(RuleId::kUndefinedArgInFrom, *stage.from, variable.span,
               {std::move(message), "",
                fmt::format("declare it above the first FROM: ARG {}=…", variable.name)});
    }
  }
}

}  // namespace cacheplan::lint
