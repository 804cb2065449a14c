#include <algorithm>

#include <fmt/format.h>

#include "src/lint/join_update.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

bool IsAptOrApk(const KnownCommand& known, Activity activity) {
  return std::any_of(known.facts.begin(), known.facts.end(), [&](const CommandFact& fact) {
    return fact.activity == activity &&
           (fact.manager->name == "apt" || fact.manager->name == "apk");
  });
}

const KnownCommand* FindOs(const RunRef& run, Activity activity) {
  if (!run.does.Has(activity)) {
    return nullptr;
  }
  const std::span<const KnownCommand> commands = run.commands->commands;
  const auto found = std::find_if(commands.begin(), commands.end(), [&](const KnownCommand& known) {
    return IsAptOrApk(known, activity);
  });
  return found == commands.end() ? nullptr : &*found;
}

/// The RUN removes the index that it fetched.
bool RemovesIndex(const RunRef& run) {
  const std::span<const KnownCommand> commands = run.commands->commands;
  return std::any_of(commands.begin(), commands.end(), [](const KnownCommand& known) {
    const ScriptWords words = known.command.words;
    return known.command.name() == "rm" &&
           std::any_of(words.begin(), words.end(), [](const ScriptWord& word) {
             return word.text.starts_with("/var/lib/apt") ||
                    word.text.starts_with("/var/cache/apk");
           });
  });
}

/// What follows an update in its stage, or in a stage built FROM it.
struct Followed {
  const RunRef* install = nullptr;  ///< the first that relies on its index
  bool unclear = false;             ///< something may that cannot be read
};

/// A command that may install without saying so: a script, a program that nobody knows.
bool MayInstall(const KnownCommand& known) {
  constexpr std::string_view kHarmless[] = {
      "rm", "echo",  "set",   "true",  ":",    "sed", "cat", "cd",  "ls",    "mv",
      "cp", "mkdir", "touch", "chmod", "test", "[",   "ln",  "tee", "chown", "printf"};
  const std::string_view name = known.command.name();
  if (name == "make") {
    return true;  // a target may do anything
  }
  return known.facts.empty() && !known.command.words.empty() &&
         std::find(std::begin(kHarmless), std::end(kHarmless), name) == std::end(kHarmless);
}

void Follow(std::span<const RunRef> runs, Followed& followed) {
  for (const RunRef& run : runs) {
    if (FindOs(run, Activity::kIndex) != nullptr) {
      return;  // which has an index of its own
    }
    if (FindOs(run, Activity::kSystem) != nullptr) {
      followed.install = &run;
      return;
    }
    const std::span<const KnownCommand> commands = run.commands->commands;
    followed.unclear = followed.unclear || !run.commands->all_known ||
                       std::any_of(commands.begin(), commands.end(), MayInstall);
  }
}

Followed WhatFollows(const Checker& check, std::span<const RunRef> runs, std::size_t update) {
  Followed followed;
  for (const Stage* stage : StagesAbove(check, *runs[update].step.stage)) {
    const auto is_before = [](const RunRef& run, std::size_t index) {
      return run.step.stage->index < index;
    };
    const auto begin = stage == runs[update].step.stage
                           ? runs.begin() + static_cast<std::ptrdiff_t>(update) + 1
                           : std::lower_bound(runs.begin(), runs.end(), stage->index, is_before);
    const auto end = std::lower_bound(begin, runs.end(), stage->index + 1, is_before);
    Follow(runs.subspan(static_cast<std::size_t>(begin - runs.begin()),
                        static_cast<std::size_t>(end - begin)),
           followed);
    if (followed.install != nullptr) {
      return followed;
    }
    followed.unclear = followed.unclear ||
                       std::any_of(stage->steps.begin(), stage->steps.end(), [](const Step& step) {
                         return step.instruction->keyword == Keyword::kOnbuild;
                       });
  }
  const std::span<const KnownCommand> own = runs[update].commands->commands;
  followed.unclear = followed.unclear || std::any_of(own.begin(), own.end(), MayInstall);
  return followed;
}

}  // namespace

void CheckIndexUpdateAlone(Checker& check) {
  const std::span<const RunRef> runs = check.Runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const KnownCommand* update = FindOs(runs[i], Activity::kIndex);
    if (update == nullptr || !runs[i].commands->all_known ||
        FindOs(runs[i], Activity::kSystem) != nullptr) {
      continue;
    }
    const Followed followed = WhatFollows(check, runs, i);
    const Span span = CommandSpan(check.file, runs[i].instruction(), update->command);
    if (followed.install == nullptr) {
      if (!followed.unclear) {
        check.At(RuleId::kIndexUpdateAlone, runs[i].instruction(), span,
                 {fmt::format("{} stands alone, and nothing installs with its index",
                              Shown(update->command)),
                  RemovesIndex(runs[i])
                      ? "it downloads an index that the same step throws away"
                      : "the layer holds an index that only gets older: an install in an image "
                        "built from this one fails on packages that left the archive since then",
                  "remove it, or run it with the install that needs it"});
      }
      continue;
    }
    const RunRef* install = followed.install;
    check.At(
        RuleId::kIndexUpdateAlone, runs[i].instruction(), span,
        {fmt::format("{} stands alone, and line {} installs with its index", Shown(update->command),
                     install->instruction().start_line),
         "this layer stays in the cache while the install changes: packages that left the archive "
         "since then fail, and new ones are not seen",
         "run both in one RUN", JoinUpdate(check, runs[i], install->instruction())});
  }
}

}  // namespace cacheplan::lint
