// What several cache rules ask of a Dockerfile: commands with their place, mounts, what came
// before.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/commands.h"

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// The steps that a stage has done before its step `index`: those of its base stages first, of the
/// nearest few dozen.
std::vector<StepRef> StepsBefore(const Checker& check, const Stage& stage, std::size_t index);

/// The instruction that begins on that line; null when none does.
const Instruction* InstructionAt(const Dockerfile& file, std::uint32_t line);

/// True when a fact of the command is one of these.
bool Does(const KnownCommand& known, std::initializer_list<Activity> activities);
/// The first such command of the RUN; null when there is none.
const KnownCommand* Find(const RunCommands& run, std::initializer_list<Activity> activities);

/// The command has this word (as written, quotes removed).
bool HasWord(const SimpleCommand& command, std::string_view word);

/// The text as one line for a message, in backquotes, cut where it gets long.
std::string Shown(const SimpleCommand& command);

/// The last component of a path.
inline std::string_view BaseName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// `path` is `folder` or below it; both absolute.
bool IsUnder(std::string_view path, std::string_view folder);

/// The cache mounts of a RUN whose target is one of these folders, above or below it.
std::vector<Mount> CacheMounts(const Instruction& run, const std::vector<std::string>& folders);

/// The words of a name: "BUILD_DATE" -> "build", "date"; "gitSha" -> "git", "sha".
std::vector<std::string> NameParts(std::string_view name);

/// The text names the variable: $NAME or ${NAME…}.
bool Reads(std::string_view text, std::string_view name);

}  // namespace cacheplan::lint
