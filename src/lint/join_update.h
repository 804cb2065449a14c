// The edit that puts an update of the package index into the install that uses it.
#pragma once

#include <optional>

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// `RUN update` above `RUN install …`, with nothing but blank lines and comments between: the
/// update goes into the install, and its own lines away.
std::optional<Fix> JoinUpdate(const Checker& check, const RunRef& update_run,
                              const Instruction& install);

}  // namespace cacheplan::lint
