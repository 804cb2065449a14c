#include <fmt/format.h>

#include "src/lint/context_facts.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckNoDockerignore(Checker& check) {
  if (check.context == nullptr || check.context->ignore_path) {
    return;  // what a file that is there forgets is volatile-files-in-context's
  }
  const std::vector<ContextCopy> copies = ContextCopies(check);
  const ContextCopy* broad = FirstBroad(copies);
  if (broad == nullptr) {
    return;
  }
  const std::vector<std::string> paths = VolatilePaths(check, copies);
  if (paths.empty()) {
    return;  // a file would have nothing to leave out
  }
  check.At(
      RuleId::kNoDockerignore, broad->step, FirstLine(check.file, broad->step.instruction()),
      {fmt::format("'{}' takes the whole context, and there is no .dockerignore",
                   Quote(check, broad->step)),
       fmt::format("{} with it: whenever {} changes, this step and all after it in the stage run "
                   "again, though the source is the same",
                   List(paths) + (paths.size() == 1 ? " comes" : " come"),
                   paths.size() == 1 ? "it" : "one of them"),
       fmt::format("write a .dockerignore that names {}", List(paths)),
       Fix{paths.size() == 1 ? "write a .dockerignore with it" : "write a .dockerignore with them",
           false,
           {},
           AppendedLines{check.context->directory + "/.dockerignore", AsPatterns(paths)}}});
}

}  // namespace cacheplan::lint
