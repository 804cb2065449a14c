#include "src/lint/index_use.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "src/lint/reading.h"

namespace cacheplan::lint {
namespace {

/// Managers that install from the index that is there, however old. (dnf and zypper fetch a newer
/// one by themselves; opam's names old packages for good.)
bool TakesIndexAsItIs(const PackageManager& manager) {
  constexpr std::string_view kManagers[] = {"apt", "apk", "pacman"};
  return std::find(std::begin(kManagers), std::end(kManagers), manager.name) != std::end(kManagers);
}

bool DoesOs(const KnownCommand& known, Activity activity) {
  return std::any_of(known.facts.begin(), known.facts.end(), [&](const CommandFact& fact) {
    return fact.activity == activity && TakesIndexAsItIs(*fact.manager);
  });
}

/// A command that may install without saying so: a script, a program that nobody knows.
bool MayInstall(const KnownCommand& known) {
  constexpr std::string_view kHarmless[] = {
      "rm",      "echo",     "set",      "true",       ":",
      "sed",     "cat",      "cd",       "ls",         "mv",
      "cp",      "mkdir",    "touch",    "chmod",      "test",
      "[",       "ln",       "tee",      "chown",      "printf",
      "tar",     "unzip",    "find",     "grep",       "strip",
      "export",  "adduser",  "addgroup", "useradd",    "groupadd",
      "usermod", "ldconfig", "apt-mark", "locale-gen", "update-ca-certificates",
      "apt-key", "id",       "command"};
  const std::string_view name = known.command.name();
  if (name == "make") {
    return true;  // a target may do anything
  }
  return known.facts.empty() && !known.command.words.empty() &&
         std::find(std::begin(kHarmless), std::end(kHarmless), name) == std::end(kHarmless);
}

/// Walks along the commands of a RUN; false where what comes behind has no use for the index.
bool Follow(const RunRef& run, std::span<const KnownCommand> commands, const KnownCommand& update,
            Followed& followed) {
  const IndexRest rest = RestOf(update);
  followed.unclear = followed.unclear || !run.commands->all_known;
  for (const KnownCommand& known : commands) {
    if (DoesOs(known, Activity::kIndex) || Cleans(known, update, rest)) {
      return false;
    }
    if (!DoesOs(known, Activity::kSystem)) {
      followed.unclear = followed.unclear || MayInstall(known);
      continue;
    }
    const IndexFrom index = IndexOf(known);
    if (index == IndexFrom::kHere) {
      followed.install = &run;
      followed.command = &known;
      return false;
    }
    followed.own = followed.own == nullptr ? &run : followed.own;
    if (index == IndexFrom::kNewer) {
      return false;
    }
  }
  return true;
}

/// Whoever builds from an image of the stage may install.
bool HasOnbuild(const Checker& check, const Stage& stage) {
  const std::span<const StepRef> all = check.Steps(Keyword::kOnbuild);  // by stage
  const auto first = std::lower_bound(
      all.begin(), all.end(), stage.index,
      [](const StepRef& step, std::size_t index) { return step.stage->index < index; });
  return first != all.end() && first->stage == &stage;
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
  const bool finds = command.name() == "find" && HasWord(command, "-delete");
  if (command.name() != "rm" && !finds) {
    return false;
  }
  // `find / -name '*.pyc' -delete`: some files alone, wherever they lie.
  const bool picks = finds && (HasWord(command, "-name") || HasWord(command, "-iname") ||
                               HasWord(command, "-path") || HasWord(command, "-regex"));
  const auto is_around = [&](std::string_view path) {
    return std::any_of(folders.begin(), folders.end(), [&](std::string_view folder) {
      return IsAround(path, folder) && !(picks && path.size() < folder.size());
    });
  };
  const bool moved = command.directory.starts_with('/');
  return std::any_of(command.words.begin() + 1, command.words.end(), [&](const ScriptWord& word) {
    return word.text.starts_with('/')
               ? is_around(word.text)
               : moved && !word.text.starts_with('-') &&
                     is_around(fmt::format("{}{}{}", command.directory,
                                           command.directory.ends_with('/') ? "" : "/", word.text));
  });
}

}  // namespace

IndexFrom IndexOf(const KnownCommand& install) {
  const ScriptWords words = install.command.words;
  const std::string_view manager = install.facts.front().manager->name;
  if ((manager == "apk" && HasWord(install.command, "--no-cache")) ||
      install.command.name() == "pacstrap") {
    return IndexFrom::kOwn;
  }
  const auto has_letter = [](std::string_view word, char letter) {
    return word.starts_with('-') && !word.starts_with("--") &&
           word.find(letter) != std::string_view::npos;
  };
  const bool newer = std::any_of(words.begin(), words.end(), [&](const ScriptWord& word) {
    return (manager == "apk" && (has_letter(word.text, 'U') || word.text == "--update-cache" ||
                                 word.text == "--update")) ||
           (manager == "pacman" && word.text.starts_with("-S") && has_letter(word.text, 'y'));
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

IndexRest Leftovers::Of(const KnownCommand& known) {
  IndexRest rest = RestOf(known);
  const KnownCommand* const last = LastCleanUp(known, rest);
  const bool gone = IndexOf(known) == IndexFrom::kOwn || (last != nullptr && &known < last);
  return gone ? IndexRest() : std::move(rest);
}

const KnownCommand* Leftovers::LastCleanUp(const KnownCommand& known, const IndexRest& rest) {
  const PackageManager* const manager = known.facts.front().manager;
  for (const auto& [own, last] : found_) {
    if (own == manager) {
      return last;
    }
  }
  const std::span<const KnownCommand> commands = run_.commands->commands;
  const auto last =
      std::find_if(commands.rbegin(), commands.rend(),
                   [&](const KnownCommand& clean) { return Cleans(clean, known, rest); });
  const KnownCommand* found = last == commands.rend() ? nullptr : &*last;
  if (!CacheMounts(run_.instruction(), rest.folders).empty()) {
    found = commands.data() + commands.size();
  }
  found_.emplace_back(manager, found);
  return found;
}

std::span<const KnownCommand> Behind(const RunRef& run, const KnownCommand& known) {
  const std::span<const KnownCommand> commands = run.commands->commands;
  return commands.subspan(static_cast<std::size_t>(&known - commands.data()) + 1);
}

const KnownCommand* FindOs(const RunRef& run, Activity activity) {
  if (!run.does.Has(activity)) {
    return nullptr;
  }
  const std::span<const KnownCommand> commands = run.commands->commands;
  const auto found =
      std::find_if(commands.rbegin(), commands.rend(),
                   [&](const KnownCommand& known) { return DoesOs(known, activity); });
  return found == commands.rend() ? nullptr : &*found;
}

Followed WhatFollows(const Checker& check, std::span<const RunRef> runs, std::size_t update) {
  const RunRef& run = runs[update];
  const KnownCommand& command = *FindOs(run, Activity::kIndex);
  Followed followed;
  const bool goes_on = Follow(run, Behind(run, command), command, followed);
  return goes_on ? WhatFollowsLater(check, runs, update, followed) : followed;
}

Followed WhatFollowsLater(const Checker& check, std::span<const RunRef> runs, std::size_t update,
                          Followed followed) {
  const KnownCommand& command = *FindOs(runs[update], Activity::kIndex);
  std::vector<std::size_t> over;  // stages above which the index is of no use
  for (const Stage* stage : StagesAbove(check, *runs[update].step.stage)) {
    const auto is_before = [](const RunRef& run, std::size_t index) {
      return run.step.stage->index < index;
    };
    const bool same = stage == runs[update].step.stage;
    auto run = same ? runs.begin() + static_cast<std::ptrdiff_t>(update) + 1
                    : std::lower_bound(runs.begin(), runs.end(), stage->index, is_before);
    bool goes_on = same || std::find(over.begin(), over.end(), stage->base.stage) == over.end();
    for (; goes_on && run != runs.end() && run->step.stage == stage; ++run) {
      goes_on = Follow(*run, run->commands->commands, command, followed);
    }
    if (followed.install != nullptr) {
      return followed;
    }
    if (!goes_on) {
      over.push_back(stage->index);
    }
    followed.unclear = followed.unclear || HasOnbuild(check, *stage);
  }
  return followed;
}

}  // namespace cacheplan::lint
