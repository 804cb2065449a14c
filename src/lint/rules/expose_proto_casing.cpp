// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert_expose.go (parsePort).
#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckExposeProtoCasing(Checker& check) {
  for (const StepRef& step : check.Steps(Keyword::kExpose)) {
    for (const Value& port : step.step->values) {
      const std::size_t slash = port.text.find('/', port.text.rfind(':') + 1);
      if (!port.known || slash == std::string::npos || IsLower(port.text.substr(slash + 1))) {
        continue;
      }
      const std::string lower =
          Concat({port.text.substr(0, slash), ToLower(port.text.substr(slash))});
      Report report{
          fmt::format("Defined protocol '{}' in EXPOSE instruction should be lowercase", port.text),
          "", fmt::format("write {}", lower), std::nullopt};
      Span span = FirstLine(check.file, step.instruction());
      for (const Word& word : step.instruction().args) {
        if (word.text == port.text) {
          span = word.span;
          report.fix = Fix{fmt::format("write {}", lower), true, {{word.span, lower}}};
          break;
        }
      }
      check.At(RuleId::kExposeProtoCasing, step, span, std::move(report));
    }
  }
}

}  // namespace cacheplan::lint
