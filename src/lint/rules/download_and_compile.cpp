#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "cacheplan/downloads.h"

#include "src/lint/at_hand.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The step works on source that it fetched or wrote itself, or in a folder that cannot be told, or
/// takes no dependencies.
bool HasSourceOfItsOwn(const Checker& check, const DependencyRef& step) {
  const RunCommands* run = CommandsOf(check, step);
  return run != nullptr &&
         (Find(*run, {Activity::kFetch}) != nullptr ||
          std::any_of(run->commands.begin(), run->commands.end(), [](const KnownCommand& known) {
            const auto& into = known.command.redirections;
            return !known.command.directory_known || HasWord(known.command, "--no-deps") ||
                   std::any_of(into.begin(), into.end(), [](const Redirection& to) {
                     return to.op == ">" && to.target.text.find("src/") != std::string::npos;
                   });
          }));
}

/// Its manifests are there and the checksums of what they name are not: the build would fail if it
/// had anything to download.
bool LacksChecksums(const Checker& check, const DependencyRef& step) {
  const DependencyStep& dependency = *step.dependency;
  const ArenaList<StepCommand>& commands = dependency.commands;
  return !commands.empty() &&
         std::all_of(commands.begin(), commands.end(),
                     [](const StepCommand& own) { return own.lock_is_checksums && own.frozen; }) &&
         !MayHaveLock(check, step) &&
         StrictnessOf(dependency.manager, StagesBelow(check, *step.stage).back()->base) !=
             Strictness::kNo;
}

}  // namespace

void CheckDownloadAndCompile(Checker& check) {
  // The first build of a stage downloads for those below it.
  std::vector<std::pair<const Stage*, std::string_view>> seen;
  std::map<const Stage*, bool> has_modules;  // which is asked once: a stage may have many builds
  for (const DependencyRef& step : check.DependencySteps()) {
    const DependencyStep& dependency = *step.dependency;
    if (dependency.kind != StepKind::kProject || dependency.mode != StepMode::kBuild ||
        dependency.source_line == 0 || !step.stage->reachable) {
      continue;
    }
    const std::pair<const Stage*, std::string_view> key = {step.stage, dependency.ecosystem};
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
      continue;
    }
    const PackageManager* manager = ManagerOf(check, step);
    if (manager == nullptr || manager->download_forms.empty() ||
        EarlierDownload(check.graph, check.deps, step.stage->index, dependency) != nullptr) {
      continue;
    }
    if (MayBuildFromGopath(check, step)) {
      const auto [modules, asked] = has_modules.try_emplace(step.stage, false);
      if (asked) {
        modules->second = HasModules(check, *step.stage);
      }
      if (!modules->second) {
        continue;
      }
    }
    if (HasDependencies(check, step) || HasSourceOfItsOwn(check, step) ||
        !MayHaveManifest(check, step) || LacksChecksums(check, step)) {
      continue;
    }
    const Instruction& run = *dependency.instruction;
    seen.push_back(key);
    check.At(RuleId::kDownloadAndCompile, run, FirstLine(check.file, run),
             {fmt::format("`{}` downloads and builds in one step", dependency.command),
              fmt::format("a change of the source (line {}) downloads all {} dependencies again",
                          dependency.source_line, dependency.ecosystem),
              fmt::format("copy the manifests{}, run `{}`, then copy the source and build",
                          BesideManifests(dependency), manager->download_forms.front())});
  }
}

}  // namespace cacheplan::lint
