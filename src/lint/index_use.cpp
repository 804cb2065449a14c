#include "src/lint/index_use.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>

#include "src/lint/reading.h"

namespace cacheplan::lint {
namespace {

bool IsAptOrApk(const KnownCommand& known, Activity activity) {
  return std::any_of(known.facts.begin(), known.facts.end(), [&](const CommandFact& fact) {
    return fact.activity == activity &&
           (fact.manager->name == "apt" || fact.manager->name == "apk");
  });
}

/// Where an install has its index from.
enum class Index {
  kHere,   ///< from what lies in the image
  kOwn,    ///< it fetches one, and leaves nothing of it (`apk --no-cache`)
  kNewer,  ///< it fetches one, and leaves it to those after it (`apk -U`)
};
Index IndexOf(const KnownCommand& install) {
  const ScriptWords words = install.command.words;
  if (install.facts.front().manager->name != "apk") {
    return Index::kHere;
  }
  if (HasWord(install.command, "--no-cache")) {
    return Index::kOwn;
  }
  const bool newer = std::any_of(words.begin(), words.end(), [](const ScriptWord& word) {
    const bool letters = word.text.starts_with('-') && !word.text.starts_with("--");
    return (letters && word.text.find('U') != std::string_view::npos) ||
           word.text == "--update-cache" || word.text == "--update";
  });
  return newer ? Index::kNewer : Index::kHere;
}

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
    const std::span<const KnownCommand> commands = run.commands->commands;
    for (const KnownCommand& known : commands) {
      if (!IsAptOrApk(known, Activity::kSystem)) {
        continue;
      }
      const Index index = IndexOf(known);
      followed.install = index == Index::kHere ? &run : nullptr;
      followed.own = index != Index::kHere && followed.own == nullptr ? &run : followed.own;
      if (index != Index::kOwn) {
        return;
      }
    }
    followed.unclear = followed.unclear || !run.commands->all_known ||
                       std::any_of(commands.begin(), commands.end(), MayInstall);
  }
}

}  // namespace

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

}  // namespace cacheplan::lint
