#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The folders that a command empties: absolute, or "~/…" in the user's home.
std::vector<std::string> Emptied(const KnownCommand& known) {
  std::vector<std::string> folders;
  const SimpleCommand& command = known.command;
  if (command.name() == "rm") {
    for (const ScriptWord& word : command.words) {
      std::string_view path = word.text;
      while (path.ends_with('*') || path.ends_with('/')) {
        path.remove_suffix(1);
      }
      for (const std::string_view home : {"$HOME", "${HOME}", "~"}) {
        if (path.starts_with(home) && path.substr(home.size()).starts_with('/')) {
          folders.push_back(fmt::format("~{}", path.substr(home.size())));
        }
      }
      if (path.size() > 1 && path.starts_with('/')) {
        folders.emplace_back(path);
      }
    }
    return folders;
  }
  for (const CommandFact& fact : known.facts) {
    if (fact.activity == Activity::kClean && !fact.manager->caches.empty()) {
      folders.emplace_back(fact.manager->caches.front());
    }
  }
  return folders;
}

/// What stands after the folder of a home: "/.npm" of "/root/.npm"; all of another path.
std::string_view BelowHome(std::string_view path) {
  for (const std::string_view homes : {"/root/", "/home/"}) {
    if (path.starts_with(homes)) {
      const std::size_t end = homes == "/root/" ? homes.size() - 1 : path.find('/', homes.size());
      return end == std::string_view::npos ? std::string_view() : path.substr(end);
    }
  }
  return path;
}

bool Overlaps(std::string_view folder, std::string_view target) {
  if (folder.starts_with('~')) {
    folder.remove_prefix(1);
    target = BelowHome(target);
  }
  if (target.empty() || IsUnder(target, folder)) {
    return !target.empty();
  }
  // A folder right below the mount is most of it; what lies deeper is a part.
  return IsUnder(folder, target) &&
         folder.substr(target.size()).find('/', 1) == std::string_view::npos;
}

}  // namespace

void CheckCleanUpFightsMount(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    const std::vector<Mount> mounts = Mounts(run.instruction());
    if (mounts.empty()) {
      continue;
    }
    for (const KnownCommand& known : run.commands->commands) {
      const std::vector<std::string> folders = Emptied(known);
      for (const Mount& mount : mounts) {
        if (mount.type != MountType::kCache ||
            std::none_of(folders.begin(), folders.end(), [&](const std::string& folder) {
              return Overlaps(folder, mount.target);
            })) {
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
