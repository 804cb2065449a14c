// What a step depends on, as values: the files it sees, its lock file, what runs it again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/detect.h"

#include "src/detect/context_files.h"
#include "src/detect/run_commands.h"

namespace cacheplan::detect {

/// Where a command works, absolute: its `cd`, its `--prefix`; "" when that cannot be told.
std::string PlaceOf(const Step& step, const SimpleCommand& command, std::string_view flag = {});

/// The manifests, lock files and configuration of `ecosystem` among what has arrived.
std::vector<VisibleFile> FilesOf(std::string_view ecosystem, const Arrivals& arrivals,
                                 std::string_view directory);

/// The command as a value. `files` is what it sees of its ecosystem.
StepCommand CommandOf(const KnownCommand& known, const CommandFact& fact, std::string directory,
                      const std::vector<VisibleFile>& files, const Arrivals& arrivals, Span span);

SourceTrigger TriggerOf(const Content& source);

}  // namespace cacheplan::detect
