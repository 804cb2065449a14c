#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/image_ref.h"

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// Tags that are moved on purpose.
bool Moves(std::string_view tag) {
  constexpr std::string_view kMoving[] = {"latest", "stable",  "edge",     "nightly", "rolling",
                                          "master", "main",    "develop",  "dev",     "current",
                                          "lts",    "testing", "unstable", "canary",  "mainline"};
  return std::find(std::begin(kMoving), std::end(kMoving), tag) != std::end(kMoving);
}

}  // namespace

void CheckMutableBaseTag(Checker& check) {
  for (const Stage& stage : check.graph.stages) {
    if (stage.base.kind != SourceKind::kImage || !stage.base.name.known || !stage.reachable) {
      continue;
    }
    const Result<ImageRef> ref = ParseImageRef(stage.base.name.text);
    if (!ref.ok() || !ref.value().digest.empty() ||
        !(ref.value().tag.empty() || Moves(ref.value().tag))) {
      continue;
    }
    const auto& steps = check.deps.stages[stage.index].steps;
    const auto hit = std::find_if(steps.begin(), steps.end(), [](const DependencyStep& step) {
      return step.instruction->keyword == Keyword::kRun;
    });
    if (hit == steps.end()) {
      continue;
    }
    check.At(RuleId::kMutableBaseTag, *stage.from, AsFrom(*stage.from).base.span,
             {ref.value().tag.empty()
                  ? fmt::format("{} names no tag, which means latest", stage.base.name.text)
                  : fmt::format("{} is a tag that moves", stage.base.name.text),
              fmt::format("when it moves, every step of the stage runs again, `{}` (line {}) among "
                          "them, on a day nobody chose",
                          hit->command, hit->line),
              "name the version that is meant, or a digest"});
  }
}

}  // namespace cacheplan::lint
