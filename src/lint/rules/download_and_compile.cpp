#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/downloads.h"

#include "src/lint/at_hand.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The command that only downloads, for ecosystems that have one.
struct Split {
  std::string_view manager;
  std::string_view download;
};
constexpr Split kSplits[] = {
    {"go", "go mod download"},
    {"npm", "npm ci"},
    {"yarn", "yarn install"},
    {"pnpm", "pnpm install"},
    {"bun", "bun install"},
    {"cargo", "cargo fetch"},
    {"maven", "mvn dependency:go-offline"},
    {"dotnet", "dotnet restore"},
    {"bundler", "bundle install"},
    {"composer", "composer install --no-scripts --no-autoloader"},
    {"mix", "mix deps.get"},
    {"swift", "swift package resolve"},
    {"sbt", "sbt update"},
    {"stack", "stack build --only-dependencies"},
    {"gradle", "gradle dependencies"},
    {"pip", "pip install -r requirements.txt"},
};

const Split* SplitOf(std::string_view manager) {
  const auto found = std::find_if(std::begin(kSplits), std::end(kSplits),
                                  [&](const Split& split) { return split.manager == manager; });
  return found == std::end(kSplits) ? nullptr : found;
}

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
         IsStrict(dependency.manager, StagesBelow(check, *step.stage).back()->base) != false;
}

}  // namespace

void CheckDownloadAndCompile(Checker& check) {
  // The first build of a stage downloads for those below it.
  std::vector<std::pair<const Stage*, std::string_view>> seen;
  for (const DependencyRef& step : check.DependencySteps()) {
    const DependencyStep& dependency = *step.dependency;
    if (dependency.kind != StepKind::kProject || dependency.mode != StepMode::kBuild ||
        dependency.source_line == 0 || !step.stage->reachable) {
      continue;
    }
    const Split* split = SplitOf(dependency.manager);
    if (split == nullptr ||
        EarlierDownload(check.graph, check.deps, step.stage->index, dependency) != nullptr) {
      continue;
    }
    const Instruction& run = *dependency.instruction;
    if (HasDependencies(check, step)) {
      continue;
    }
    const std::pair<const Stage*, std::string_view> key = {step.stage, dependency.ecosystem};
    if (HasSourceOfItsOwn(check, step) || !MayHaveManifest(check, step) ||
        LacksChecksums(check, step) || std::find(seen.begin(), seen.end(), key) != seen.end()) {
      continue;
    }
    seen.push_back(key);
    check.At(RuleId::kDownloadAndCompile, run, FirstLine(check.file, run),
             {fmt::format("`{}` downloads and builds in one step", dependency.command),
              fmt::format("a change of the source (line {}) downloads all {} dependencies again",
                          dependency.source_line, dependency.ecosystem),
              fmt::format("copy the manifests{}, run `{}`, then copy the source and build",
                          BesideManifests(dependency), split->download)});
  }
}

}  // namespace cacheplan::lint
