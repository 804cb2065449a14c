#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
void CheckAddUrlWithoutChecksum(Checker& check) {
  if (check.options.classic) {
    return;  // it reads no --checksum
  }
  for (const StepRef& step : check.Steps(Keyword::kAdd)) {
    if (FindFlag(step.instruction(), "checksum") != nullptr) {
      continue;
    }
    for (const DependencyStep& fetched : check.deps.stages[step.stage->index].steps) {
      if (fetched.instruction != &step.instruction() || fetched.ecosystem != "url" ||
          fetched.command.find("://api.") != std::string::npos) {  // an answer, not a file
        continue;
      }
      check.At(
          RuleId::kAddUrlWithoutChecksum, step, FirstLine(check.file, step.instruction()),
          {fmt::format("`{}` without --checksum", fetched.command),
           "BuildKit asks the server in every build, and when the file changes there, every later "
           "step runs again",
           "add --checksum=sha256:…"});
      break;
    }
  }
}

}  // namespace cacheplan::lint
