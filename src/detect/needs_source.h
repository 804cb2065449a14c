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

/// How many of a RUN's first commands can read or change no file that came with the source or
/// after it, and depend on none of the RUNs of its stage `before` it that may have prepared them.
struct FreeOfSource {
  std::size_t commands = 0;
  bool all = false;  ///< that holds for the whole RUN
};
/// Where it cannot be told of a command, that command is none of them.
FreeOfSource FindFreeOfSource(const Step& step, const RunReading& reading,
                              std::span<const RunCommands> before, const Arrivals& arrivals,
                              Preparation& preparation, Arena& arena);

/// A command behind the install asks its package manager for something other than to install or to
/// clean up: `apk del`. In another layer, what it removes would stay in the image. `family`: the
/// ecosystem of what is installed.
bool Removes(std::span<const KnownCommand> commands, const CommandRange& install,
             std::string_view family);

}  // namespace cacheplan::detect
