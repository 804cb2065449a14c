#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The folder that a command empties; "" when it is none of those.
std::string Emptied(const KnownCommand& known) {
  const SimpleCommand& command = known.command;
  if (command.name() == "rm") {
    for (const ScriptWord& word : command.words) {
      if (word.text.substr(0, 1) == "/") {
        std::string_view path = word.text;
        while (path.ends_with('*') || path.ends_with('/')) {
          path.remove_suffix(1);
        }
        return std::string(path);
      }
    }
    return "";
  }
  for (const CommandFact& fact : known.facts) {
    if (fact.activity == Activity::kClean && !fact.manager->caches.empty()) {
      return fact.manager->caches.front();
    }
  }
  return "";
}

}  // namespace

void CheckCleanUpFightsMount(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    const std::vector<Mount> mounts = Mounts(run.instruction());
    if (mounts.empty()) {
      continue;
    }
    for (const KnownCommand& known : run.commands->commands) {
      const std::string folder = Emptied(known);
      if (folder.size() < 2) {
        continue;
      }
      for (const Mount& mount : mounts) {
        if (mount.type != MountType::kCache || mount.target.empty() ||
            !(IsUnder(folder, mount.target) || IsUnder(mount.target, folder))) {
          continue;
        }
        check.At(
            RuleId::kCleanUpFightsMount, run.instruction(),
            CommandSpan(check.file, run.instruction(), known.command),
            {fmt::format("{} empties the cache that is mounted on {}", Shown(known.command),
                         mount.target),
             "the next build finds the cache empty and downloads everything; the layer was never "
             "larger for it",
             "leave the clean-up out"});
        break;
      }
    }
  }
}

}  // namespace cacheplan::lint
