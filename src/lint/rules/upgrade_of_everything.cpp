#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// Verbs that upgrade every package where none is named.
struct Upgrade {
  std::string_view manager;
  std::string_view verb;
  std::string_view program = {};  ///< of the manager's, this one alone
};
constexpr Upgrade kUpgrades[] = {
    {"apt", "upgrade"},
    {"apt", "dist-upgrade"},
    {"apt", "full-upgrade"},
    {"apt", "safe-upgrade"},
    {"apk", "upgrade"},
    {"dnf", "upgrade"},
    {"dnf", "update"},
    {"dnf", "up"},
    {"dnf", "upgrade-minimal"},
    {"dnf", "update-minimal"},
    {"dnf", "distro-sync"},
    {"zypper", "update"},
    {"zypper", "up"},
    {"zypper", "dist-upgrade"},
    {"zypper", "dup"},
    {"zypper", "patch"},
    {"other-system", "update", "swupd"},
};

/// `pacman -Syu`.
bool IsSystemUpgrade(const ScriptWord& word) {
  const std::string_view text = word.text;
  return text == "--sysupgrade" ||
         (text.starts_with("-S") && text.find('u') != std::string_view::npos);
}

bool UpgradesAll(const SimpleCommand& command, const CommandFact& fact) {
  if (fact.activity != Activity::kSystem || !fact.packages.empty()) {
    return false;
  }
  if (fact.manager->name == "pacman") {
    return std::any_of(command.words.begin(), command.words.end(), IsSystemUpgrade);
  }
  return std::any_of(std::begin(kUpgrades), std::end(kUpgrades), [&](const Upgrade& upgrade) {
    return upgrade.manager == fact.manager->name && HasWord(command, upgrade.verb) &&
           (upgrade.program.empty() || upgrade.program == command.name());
  });
}

}  // namespace

void CheckUpgradeOfEverything(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    if (!run.does.Has(Activity::kSystem)) {
      continue;
    }
    for (const KnownCommand& known : run.commands->commands) {
      if (std::none_of(known.facts.begin(), known.facts.end(),
                       [&](const CommandFact& fact) { return UpgradesAll(known.command, fact); })) {
        continue;
      }
      check.At(
          RuleId::kUpgradeOfEverything, run.instruction(),
          CommandSpan(check.file, run.instruction(), known.command),
          {fmt::format("{} gives what the archive has on the day it runs", Shown(known.command)),
           "a cached layer keeps the packages of that day for as long as the lines above stay the "
           "same, a machine without the cache gets others",
           "use a newer base image, or name the packages that must be newer"});
      break;
    }
  }
}

}  // namespace cacheplan::lint
