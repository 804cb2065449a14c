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
      const IndexFrom index = IndexOf(known);
      followed.install = index == IndexFrom::kHere ? &run : nullptr;
      followed.own = index != IndexFrom::kHere && followed.own == nullptr ? &run : followed.own;
      if (index != IndexFrom::kOwn) {
        return;
      }
    }
    followed.unclear = followed.unclear || !run.commands->all_known ||
                       std::any_of(commands.begin(), commands.end(), MayInstall);
  }
}

/// `pattern`, with `*`, `{a,b}` or `$x` in it, may be the name.
bool MayBe(std::string_view pattern, std::string_view name) {
  return pattern.find_first_of("{}$?[") != std::string_view::npos || GlobMatches(pattern, name);
}

/// The path is the folder, one that holds it, or lies in it.
bool IsAround(std::string_view path, std::string_view folder) {
  while (path.starts_with('/') && folder.starts_with('/')) {
    path.remove_prefix(1);
    folder.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::size_t own = std::min(folder.find('/'), folder.size());
    if (end > 0 && !MayBe(path.substr(0, end), folder.substr(0, own))) {
      return false;
    }
    path.remove_prefix(end);
    folder.remove_prefix(own);
  }
  return true;
}

/// The command removes what lies in one of the folders.
bool Removes(const SimpleCommand& command, Texts folders) {
  const bool removes =
      command.name() == "rm" || (command.name() == "find" && HasWord(command, "-delete"));
  if (!removes) {
    return false;
  }
  const auto is_around = [&](std::string_view path) {
    return std::any_of(folders.begin(), folders.end(),
                       [&](std::string_view folder) { return IsAround(path, folder); });
  };
  const bool inside = command.directory.starts_with('/') && is_around(command.directory);
  return std::any_of(command.words.begin() + 1, command.words.end(), [&](const ScriptWord& word) {
    return word.text.starts_with('/') ? is_around(word.text)
                                      : inside && !word.text.starts_with('-');
  });
}

}  // namespace

IndexFrom IndexOf(const KnownCommand& install) {
  const ScriptWords words = install.command.words;
  if (install.facts.front().manager->name != "apk") {
    return IndexFrom::kHere;
  }
  if (HasWord(install.command, "--no-cache")) {
    return IndexFrom::kOwn;
  }
  const bool newer = std::any_of(words.begin(), words.end(), [](const ScriptWord& word) {
    const bool letters = word.text.starts_with('-') && !word.text.starts_with("--");
    return (letters && word.text.find('U') != std::string_view::npos) ||
           word.text == "--update-cache" || word.text == "--update";
  });
  return newer ? IndexFrom::kNewer : IndexFrom::kHere;
}

IndexRest RestOf(const KnownCommand& known) {
  const PackageManager& manager = *known.facts.front().manager;
  const std::string_view program = known.command.name();
  IndexRest rest;
  for (const std::string_view clean : manager.clean) {
    const bool removes = clean.starts_with("rm ");
    if (removes || program.starts_with(clean.substr(0, clean.find(' ')))) {
      rest.clean = clean;
    }
    if (removes) {  // what it removes is the index: other commands may leave that
      const std::string_view path = clean.substr(clean.rfind(' ') + 1);
      rest.folders = {path.substr(0, path.find("/*"))};
      return rest;
    }
  }
  rest.folders.assign(manager.caches.begin(), manager.caches.end());
  return rest;
}

bool Cleans(const KnownCommand& known, const KnownCommand& install, const IndexRest& rest) {
  const bool own = !rest.clean.starts_with("rm ") || HasWord(known.command, "distclean");
  return Removes(known.command, rest.folders) ||
         (own && std::any_of(known.facts.begin(), known.facts.end(), [&](const CommandFact& fact) {
            return fact.activity == Activity::kClean &&
                   fact.manager == install.facts.front().manager;
          }));
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
