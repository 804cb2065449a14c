#include <algorithm>

#include <fmt/format.h>

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
};

const Split* SplitOf(std::string_view manager) {
  const auto found = std::find_if(std::begin(kSplits), std::end(kSplits),
                                  [&](const Split& split) { return split.manager == manager; });
  return found == std::end(kSplits) ? nullptr : found;
}

bool HasCacheMount(const Instruction& run) {
  const std::vector<Mount> mounts = AsRun(run).mounts;
  return std::any_of(mounts.begin(), mounts.end(),
                     [](const Mount& mount) { return mount.type == MountType::kCache; });
}

/// The source holds the dependencies already.
bool IsVendored(const Checker& check, const DependencyRef& step) {
  if (check.context != nullptr) {
    for (const ContextEntry& entry : check.context->entries) {
      if (entry.path == "vendor/modules.txt" || entry.path == "vendor/autoload.php") {
        return true;
      }
    }
  }
  for (const StepRef& before : StepsBefore(check, *step.stage, step.index)) {
    for (const Value& source : before.step->sources) {
      if (source.text.find("vendor") != std::string::npos) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

void CheckDownloadAndCompile(Checker& check) {
  for (const DependencyRef& step : DependencySteps(check)) {
    const DependencyStep& dependency = *step.dependency;
    const Split* split = SplitOf(dependency.manager);
    if (dependency.kind != StepKind::kProject || dependency.mode != StepMode::kBuild ||
        split == nullptr || dependency.source_line == 0 || !step.stage->reachable ||
        EarlierDownload(check.graph, check.deps, step.stage->index, dependency) != nullptr) {
      continue;
    }
    const Instruction& run = *dependency.instruction;
    if ((HasCacheMount(run) && !check.options.ephemeral) || IsVendored(check, step)) {
      continue;
    }
    check.At(RuleId::kDownloadAndCompile, run, FirstLine(check.file, run),
             {fmt::format("`{}` downloads and builds in one step", dependency.command),
              fmt::format("a change of the source (line {}) downloads all {} dependencies again",
                          dependency.source_line, dependency.ecosystem),
              fmt::format("copy the manifests, run `{}`, then copy the source and build",
                          split->download)});
  }
}

}  // namespace cacheplan::lint
