#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// Package managers that may not run twice at a time on one folder.
bool NeedsLock(const PackageManager& manager) {
  return manager.ecosystem == "apt" || manager.ecosystem == "apk" || manager.ecosystem == "rpm" ||
         manager.ecosystem == "pacman";
}

}  // namespace

void CheckCacheMountNotLocked(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    const KnownCommand* known =
        HasMounts(run.instruction()) ? Find(run, {Activity::kSystem, Activity::kIndex}) : nullptr;
    if (known == nullptr || !NeedsLock(*known->facts.front().manager)) {
      continue;
    }
    for (const Mount& mount :
         CacheMounts(run.instruction(), known->facts.front().manager->caches)) {
      if (mount.sharing == "locked" || mount.sharing == "private" ||
          mount.sharing.find('$') != std::string::npos) {
        continue;
      }
      const Span end = {mount.flag->span.end, mount.flag->span.end};
      const bool plain = mount.sharing.empty() && mount.flag->value &&
                         mount.flag->value->find_first_of("\"'") == std::string_view::npos;
      check.At(
          RuleId::kCacheMountNotLocked, run.instruction(), mount.flag->span,
          {fmt::format("builds share the cache on {} while {} runs", mount.target,
                       Shown(known->command)),
           "two builds at a time, or two stages of one, use the folder at once, and the package "
           "manager fails on its lock",
           "add sharing=locked",
           plain ? std::optional(Fix{"add sharing=locked", true, {{end, ",sharing=locked"}}})
                 : std::nullopt});
    }
  }
}

}  // namespace cacheplan::lint
