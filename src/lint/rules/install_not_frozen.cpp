#include <algorithm>

#include <fmt/format.h>

#include "src/lint/frozen.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// A lock file of the manager stands among what was copied by name before the step.
bool CopiesLock(const Checker& check, const DependencyRef& step, const PackageManager& manager) {
  const auto is_lock = [&](const Value& source) {
    const std::string plain = WithoutClasses(source.text);
    const std::string_view name = LastComponent(plain);
    const bool pattern = name.find('*') != std::string_view::npos;
    return source.text != "." &&
           std::any_of(manager.locks.begin(), manager.locks.end(), [&](std::string_view lock) {
             return pattern ? name.size() > 2 && GlobMatches(name, lock) : GlobMatches(lock, name);
           });
  };
  return AnyStepBefore(check, *step.stage, step.index, [&](const Step& before) {
    return !before.from && std::any_of(before.sources.begin(), before.sources.end(), is_lock);
  });
}

/// Another command of the RUN is frozen: this one is for where the lock file is missing.
bool HasFrozenSibling(const RunRef& run, const PackageManager& manager) {
  return std::any_of(
      run.commands->commands.begin(), run.commands->commands.end(), [&](const KnownCommand& known) {
        return std::any_of(known.facts.begin(), known.facts.end(), [&](const CommandFact& fact) {
          return fact.manager == &manager && fact.activity == Activity::kProject && fact.frozen;
        });
      });
}

}  // namespace

void CheckInstallNotFrozen(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    if (!run.does.Has(Activity::kProject)) {
      continue;
    }
    for (const KnownCommand& known : run.commands->commands) {
      for (const CommandFact& fact : known.facts) {
        if (fact.activity != Activity::kProject || fact.frozen) {
          continue;
        }
        const Frozen* frozen = FrozenForm(check, run, known, fact);
        const DependencyRef here = {run.step.stage, nullptr, run.step.index};
        if (frozen == nullptr || !CopiesLock(check, here, *fact.manager) ||
            HasFrozenSibling(run, *fact.manager)) {
          continue;
        }
        const std::string_view unfrozen = Unfrozen(known.command);
        check.At(
            RuleId::kInstallNotFrozen, run.instruction(),
            CommandSpan(check.file, run.instruction(), known.command),
            {fmt::format("{} may resolve other versions than the lock file names",
                         Shown(known.command)),
             "two machines with the same files can get different layers, and the one that was "
             "cached first stays",
             !unfrozen.empty() ? fmt::format("write {} instead of {}", frozen->instead, unfrozen)
             : frozen->verb.empty() ? fmt::format("add {}", frozen->instead)
                                    : fmt::format("write npm {}", frozen->instead),
             FreezeIt(check, run, known, *frozen)});
      }
    }
  }
}

}  // namespace cacheplan::lint
