#include <algorithm>

#include <fmt/format.h>

#include "src/lint/moving_address.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The branch, tag or commit that a `git clone` names; nothing when it names none.
std::optional<std::string_view> Revision(const SimpleCommand& command) {
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string_view text = command.words[i].text;
    const std::string_view next =
        i + 1 < command.words.size() ? command.words[i + 1].text : std::string_view();
    if (text == "-b" || text == "--branch" || text == "--revision") {
      return next;
    }
    if (text.starts_with("--branch=") || text.starts_with("--revision=")) {
      return text.substr(text.find('=') + 1);
    }
    if (text.size() > 2 && text.starts_with("-b")) {
      return text.substr(2);
    }
  }
  return std::nullopt;
}

bool IsGit(const SimpleCommand& command, std::initializer_list<std::string_view> verbs) {
  return command.name() == "git" &&
         std::any_of(verbs.begin(), verbs.end(),
                     [&](std::string_view verb) { return HasWord(command, verb); });
}

/// It clones a folder, which came into the image in another way.
bool IsLocal(const KnownCommand& known) {
  return std::any_of(known.facts.begin(), known.facts.end(), [](const CommandFact& fact) {
    const std::string_view from = fact.packages.empty() ? std::string_view() : fact.packages[0];
    return from.starts_with('/') || from.starts_with('.') || from.starts_with("file://");
  });
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
      if (!IsGit(command, {"clone"}) || !Does(commands[c], {Activity::kFetch}) ||
          IsLocal(commands[c])) {
        continue;
      }
      const std::optional<std::string_view> revision = Revision(command);
      if (revision && !IsMovingBranch(*revision)) {
        continue;
      }
      // A checkout later in this stage fixes it, but for one of a branch that moves.
      bool fixed = false;
      std::string_view branch = revision.value_or("");
      for (std::size_t j = i; j < runs.size() && runs[j].step.stage == runs[i].step.stage; ++j) {
        for (const KnownCommand& later : runs[j].commands->commands) {
          if (!IsGit(later.command, {"checkout", "reset", "switch"})) {
            continue;
          }
          const std::string_view name = LastComponent(later.command.words.back().text);
          fixed = fixed || !IsMovingBranch(name);
          branch = name;
        }
      }
      if (fixed) {
        continue;
      }
      check.At(
          RuleId::kCloneWithoutRevision, runs[i].instruction(),
          CommandSpan(check.file, runs[i].instruction(), command),
          {fmt::format("{} takes what {} is on the day it runs", Shown(command),
                       branch.empty() ? "the default branch" : fmt::format("branch {}", branch)),
           "the cached layer keeps that as long as the lines above stay the same; a machine "
           "without the cache gets something else",
           "name a tag with --branch, or check out a commit in the same RUN"});
    }
  }
}

}  // namespace cacheplan::lint
