// What was measured: a file whose mode alone changed runs its COPY, and the steps after it, again,
// with every builder, and with --chmod too.
#include <algorithm>

#include <fmt/format.h>

#include "src/lint/context_facts.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

constexpr std::uint32_t kOwnerExecutes = 0100;  // the bit that git looks at

}  // namespace

void CheckFileModeDiffers(Checker& check) {
  if (check.context == nullptr || check.context->tracked.empty()) {
    return;
  }
  const BuildContext& context = *check.context;
  const std::vector<ContextCopy> copies = ContextCopies(check);
  const ContextCopy* first = nullptr;
  std::vector<std::string> paths;
  bool executable = false;  // of the first on disk
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
      first = first == nullptr || &*copy < first ? &*copy : first;
      executable = paths.empty() ? here : executable;
      paths.push_back(entry.path);
    }
  }
  if (first == nullptr) {
    return;
  }
  const bool one = paths.size() == 1;
  check.At(RuleId::kFileModeDiffers, first->step, FirstLine(check.file, first->step.instruction()),
           {one ? fmt::format("'{}' takes {}, which is {}executable here and {}in git",
                              Quote(check, first->step), paths[0], executable ? "" : "not ",
                              executable ? "not " : "")
                : fmt::format("'{}' takes files whose executable bit differs from git's: {}",
                              Quote(check, first->step), List(paths)),
            "a file's mode is part of the cache key: a fresh checkout has git's, and there this "
            "step and those after it run again",
            fmt::format("give {} one mode: chmod {} {}, or git update-index --chmod={} {}",
                        one ? "it" : "each", executable ? "-x" : "+x", paths[0],
                        executable ? "+x" : "-x", paths[0])});
}

}  // namespace cacheplan::lint
