// What a step depends on, as values: the files it sees, its lock file, what runs it again.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/detect.h"

#include "src/detect/context_files.h"
#include "src/detect/run_commands.h"

namespace cacheplan::detect {

/// One of the names may fit the other: both may have a *.
bool MayFit(std::string_view copied, std::string_view known);
/// It fetches what the project declares, whatever else it does.
bool IsProject(Activity activity);

/// Where a command works, absolute: its `cd`, its `--prefix`; "" when that cannot be told.
std::string_view PlaceOf(const Step& step, const SimpleCommand& command, Arena& arena,
                         std::string_view flag = {});

/// A file of the ecosystem, or a pattern that may bring one of the manager's.
bool IsOf(const Content& content, std::string_view ecosystem, const PackageManager* manager);

/// The manifests, lock files and configuration of the fact's ecosystem among what is seen. Those in
/// `directory` count as where the command works, and those that it names; where its manager reads a
/// file too, it is said to be its own. Of an annotation there is no fact, but an ecosystem.
std::vector<VisibleFile> FilesOf(std::string_view ecosystem, const Seen& seen,
                                 std::string_view directory, const PackageManager* manager,
                                 std::span<const std::string_view> named);

/// Leaves out of `files` what the command does not read: what it writes itself; where its manager
/// reads no manifests but those that a command names, the others. `named`: the places of those.
void LeaveOutUnread(const Step& step, const SimpleCommand& command, const CommandFact& fact,
                    std::span<const std::string_view> named, Arena& arena,
                    std::vector<VisibleFile>& files);

/// The command, shown as `text`, as a value. `files` is what it sees of its ecosystem, `complete`
/// whether that is all there can be.
StepCommand CommandOf(std::string_view text, const CommandFact& fact, std::string_view directory,
                      std::span<const VisibleFile> files, bool complete, Span span);

/// What the command says of its lock file where it runs only if that is there, or if it is not.
/// `branch`: of the script, in which it stands.
void ApplyGuards(const RunReading& reading, std::uint32_t branch, StepCommand& command);

}  // namespace cacheplan::detect
