#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// `git clone` with a branch, tag or commit named, here or by a checkout that follows.
bool NamesRevision(const SimpleCommand& command) {
  return std::any_of(command.words.begin(), command.words.end(), [](const ScriptWord& word) {
    const std::string_view text = word.text;
    return text == "-b" || text.substr(0, 8) == "--branch" || text.substr(0, 10) == "--revision" ||
           (text.size() > 2 && text.substr(0, 2) == "-b");
  });
}

bool IsGit(const SimpleCommand& command, std::initializer_list<std::string_view> verbs) {
  return command.name() == "git" &&
         std::any_of(verbs.begin(), verbs.end(),
                     [&](std::string_view verb) { return HasWord(command, verb); });
}

}  // namespace

void CheckCloneWithoutRevision(Checker& check) {
  const std::span<const RunRef> runs = check.Runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].does.Has(Activity::kFetch)) {
      continue;
    }
    const std::span<const KnownCommand> commands = runs[i].commands->commands;
    for (std::size_t c = 0; c < commands.size(); ++c) {
      const SimpleCommand& command = commands[c].command;
      if (!IsGit(command, {"clone"}) || NamesRevision(command) ||
          !Does(commands[c], {Activity::kFetch})) {
        continue;
      }
      // A checkout later in this stage fixes it.
      bool fixed = false;
      for (std::size_t j = i; j < runs.size() && runs[j].step.stage == runs[i].step.stage; ++j) {
        for (const KnownCommand& later : runs[j].commands->commands) {
          fixed = fixed || IsGit(later.command, {"checkout", "reset", "switch"});
        }
      }
      if (fixed) {
        continue;
      }
      check.At(
          RuleId::kCloneWithoutRevision, runs[i].instruction(),
          CommandSpan(check.file, runs[i].instruction(), command),
          {fmt::format("{} takes what the default branch is on the day it runs", Shown(command)),
           "the cached layer keeps that as long as the lines above stay the same; a machine "
           "without the cache gets something else",
           "name a tag with --branch, or check out a commit in the same RUN"});
    }
  }
}

}  // namespace cacheplan::lint
