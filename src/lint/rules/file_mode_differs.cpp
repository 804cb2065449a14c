// What was measured: a file whose mode alone changed runs its COPY, and the steps after it, again,
// with every builder, and with --chmod too.
#include <algorithm>

#include <fmt/format.h>

#include "src/lint/context_facts.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

constexpr std::uint32_t kOwnerExecutes = 0100;  // the bit that git looks at

/// Files that one instruction takes and whose executable bit is not git's.
struct Differing {
  std::vector<std::string> paths;
  bool executable = false;  ///< of the first on disk
};

void Say(Checker& check, const ContextCopy& copy, const Differing& differing) {
  const auto& [paths, executable] = differing;
  const bool one = paths.size() == 1;
  check.At(RuleId::kFileModeDiffers, copy.step, FirstLine(check.file, copy.step.instruction()),
           {one ? fmt::format("'{}' takes {}, which is {}", Quote(check, copy.step), paths[0],
                              executable ? "executable here and not in git"
                                         : "executable in git and not here")
                : fmt::format("'{}' takes files whose executable bit differs from git's: {}",
                              Quote(check, copy.step), List(paths)),
            "a file's mode is part of the cache key: a fresh checkout has git's, and there this "
            "step and those after it run again",
            fmt::format("give {} one mode: chmod {} {}, or git update-index --chmod={} {}",
                        one ? "it" : "each", executable ? "-x" : "+x", paths[0],
                        executable ? "+x" : "-x", paths[0])});
}

}  // namespace

void CheckFileModeDiffers(Checker& check) {
  if (check.context == nullptr || check.context->tracked.empty()) {
    return;
  }
  const BuildContext& context = *check.context;
  const std::vector<ContextCopy> copies = ContextCopies(check);
  // A file is told of where it is first taken.
  std::vector<Differing> by_copy(copies.size());
  for (const ContextEntry& entry : context.entries) {
    if (entry.directory) {
      continue;
    }
    const auto tracked = std::lower_bound(context.tracked.begin(), context.tracked.end(),
                                          std::pair(entry.path, false));
    const bool here = (entry.mode & kOwnerExecutes) != 0;
    if (tracked == context.tracked.end() || tracked->first != entry.path ||
        tracked->second == here || context.ignore.Matches(entry.path)) {
      continue;
    }
    const auto copy = std::find_if(copies.begin(), copies.end(),
                                   [&](const ContextCopy& one) { return one.Takes(entry.path); });
    if (copy != copies.end()) {
      Differing& differing = by_copy[static_cast<std::size_t>(copy - copies.begin())];
      differing.executable = differing.paths.empty() ? here : differing.executable;
      differing.paths.push_back(entry.path);
    }
  }
  for (std::size_t i = 0; i < copies.size(); ++i) {
    if (!by_copy[i].paths.empty()) {
      Say(check, copies[i], by_copy[i]);
    }
  }
}

}  // namespace cacheplan::lint
