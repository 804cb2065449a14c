// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go
// (reportUnmatchedVariables). Where the base image's environment is not known, only variables that
// it cannot set are unset (GraphOptions::empty_base_env).
#include <fmt/format.h>

#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// Arguments that BuildKit reads itself and never puts into the environment.
bool IsForScanner(std::string_view name) {
  return name == "BUILDKIT_SBOM_SCAN_CONTEXT" || name == "BUILDKIT_SBOM_SCAN_STAGE";
}

}  // namespace

void CheckUndefinedVar(Checker& check) {
  constexpr Keyword kExpanding[] = {
      Keyword::kAdd, Keyword::kArg,  Keyword::kCopy,       Keyword::kEnv,    Keyword::kLabel,
      Keyword::kRun, Keyword::kUser, Keyword::kStopsignal, Keyword::kVolume, Keyword::kWorkdir};
  for (const Keyword keyword : kExpanding) {
    for (const StepRef& step : check.Steps(keyword)) {
      for (const UnsetVariable& variable : step.step->unset) {
        if (IsForScanner(variable.name)) {
          continue;
        }
        std::string message = fmt::format("Usage of undefined variable '${}'", variable.name);
        if (!variable.nearest.empty()) {
          message += fmt::format(" (did you mean ${}?)", variable.nearest);
        }
        check.At(RuleId::kUndefinedVar, step, variable.span,
                 {std::move(message), "",
                  fmt::format("it expands to nothing: declare it in this stage with ARG {0} or ENV "
                              "{0}=…",
                              variable.name)});
      }
    }
  }
}

}  // namespace cacheplan::lint
