#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "src/lint/index_use.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// By stage: its files are part of the image that is shipped.
std::vector<bool> Shipped(const Checker& check) {
  std::vector<bool> shipped(check.graph.stages.size(), false);
  if (check.graph.target != kNoStage) {
    for (const std::size_t stage : check.graph.BaseChain(check.graph.target)) {
      shipped[stage] = true;
    }
  }
  return shipped;
}

constexpr Activities kUsesIndex = {Activity::kSystem, Activity::kIndex};

/// An install that leaves its index behind.
struct Install {
  const KnownCommand* command = nullptr;  ///< null where none does
  IndexRest rest = {};
};

/// Managers that have one and whose clean-up is known.
bool HasIndex(const PackageManager& manager) {
  constexpr std::string_view kManagers[] = {"apt", "apk", "dnf", "zypper"};
  return std::find(std::begin(kManagers), std::end(kManagers), manager.name) != std::end(kManagers);
}

/// The index that the install reads is in another layer, where no clean-up here would help: apt
/// never fetches one, apk where none is. `at_hand`: a layer below has one of apk's.
bool ReadsEarlier(const KnownCommand& known, bool updates, bool at_hand) {
  const std::string_view manager = known.facts.front().manager->name;
  return !updates &&
         (manager == "apt" || (manager == "apk" && at_hand && IndexOf(known) == IndexFrom::kHere));
}

Install InstallThatLeaves(const RunRef& run, Leftovers& leftovers, bool at_hand) {
  bool updates = false;
  for (const KnownCommand& known : run.commands->commands) {
    updates = updates || Does(known, {Activity::kIndex});
    if (!Does(known, {Activity::kSystem}) || !HasIndex(*known.facts.front().manager) ||
        ReadsEarlier(known, updates, at_hand)) {
      continue;
    }
    if (IndexRest rest = leftovers.Of(known); !rest.clean.empty()) {
      return {&known, std::move(rest)};
    }
  }
  return {};
}

/// The RUN leaves an index of apk's, which installs in the layers above take as it is.
bool LeavesApkIndex(const RunRef& run, Leftovers& leftovers) {
  const std::span<const KnownCommand> commands = run.commands->commands;
  return std::any_of(commands.begin(), commands.end(), [&](const KnownCommand& known) {
    return Does(known, kUsesIndex) && known.facts.front().manager->name == "apk" &&
           !leftovers.Of(known).clean.empty();
  });
}

/// ", or mount …"; "" where the folder cannot be told: microdnf has that of the dnf of its day.
std::string OrMount(const Install& install) {
  const std::string_view program = install.command->command.name();
  const std::vector<std::string_view>& folders = install.rest.folders;
  const bool one = folders.size() == 1;
  const auto found = std::find_if(folders.begin(), folders.end(), [&](std::string_view own) {
    return one || program.starts_with(LastComponent(own));
  });
  if (found == folders.end()) {
    return "";
  }
  // Since RHEL 8 yum is another name of dnf.
  return fmt::format(", or mount a cache on {}{}", *found,
                     program == "yum" ? " (/var/cache/dnf where it is dnf)" : "");
}

std::string WhatToDo(const Install& install) {
  const bool apk = install.command->facts.front().manager->name == "apk";
  return fmt::format("{}end the step with {}{}", apk ? "install with --no-cache, or " : "",
                     install.rest.clean, OrMount(install));
}

}  // namespace

void CheckCleanUpMissing(Checker& check) {
  std::vector<bool> shipped;
  std::vector<bool> left(check.graph.stages.size());  // by stage: an index of apk's
  for (const RunRef& run : check.Runs()) {
    if (!run.does.HasAny(kUsesIndex)) {
      continue;
    }
    shipped = shipped.empty() ? Shipped(check) : shipped;
    const Stage& stage = *run.step.stage;
    if (!shipped[stage.index]) {
      continue;
    }
    const std::vector<const Stage*> below = StagesBelow(check, stage);
    const bool at_hand =
        std::any_of(below.begin(), below.end(), [&](const Stage* own) { return left[own->index]; });
    Leftovers leftovers(run);
    const Install install =
        run.commands->all_known ? InstallThatLeaves(run, leftovers, at_hand) : Install();
    left[stage.index] = left[stage.index] || LeavesApkIndex(run, leftovers);
    if (install.command == nullptr) {
      continue;
    }
    check.At(
        RuleId::kCleanUpMissing, run.instruction(),
        CommandSpan(check.file, run.instruction(), install.command->command),
        {fmt::format("{} leaves its index in the image", Shown(install.command->command)),
         "every machine that gets this layer from the cache downloads it too", WhatToDo(install)});
  }
}

}  // namespace cacheplan::lint
