// The source that a step has from another stage, as it is or as that stage has built it.
#pragma once

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// COPY or ADD of everything from the build context.
bool CopiesEverything(const Step& step);

struct FromStage {
  const Instruction* copy = nullptr;  ///< the COPY --from; null where none could stand below
  const Stage* maker = nullptr;  ///< that makes what is copied; null for one that holds the source
};
/// The COPY --from above the step that brings all of the source, or what a stage makes of it and
/// the step has no use for.
FromStage SourceFromStage(const Checker& check, const DependencyRef& step);

}  // namespace cacheplan::lint
