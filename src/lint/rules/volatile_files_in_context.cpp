#include <fmt/format.h>

#include "src/lint/context_facts.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckVolatileFilesInContext(Checker& check) {
  if (check.context == nullptr || !check.context->ignore_path) {
    return;  // without a file the finding is no-dockerignore's
  }
  const std::vector<ContextCopy> copies = ContextCopies(check);
  const ContextCopy* broad = FirstBroad(copies);
  if (broad == nullptr) {
    return;
  }
  const std::vector<std::string> paths = VolatilePaths(check, copies);
  if (paths.empty()) {
    return;
  }
  check.At(RuleId::kVolatileFilesInContext, broad->step,
           FirstLine(check.file, broad->step.instruction()),
           {fmt::format("'{}' takes {} too, which the source does not need",
                        Quote(check, broad->step), List(paths)),
            fmt::format("whenever {} changes, this step and all after it in the stage run again, "
                        "though the source is the same",
                        paths.size() == 1 ? "it" : "one of them"),
            fmt::format("add to {}: {}", *check.context->ignore_path, List(paths)),
            Fix{paths.size() == 1 ? "add it to the ignore file" : "add them to the ignore file",
                false,
                {},
                AppendedLines{*check.context->ignore_path, AsPatterns(paths)}}});
}

}  // namespace cacheplan::lint
