#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The flag that keeps a package manager from its cache.
constexpr std::string_view kFlags[] = {"--no-cache-dir", "--no-cache", "--no-cache-dir=1"};

}  // namespace

void CheckNoCacheFlagWithMount(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    if (!HasMounts(run.instruction())) {
      continue;
    }
    for (const KnownCommand& known : run.commands->commands) {
      if (known.facts.empty() || !Does(known, {Activity::kProject, Activity::kProjectBuild,
                                               Activity::kTool, Activity::kSystem})) {
        continue;
      }
      const auto flag =
          std::find_if(std::begin(kFlags), std::end(kFlags),
                       [&](std::string_view word) { return HasWord(known.command, word); });
      const std::vector<Mount> mounts =
          CacheMounts(run.instruction(), known.facts.front().manager->caches);
      if (flag == std::end(kFlags) || mounts.empty()) {
        continue;
      }
      check.At(RuleId::kNoCacheFlagWithMount, run.instruction(),
               CommandSpan(check.file, run.instruction(), known.command),
               {fmt::format("{} keeps {} from the cache that is mounted on {}", *flag,
                            known.command.name(), mounts.front().target),
                "everything is downloaded each time the step runs, and the mount holds nothing",
                fmt::format("leave {} out: what is on the mount is no part of the layer", *flag)});
    }
  }
}

}  // namespace cacheplan::lint
