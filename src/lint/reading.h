// What several cache rules ask of a Dockerfile: commands with their place, mounts, what came
// before.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/commands.h"
#include "cacheplan/text.h"

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// The stage, the one that it is built FROM, and so on: the nearest few dozen.
std::vector<const Stage*> StagesBelow(const Checker& check, const Stage& stage);

/// The stage, those that are built FROM it, those built FROM them, and so on, in the order of the
/// file: the first few dozen. What a step of the stage sets holds in all of them. None where the
/// stage is never built.
std::vector<const Stage*> StagesAbove(const Checker& check, const Stage& stage);

/// The first dependency step for which the test holds: of those from step `index` of the stage on,
/// or of the stages built FROM it. Null when there is none.
template <typename Test>
const DependencyStep* FirstDependencyAfter(const Checker& check, const Stage& stage,
                                           std::size_t index, const Test& test) {
  for (const Stage* above : StagesAbove(check, stage)) {
    std::size_t at = 0;
    for (const DependencyStep& step : check.deps.stages[above->index].steps) {
      while (at < above->steps.size() && above->steps[at].instruction != step.instruction) {
        ++at;
      }
      if ((above != &stage || at >= index) && test(step)) {
        return &step;
      }
    }
  }
  return nullptr;
}

/// Whether the test holds for one of the steps that a stage has done before its step `index`: those
/// of its base stages are asked first, of the nearest few dozen, and the first that passes ends it.
template <typename Test>
bool AnyStepBefore(const Checker& check, const Stage& stage, std::size_t index, const Test& test) {
  const std::vector<const Stage*> chain = StagesBelow(check, stage);
  return std::any_of(chain.rbegin(), chain.rend(), [&](const Stage* below) {
    const std::size_t end = below == &stage ? index : below->steps.size();
    return std::any_of(below->steps.begin(),
                       below->steps.begin() + static_cast<std::ptrdiff_t>(end), test);
  });
}

/// The instruction that begins on that line; null when none does.
const Instruction* InstructionAt(const Dockerfile& file, std::uint32_t line);

/// True when a fact of the command is one of these.
inline bool Does(const KnownCommand& known, Activities activities) {
  return std::any_of(known.facts.begin(), known.facts.end(),
                     [&](const CommandFact& fact) { return activities.Has(fact.activity); });
}
/// The first such command of the RUN; null when there is none.
const KnownCommand* Find(const RunCommands& run, Activities activities);
inline const KnownCommand* Find(const RunRef& run, Activities activities) {
  return run.does.HasAny(activities) ? Find(*run.commands, activities) : nullptr;
}

/// The command has this word (as written, quotes removed).
bool HasWord(const SimpleCommand& command, std::string_view word);

/// The text as one line for a message, in backquotes, cut where it gets long.
std::string Shown(const SimpleCommand& command);

/// `path` is `folder` or below it; both absolute.
bool IsUnder(std::string_view path, std::string_view folder);

/// The RUN has mounts. Few have.
inline bool HasMounts(const Instruction& run) {
  return std::any_of(run.flags.begin(), run.flags.end(),
                     [](const Flag& flag) { return flag.name == "mount" && flag.value; });
}
std::vector<Mount> Mounts(const Instruction& run);
/// The cache mounts of a RUN whose target is one of these folders, above or below it.
std::vector<Mount> CacheMounts(const Instruction& run, Texts folders);

/// The commands of a dependency step's RUN; null when it is none, or an ONBUILD's.
const RunCommands* CommandsOf(const Checker& check, const DependencyRef& step);
/// The manager that the step is named for; null when a comment named it.
const PackageManager* ManagerOf(const Checker& check, const DependencyRef& step);

/// The words of a name: "BUILD_DATE" -> "build", "date"; "gitSha" -> "git", "sha".
std::vector<std::string> NameParts(std::string_view name);

/// The text names the variable: $NAME or ${NAME…}.
bool Reads(std::string_view text, std::string_view name);
/// The test holds for the name of one of the variables that the text reads.
bool AnyVariable(std::string_view text, const std::function<bool(std::string_view)>& test);

}  // namespace cacheplan::lint
