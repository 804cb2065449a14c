#include <fmt/format.h>

#include "cacheplan/downloads.h"

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckDependenciesOnCacheMount(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    if (!HasMounts(run.instruction()) || Find(run, {Activity::kProject}) == nullptr) {
      continue;
    }
    for (const MountedDownload& found : MountedDownloads(*run.step.step, *run.commands)) {
      // A manager finds its own cache again on a builder that is not thrown away.
      if (!found.installs && !check.options.ephemeral) {
        continue;
      }
      check.At(
          RuleId::kDependenciesOnCacheMount, run.instruction(), found.mount.flag->span,
          {fmt::format("what {} brings stays in the cache mount on {}",
                       Shown(found.command->command), found.mount.target),
           "a cache mount is no part of the layer: when the step comes from the cache on a fresh "
           "machine, the mount is empty and the dependencies are not there",
           found.installs ? "mount the package manager's download cache instead"
                          : "leave the mount out of the step that only downloads, so that the "
                            "layer holds what it brought"});
    }
  }
}

}  // namespace cacheplan::lint
