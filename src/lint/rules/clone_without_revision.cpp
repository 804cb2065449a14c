#include <algorithm>
#include <vector>

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

/// What a RUN and those behind it in its stage check out.
struct CheckedOut {
  bool fixed = false;       ///< something that stays the same
  std::string_view name{};  ///< the last
};

/// By the numbers of the runs: read once from the end, since any clone may ask.
std::vector<CheckedOut> CheckedOutFrom(std::span<const RunRef> runs) {
  std::vector<CheckedOut> from(runs.size());
  for (std::size_t i = runs.size(); i-- > 0;) {
    const bool goes_on = i + 1 < runs.size() && runs[i + 1].step.stage == runs[i].step.stage;
    const CheckedOut behind = goes_on ? from[i + 1] : CheckedOut();
    CheckedOut& own = from[i];
    for (const KnownCommand& known : runs[i].commands->commands) {
      if (IsGit(known.command, {"checkout", "reset", "switch"})) {
        own.name = LastComponent(known.command.words.back().text);
        own.fixed = own.fixed || !IsMovingBranch(own.name);
      }
    }
    own.fixed = own.fixed || behind.fixed;
    own.name = behind.name.data() == nullptr ? own.name : behind.name;
  }
  return from;
}

}  // namespace

void CheckCloneWithoutRevision(Checker& check) {
  const std::span<const RunRef> runs = check.Runs();
  const std::vector<CheckedOut> checked_out = CheckedOutFrom(runs);
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
      if (checked_out[i].fixed) {
        continue;
      }
      const std::string_view branch =
          checked_out[i].name.data() == nullptr ? revision.value_or("") : checked_out[i].name;
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
