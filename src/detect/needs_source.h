// Whether an instruction that downloads no dependencies of the project could stand above the COPY
// of the source.
#pragma once

#include <cstddef>
#include <span>

#include "cacheplan/detect.h"

#include "src/detect/arrivals.h"
#include "src/detect/run_commands.h"

namespace cacheplan::detect {

/// Whether one of a stage's RUNs after the source may have prepared those that follow: brought a
/// file of the source to a place of the system (a list of repositories), or run a script.
struct Preparation {
  std::size_t read = 0;  ///< RUNs of the stage that were looked at
  bool found = false;
};

/// Nothing that the RUN does, nor the RUNs of its stage `before` it that may have prepared it, can
/// read or change a file that came with the source or after it. Where that cannot be told, it is
/// false.
bool NeedsNoSource(const Step& step, const RunReading& reading, std::span<const RunCommands> before,
                   const Arrivals& arrivals, Preparation& preparation, Arena& arena);

}  // namespace cacheplan::detect
