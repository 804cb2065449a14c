#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// Managers whose downloads stay in their cache and nowhere else.
bool KeepsOnlyCache(const PackageManager& manager) {
  constexpr std::string_view kNames[] = {"go", "cargo", "maven", "gradle", "sbt", "dotnet"};
  return std::find(std::begin(kNames), std::end(kNames), manager.name) != std::end(kNames);
}

/// A folder into which an install puts what later steps use.
bool IsInstallFolder(std::string_view target) {
  while (!target.empty() && target.back() == '/') {
    target.remove_suffix(1);
  }
  const std::string_view name = target.substr(target.rfind('/') + 1);
  return name == "node_modules" || name == "vendor" || name == ".venv" || name == "venv" ||
         name == "site-packages" || target == "/usr/local/bundle" ||
         target.ends_with("vendor/bundle");
}

/// An install that works in `directory` puts nothing there: node_modules and vendor lie in its
/// folder, or above it where a workspace shares them. False where the places cannot be told.
bool IsElsewhere(std::string_view target, const RunRef& run, const KnownCommand& known) {
  const std::string_view name = BaseName(target);
  const Value& workdir = *run.step.step->workdir;
  const bool told = (name == "node_modules" || name == "vendor") && target.starts_with('/') &&
                    workdir.known && workdir.text.starts_with('/') &&
                    known.command.directory_known && known.command.directory.empty() &&
                    known.facts.front().directory.empty();
  const std::string_view parent = target.substr(0, target.size() - name.size() - 1);
  return told && !IsUnder(workdir.text, parent.empty() ? "/" : parent);
}

}  // namespace

void CheckDependenciesOnCacheMount(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    const KnownCommand* known =
        HasMounts(run.instruction()) ? Find(run, {Activity::kProject}) : nullptr;
    if (known == nullptr) {
      continue;
    }
    const bool copies = std::any_of(run.commands->commands.begin(), run.commands->commands.end(),
                                    [](const KnownCommand& one) {
                                      const std::string_view name = one.command.name();
                                      return name == "cp" || name == "mv" || name == "rsync" ||
                                             name == "tar" || name == "install";
                                    });
    if (copies) {  // what is copied out of the mount is in the layer
      continue;
    }
    const PackageManager& manager = *known->facts.front().manager;
    for (const Mount& mount : Mounts(run.instruction())) {
      if (mount.type != MountType::kCache) {
        continue;
      }
      const bool installs =
          IsInstallFolder(mount.target) && !IsElsewhere(mount.target, run, *known);
      const std::vector<std::string>& caches = manager.caches;
      const bool only_cache =
          check.options.ephemeral && KeepsOnlyCache(manager) &&
          Find(run, {Activity::kProjectBuild, Activity::kCompile}) == nullptr &&
          std::any_of(caches.begin(), caches.end(), [&](const std::string& cache) {
            return IsUnder(cache, mount.target) || IsUnder(mount.target, cache);
          });
      if (!installs && !only_cache) {
        continue;
      }
      check.At(
          RuleId::kDependenciesOnCacheMount, run.instruction(), mount.flag->span,
          {fmt::format("what {} brings stays in the cache mount on {}", Shown(known->command),
                       mount.target),
           "a cache mount is no part of the layer: when the step comes from the cache on a fresh "
           "machine, the mount is empty and the dependencies are not there",
           installs ? "mount the package manager's download cache instead"
                    : "leave the mount out of the step that only downloads, so that the layer "
                      "holds what it brought"});
    }
  }
}

}  // namespace cacheplan::lint
