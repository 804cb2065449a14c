#include <algorithm>

#include <fmt/format.h>

#include "src/lint/index_use.h"
#include "src/lint/join_update.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

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

/// What is wrong with an update whose index nothing reads.
std::string WhyUseless(const RunRef& update, const Followed& followed) {
  if (followed.own != nullptr) {
    return fmt::format("line {} fetches an index of its own",
                       followed.own->instruction().start_line);
  }
  return RemovesIndex(update)
             ? "it downloads an index that the same step throws away"
             : "the layer holds an index that only gets older: an install in an image built from "
               "this one fails on packages that left the archive since then";
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
                  WhyUseless(runs[i], followed),
                  followed.own != nullptr ? "remove it"
                                          : "remove it, or run it with the install that needs it"});
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
