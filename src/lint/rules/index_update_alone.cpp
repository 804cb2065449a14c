#include <algorithm>

#include <fmt/format.h>

#include "src/lint/index_use.h"
#include "src/lint/join_update.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The RUN keeps none of the index that it fetched.
bool RemovesIndex(const RunRef& run, const KnownCommand& update) {
  const std::span<const KnownCommand> behind = Behind(run, update);
  const IndexRest rest = RestOf(update);
  return IndexOf(update) == IndexFrom::kOwn ||
         std::any_of(behind.begin(), behind.end(),
                     [&](const KnownCommand& known) { return Cleans(known, update, rest); });
}

/// What is wrong with an update whose index nothing reads.
std::string WhyUseless(const RunRef& run, const KnownCommand& update, const Followed& followed) {
  const bool removes = RemovesIndex(run, update);
  if (followed.own == &run) {
    return fmt::format("the install behind it fetches an index of its own{}",
                       removes ? "" : ", and this one stays in the layer");
  }
  if (followed.own != nullptr) {
    return fmt::format("line {} fetches an index of its own",
                       followed.own->instruction().start_line);
  }
  return removes ? "it downloads an index that the same step throws away"
                 : "the layer holds an index that only gets older: an install in an image built "
                   "from this one fails on packages that left the archive since then";
}

constexpr std::string_view kStale =
    "packages that left the archive since then fail, and new ones are not seen";

void SayUseless(Checker& check, const RunRef& run, const KnownCommand& update,
                const Followed& followed) {
  const std::string shown = Shown(update.command);
  check.At(RuleId::kIndexUpdateAlone, run.instruction(),
           CommandSpan(check.file, run.instruction(), update.command),
           {FindOs(run, Activity::kSystem) == nullptr
                ? fmt::format("{} stands alone, and nothing installs with its index", shown)
                : fmt::format("nothing installs with the index of {}", shown),
            WhyUseless(run, update, followed),
            followed.own != nullptr ? "remove it"
                                    : "remove it, or run it with the install that needs it"});
}

void SayApart(Checker& check, const RunRef& run, const KnownCommand& update,
              const Instruction& install) {
  const std::string shown = Shown(update.command);
  check.At(RuleId::kIndexUpdateAlone, run.instruction(),
           CommandSpan(check.file, run.instruction(), update.command),
           {FindOs(run, Activity::kSystem) == nullptr
                ? fmt::format("{} stands alone, and line {} installs with its index", shown,
                              install.start_line)
                : fmt::format("no install of its RUN uses the index of {}, and line {} does", shown,
                              install.start_line),
            fmt::format("this layer stays in the cache while the install changes: {}", kStale),
            "run both in one RUN", JoinUpdate(check, run, install)});
}

/// An install alone, whose index came for another one.
void SayLater(Checker& check, const RunRef& run, const KnownCommand& update,
              const Followed& followed) {
  const Instruction& install = followed.install->instruction();
  check.At(RuleId::kIndexUpdateAlone, install,
           CommandSpan(check.file, install, followed.command->command),
           {fmt::format("{} installs with the index of line {}", Shown(followed.command->command),
                        run.instruction().start_line),
            fmt::format("that layer stays in the cache while this step changes: {}", kStale),
            fmt::format("run {} here too, or install there", Shown(update.command))});
}

/// Whether installs in later layers may find the index in that of the RUN. Those of apk renew one
/// that is old.
bool LeavesForLater(const RunRef& run, const KnownCommand& update) {
  return update.facts.front().manager->name == "apt" && !RemovesIndex(run, update) &&
         CacheMounts(run.instruction(), RestOf(update).folders).empty();
}

}  // namespace

void CheckIndexUpdateAlone(Checker& check) {
  const std::span<const RunRef> runs = check.Runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const KnownCommand* update = FindOs(runs[i], Activity::kIndex);
    if (update == nullptr || !runs[i].commands->all_known) {
      continue;
    }
    const Followed followed = WhatFollows(check, runs, i);
    if (followed.install == nullptr && !followed.unclear) {
      SayUseless(check, runs[i], *update, followed);
    } else if (followed.install != nullptr && followed.install != &runs[i]) {
      SayApart(check, runs[i], *update, followed.install->instruction());
    } else if (followed.install != nullptr && LeavesForLater(runs[i], *update)) {
      const Followed later = WhatFollowsLater(check, runs, i);
      if (later.install != nullptr && !later.unclear) {
        SayLater(check, runs[i], *update, later);
      }
    }
  }
}

}  // namespace cacheplan::lint
