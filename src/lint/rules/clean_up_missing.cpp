#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// By stage: its files are part of the image that is shipped.
std::vector<bool> Shipped(const Checker& check) {
  std::vector<bool> shipped(check.graph.stages.size(), false);
  if (check.graph.target != kNoStage) {
    for (const std::size_t stage : check.graph.BaseChain(check.graph.target)) {
      shipped[stage] = true;
    }
  }
  return shipped;
}

/// What the install leaves behind and how it is thrown away.
struct Rest {
  std::string_view manager;
  std::string_view folder;
  std::string_view clean;
  std::string_view flag = {};  ///< of the install, with which it leaves nothing
};
constexpr Rest kRests[] = {
    {"apt", "/var/lib/apt/lists", "rm -rf /var/lib/apt/lists/*"},
    {"apk", "/var/cache/apk", "rm -rf /var/cache/apk/*", "--no-cache"},
    {"dnf", "/var/cache/dnf", "dnf clean all"},
    {"yum", "/var/cache/yum", "yum clean all"},
    {"zypper", "/var/cache/zypp", "zypper clean --all"},
};

bool Cleans(const RunCommands& run, const Rest& rest) {
  return std::any_of(run.commands.begin(), run.commands.end(), [&](const KnownCommand& known) {
    const bool removes = known.command.name() == "rm" &&
                         std::any_of(known.command.words.begin(), known.command.words.end(),
                                     [&](const ScriptWord& word) {
                                       return word.text.find("/var/lib") != std::string::npos ||
                                              word.text.find("/var/cache") != std::string::npos;
                                     });
    // `apt-get clean` leaves the index, `apk cache clean` too.
    return removes ||
           (rest.manager != "apt" && rest.manager != "apk" && Does(known, {Activity::kClean}));
  });
}

/// The first install that leaves something; nulls when none does.
struct Install {
  const KnownCommand* command = nullptr;
  const Rest* rest = nullptr;
};
Install InstallThatLeaves(const RunCommands& run) {
  for (const KnownCommand& known : run.commands) {
    if (!Does(known, {Activity::kSystem})) {
      continue;
    }
    const Rest* rest = std::find_if(std::begin(kRests), std::end(kRests), [&](const Rest& one) {
      return one.manager == known.facts.front().manager->name;
    });
    if (rest != std::end(kRests) && (rest->flag.empty() || !HasWord(known.command, rest->flag))) {
      return {&known, rest};
    }
  }
  return {};
}

}  // namespace

void CheckCleanUpMissing(Checker& check) {
  std::vector<bool> shipped;
  for (const RunRef& run : check.Runs()) {
    if (!run.does.Has(Activity::kSystem) || !run.commands->all_known) {
      continue;
    }
    shipped = shipped.empty() ? Shipped(check) : shipped;
    if (!shipped[run.step.stage->index]) {
      continue;
    }
    const auto [install, rest] = InstallThatLeaves(*run.commands);
    if (rest == nullptr) {
      continue;
    }
    if (rest->manager == "apt" && !run.does.Has(Activity::kIndex)) {
      continue;  // the index is in another layer, where no clean-up here would help
    }
    if (Cleans(*run.commands, *rest) ||
        !CacheMounts(run.instruction(), {&rest->folder, 1}).empty()) {
      continue;
    }
    const std::string instead =
        rest->flag.empty() ? "" : fmt::format("install with {}, or ", rest->flag);
    check.At(RuleId::kCleanUpMissing, run.instruction(),
             CommandSpan(check.file, run.instruction(), install->command),
             {fmt::format("{} leaves its index in the image", Shown(install->command)),
              "every machine that gets this layer from the cache downloads it too",
              fmt::format("{}end the step with {}, or mount a cache on {}", instead, rest->clean,
                          rest->folder)});
  }
}

}  // namespace cacheplan::lint
