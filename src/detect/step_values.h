// What a step depends on, as values: the files it sees, its lock file, what runs it again.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/detect.h"

#include "src/detect/context_files.h"
#include "src/detect/run_commands.h"

namespace cacheplan::detect {

/// Where a command works, absolute: its `cd`, its `--prefix`; "" when that cannot be told.
std::string_view PlaceOf(const Step& step, const SimpleCommand& command, Arena& arena,
                         std::string_view flag = {});

/// The manifests, lock files and configuration of `ecosystem` among what has arrived. Those in
/// `directory` count as where the command works, and those that it names; where `manager` reads a
/// file too, it is said to be its own.
std::vector<VisibleFile> FilesOf(std::string_view ecosystem, const Arrivals& arrivals,
                                 std::string_view directory, const PackageManager* manager,
                                 std::span<const std::string_view> named);

/// The command, shown as `text`, as a value. `files` is what it sees of its ecosystem.
StepCommand CommandOf(std::string_view text, const CommandFact& fact, std::string_view directory,
                      const std::vector<VisibleFile>& files, const Arrivals& arrivals, Span span);

SourceTrigger TriggerOf(const Content& source);

}  // namespace cacheplan::detect
