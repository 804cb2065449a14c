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

/// A lock file of the manager stands among what was copied by name before the step.
bool CopiesLock(const Checker& check, const DependencyRef& step, const PackageManager& manager) {
  const auto is_lock = [&](const Value& source) {
    const std::string_view name = BaseName(source.text);
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

const Frozen* FrozenForm(const KnownCommand& known, const PackageManager& manager) {
  for (const Frozen& frozen : kFrozen) {
    if (frozen.manager == manager.name &&
        (frozen.verb.empty() || HasWord(known.command, frozen.verb))) {
      return &frozen;
    }
  }
  return nullptr;
}

std::optional<Fix> FreezeIt(const Checker& check, const RunRef& run, const KnownCommand& known,
                            const Frozen& frozen) {
  const Span span = CommandSpan(check.file, run.instruction(), known.command);
  const std::string_view text = check.file.source->Slice(span);
  if (frozen.verb.empty()) {
    const bool plain = text.find_first_of("\n'\"$") == std::string_view::npos;
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
        const Frozen* frozen = FrozenForm(known, *fact.manager);
        const DependencyRef here = {run.step.stage, nullptr, run.step.index};
        if (frozen == nullptr || !CopiesLock(check, here, *fact.manager)) {
          continue;
        }
        check.At(RuleId::kInstallNotFrozen, run.instruction(),
                 CommandSpan(check.file, run.instruction(), known.command),
                 {fmt::format("{} may resolve other versions than the lock file names",
                              Shown(known.command)),
                  "two machines with the same files can get different layers, and the one that was "
                  "cached first stays",
                  frozen->verb.empty() ? fmt::format("add {}", frozen->instead)
                                       : fmt::format("write npm {}", frozen->instead),
                  FreezeIt(check, run, known, *frozen)});
      }
    }
  }
}

}  // namespace cacheplan::lint
