#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// What makes an install take the lock file as it is.
struct Frozen {
  std::string_view manager;
  std::string_view verb;     ///< the verb that is replaced; "" when a flag is added
  std::string_view instead;  ///< the verb or the flag
};
constexpr Frozen kFrozen[] = {
    {"npm", "install", "ci"},
    {"npm", "i", "ci"},
    {"yarn", "", "--frozen-lockfile"},
    {"pnpm", "", "--frozen-lockfile"},
    {"bun", "", "--frozen-lockfile"},
    {"cargo", "", "--locked"},
    {"uv", "", "--locked"},
    {"pipenv", "", "--deploy"},
    {"pdm", "", "--frozen-lockfile"},
};
constexpr Frozen kModernYarn = {"yarn", "", "--immutable"};

/// A lock file of the manager stands among what was copied by name before the step.
bool CopiesLock(const Checker& check, const DependencyRef& step, const PackageManager& manager) {
  const auto is_lock = [&](const Value& source) {
    const std::string plain = WithoutClasses(source.text);
    const std::string_view name = BaseName(plain);
    const bool pattern = name.find('*') != std::string_view::npos;
    return source.text != "." &&
           std::any_of(manager.locks.begin(), manager.locks.end(), [&](const std::string& lock) {
             return pattern ? name.size() > 2 && GlobMatches(name, lock) : GlobMatches(lock, name);
           });
  };
  return AnyStepBefore(check, *step.stage, step.index, [&](const Step& before) {
    return !before.from && std::any_of(before.sources.begin(), before.sources.end(), is_lock);
  });
}

/// Yarn 2 and later, by the configuration that only they read.
bool IsModernYarn(const Checker& check, const RunRef& run) {
  return AnyStepBefore(check, *run.step.stage, run.step.index, [](const Step& before) {
    return std::any_of(before.sources.begin(), before.sources.end(), [](const Value& source) {
      const std::string plain = WithoutClasses(source.text);
      const std::string_view name = BaseName(std::string_view(plain).substr(
          0, plain.ends_with('/') ? plain.size() - 1 : plain.size()));
      return name.starts_with(".yarnrc.yml") || name == ".yarn";
    });
  });
}

const Frozen* FrozenForm(const Checker& check, const RunRef& run, const KnownCommand& known,
                         const CommandFact& fact) {
  for (const Frozen& frozen : kFrozen) {
    if (frozen.manager != fact.manager->name ||
        !(frozen.verb.empty() || HasWord(known.command, frozen.verb))) {
      continue;
    }
    if (!frozen.verb.empty() && !fact.packages.empty()) {
      return nullptr;  // npm install ./a.tgz adds a package
    }
    return frozen.manager == "yarn" && IsModernYarn(check, run) ? &kModernYarn : &frozen;
  }
  return nullptr;
}

/// The word that says on purpose that it is not frozen; "" when there is none.
std::string_view Unfrozen(const SimpleCommand& command) {
  constexpr std::string_view kFlags[] = {
      "--no-frozen-lockfile", "--no-lockfile", "--no-immutable",
      "--no-locked",          "--no-lock",     "--no-package-lock"};
  for (const ScriptWord& word : command.words) {
    if (std::find(std::begin(kFlags), std::end(kFlags), word.text) != std::end(kFlags)) {
      return word.text;
    }
  }
  return {};
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

std::optional<Fix> FreezeIt(const Checker& check, const RunRef& run, const KnownCommand& known,
                            const Frozen& frozen) {
  const Span span = CommandSpan(check.file, run.instruction(), known.command);
  const std::string_view text = check.file.source->Slice(span);
  if (frozen.verb.empty()) {
    const bool plain = text.find_first_of("\n'\"$") == std::string_view::npos &&
                       Unfrozen(known.command).empty() && !HasWord(known.command, "--");
    return plain ? std::optional(Fix{fmt::format("add {}", frozen.instead),
                                     false,
                                     {{{span.end, span.end}, fmt::format(" {}", frozen.instead)}}})
                 : std::nullopt;
  }
  for (std::size_t at = text.find(frozen.verb); at != std::string_view::npos;
       at = text.find(frozen.verb, at + 1)) {
    const std::size_t end = at + frozen.verb.size();
    if (at > 0 && text[at - 1] == ' ' && (end == text.size() || text[end] == ' ')) {
      const auto begin = span.begin + static_cast<std::uint32_t>(at);
      return Fix{fmt::format("write npm {}", frozen.instead),
                 false,
                 {{{begin, begin + static_cast<std::uint32_t>(frozen.verb.size())},
                   std::string(frozen.instead)}}};
    }
  }
  return std::nullopt;
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
