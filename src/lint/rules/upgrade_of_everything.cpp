#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

bool UpgradesAll(const SimpleCommand& command, const CommandFact& fact) {
  if (fact.activity != Activity::kSystem || !fact.packages.empty()) {
    return false;
  }
  const std::string_view manager = fact.manager->name;
  if (manager == "apt") {
    return HasWord(command, "upgrade") || HasWord(command, "dist-upgrade") ||
           HasWord(command, "full-upgrade");
  }
  if (manager == "apk") {
    return HasWord(command, "upgrade");
  }
  const bool rpm = fact.ecosystem == "rpm";
  return rpm && (HasWord(command, "upgrade") || HasWord(command, "update"));
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
