// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert_expose.go (splitParts).
#include <fmt/format.h>

#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckExposeInvalidFormat(Checker& check) {
  for (const StepRef& step : check.Steps(Keyword::kExpose)) {
    for (const Value& port : step.step->values) {
      const std::size_t colon = port.text.rfind(':');
      if (!port.known || colon == std::string::npos || port.text.find_first_not_of(':') >= colon) {
        continue;  // nothing but colons before the container's port
      }
      Span span = FirstLine(check.file, step.instruction());
      for (const Word& word : step.instruction().args) {
        span = word.text == port.text ? word.span : span;
      }
      check.At(
          RuleId::kExposeInvalidFormat, step, span,
          {fmt::format("EXPOSE instruction should not define an IP address or host-port "
                       "mapping, found '{}'",
                       port.text),
           "", fmt::format("write {}; docker run -p maps ports", port.text.substr(colon + 1))});
    }
  }
}

}  // namespace cacheplan::lint
