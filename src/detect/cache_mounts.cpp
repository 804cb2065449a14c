// Downloads that stay on a cache mount.
#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/downloads.h"

#include "src/detect/context_files.h"
#include "src/detect/paths.h"

namespace cacheplan {
namespace {

using detect::IsUnder;

/// Managers whose downloads stay in their cache and nowhere else.
bool KeepsOnlyCache(const PackageManager& manager) {
  constexpr std::string_view kNames[] = {"go", "cargo", "maven", "gradle", "sbt", "dotnet"};
  return std::find(std::begin(kNames), std::end(kNames), manager.name) != std::end(kNames);
}

/// A manager that compiles what it downloads, and leaves that in a folder that is a mount as well.
bool MountsCompiled(const PackageManager& manager, std::span<const Mount> mounts) {
  return manager.name == "cargo-chef" &&
         std::any_of(mounts.begin(), mounts.end(), [](const Mount& mount) {
           return mount.type == MountType::kCache &&
                  LastComponent(WithoutSlash(mount.target)) == "target";
         });
}

/// A folder into which an install puts what later steps use.
bool IsInstallFolder(std::string_view target) {
  target = WithoutSlash(target);
  const std::string_view name = LastComponent(target);
  return name == "node_modules" || name == "vendor" || name == ".venv" || name == "venv" ||
         name == "site-packages" || target == "/usr/local/bundle" ||
         target.ends_with("vendor/bundle");
}

/// An install that works in `directory` puts nothing there: node_modules and vendor lie in its
/// folder, or above it where a workspace shares them. False where the places cannot be told.
bool IsElsewhere(std::string_view target, const Step& step, const KnownCommand& known) {
  const std::string_view name = LastComponent(target);
  const Value& workdir = *step.workdir;
  const bool told = (name == "node_modules" || name == "vendor") && target.starts_with('/') &&
                    workdir.known && workdir.text.starts_with('/') &&
                    known.command.directory_known && known.command.directory.empty() &&
                    known.facts.front().directory.empty();
  const std::string_view parent = target.substr(0, target.size() - name.size() - 1);
  return told && !IsUnder(workdir.text, parent.empty() ? "/" : parent);
}

template <typename Test>
const KnownCommand* FindFact(const RunCommands& run, const Test& test) {
  for (const KnownCommand& known : run.commands) {
    if (std::any_of(known.facts.begin(), known.facts.end(), test)) {
      return &known;
    }
  }
  return nullptr;
}

/// The first that downloads for the project; null when none does.
const KnownCommand* FindDownload(const RunCommands& run) {
  return FindFact(run, [](const CommandFact& fact) { return fact.activity == Activity::kProject; });
}

/// What is copied out of a mount is in the layer.
bool Copies(const RunCommands& run) {
  return std::any_of(run.commands.begin(), run.commands.end(), [](const KnownCommand& known) {
    const std::string_view name = known.command.name();
    return name == "cp" || name == "mv" || name == "rsync" || name == "tar" || name == "install";
  });
}

/// What is kept there is made, or of the operating system.
bool KeepsOther(std::string_view target) {
  constexpr std::string_view kOther[] = {"go-build", "ccache", "sccache", "target",   "apt",
                                         "apk",      "dnf",    "yum",     "bin-cache"};
  return target.starts_with("/var/lib/") ||
         std::any_of(std::begin(kOther), std::end(kOther), [&](std::string_view name) {
           return LastComponent(target) == name || (target.starts_with("/var/cache/") &&
                                                    target.find(name) != std::string_view::npos);
         });
}

/// One of the manager's caches is on the mount, or the mount within it.
bool HoldsCache(const Mount& mount, const PackageManager& manager) {
  return std::any_of(manager.caches.begin(), manager.caches.end(), [&](std::string_view cache) {
    return IsUnder(cache, WithoutSlash(mount.target)) || IsUnder(mount.target, WithoutSlash(cache));
  });
}

}  // namespace

std::vector<MountedDownload> MountedDownloads(const Step& step, const RunCommands& run) {
  const std::span<const Flag> flags = run.instruction->flags;
  const bool mounts = std::any_of(flags.begin(), flags.end(), [](const Flag& flag) {
    return flag.name == "mount" && flag.value;
  });
  const KnownCommand* known = mounts ? FindDownload(run) : nullptr;
  if (known == nullptr || Copies(run)) {
    return {};
  }
  const PackageManager& manager = *known->facts.front().manager;
  std::vector<Mount> all = AsRun(*run.instruction).mounts;
  // A command that builds takes what it needs off the mount while it is there.
  const bool only_cache =
      (KeepsOnlyCache(manager) || MountsCompiled(manager, all)) &&
      FindFact(run, [](const CommandFact& fact) {
        return fact.activity == Activity::kProjectBuild || fact.activity == Activity::kCompile;
      }) == nullptr;
  std::vector<MountedDownload> found;
  for (Mount& mount : all) {
    if (mount.type != MountType::kCache) {
      continue;
    }
    const bool installs = IsInstallFolder(mount.target) && !IsElsewhere(mount.target, step, *known);
    if (installs || (only_cache && HoldsCache(mount, manager))) {
      found.push_back({std::move(mount), known, installs});
    }
  }
  return found;
}

MountedRuns FindMounted(const Graph& graph, const Dependencies& deps) {
  MountedRuns mounted;
  for (const Stage& stage : graph.stages) {
    auto step = stage.steps.begin();
    for (const RunCommands& run : deps.stages[stage.index].runs) {
      step = std::find_if(step, stage.steps.end(), [&run](const Step& other) {
        return other.instruction == run.instruction;
      });
      if (step == stage.steps.end()) {
        break;
      }
      std::vector<MountedDownload> found = MountedDownloads(*step, run);
      if (!found.empty()) {
        mounted.emplace(run.instruction, std::move(found.front()));
      }
    }
  }
  return mounted;
}

const MountedDownload* StaysOnMount(const MountedRuns& mounted, const DependencyStep& step) {
  const auto found =
      step.kind == StepKind::kProject ? mounted.find(step.instruction) : mounted.end();
  return found != mounted.end() && found->second.command->facts.front().ecosystem == step.ecosystem
             ? &found->second
             : nullptr;
}

bool StaysOnMounts(const StageDependencies& stage, const MountedRuns& mounted) {
  return std::ranges::all_of(stage.steps, [&mounted](const DependencyStep& step) {
    return !OutlastsSource(step) || StaysOnMount(mounted, step) != nullptr;
  });
}

std::optional<Mount> HidingMount(const Dependencies& deps, const DependencyStep& earlier,
                                 const Instruction& run) {
  const std::vector<Mount> mounts = AsRun(run).mounts;
  if (std::ranges::none_of(mounts,
                           [](const Mount& mount) { return mount.type == MountType::kCache; })) {
    return std::nullopt;  // most
  }
  const auto of_earlier = [&earlier](const RunCommands& other) {
    return other.instruction == earlier.instruction;
  };
  for (const StageDependencies& stage : deps.stages) {
    const auto found = std::ranges::find_if(stage.runs, of_earlier);
    const KnownCommand* const known = found == stage.runs.end() ? nullptr : FindDownload(*found);
    if (known == nullptr) {
      continue;
    }
    const PackageManager& manager = *known->facts.front().manager;
    const auto holds = [&manager](const Mount& mount) {
      return mount.type == MountType::kCache && !KeepsOther(mount.target) &&
             HoldsCache(mount, manager);
    };
    const auto hiding = std::ranges::find_if(mounts, holds);
    if (!KeepsOnlyCache(manager) || hiding == mounts.end() ||
        std::ranges::any_of(AsRun(*earlier.instruction).mounts, holds)) {
      return std::nullopt;
    }
    return *hiding;
  }
  return std::nullopt;
}

bool MayKeepDownloads(const Instruction& run) {
  const std::vector<Mount> mounts = AsRun(run).mounts;
  return std::ranges::any_of(mounts, [](const Mount& mount) {
    return mount.type == MountType::kCache && !KeepsOther(mount.target);
  });
}

}  // namespace cacheplan
