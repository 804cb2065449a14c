#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The base and the first step, as the classic builder compares them: an ARG is a step too.
std::string FirstStep(const Checker& check, const Stage& stage) {
  for (const Step& step : stage.steps) {
    const Instruction& instruction = *step.instruction;
    const std::string_view text = check.file.source->Slice(instruction.span);
    return fmt::format("{} {} {}", stage.base.name.text, KeywordName(instruction.keyword),
                       Trim(text.substr(instruction.name.span.size())));
  }
  return {};
}

}  // namespace

void CheckClassicSharedFirstStep(Checker& check) {
  if (!check.options.classic) {
    return;
  }
  std::vector<std::pair<std::string, const Stage*>> seen;
  for (const StageDependencies& deps : check.deps.stages) {
    const Stage& stage = check.graph.stages[deps.stage];
    if (!deps.is_dependency_stage || stage.base.kind == SourceKind::kStage) {
      continue;
    }
    std::string first = FirstStep(check, stage);
    const auto same = std::find_if(seen.begin(), seen.end(), [&](const auto& other) {
      return !first.empty() && other.first == first;
    });
    if (same != seen.end()) {
      check.At(
          RuleId::kClassicSharedFirstStep, *stage.from, FirstLine(check.file, *stage.from),
          {fmt::format("this stage begins exactly as {} does", same->second->Label()),
           "with --cache-from the classic builder follows the first image whose steps match, so "
           "one "
           "of the two loses its cache",
           "make a common stage of what they share, or begin them differently (another WORKDIR)"});
    }
    seen.emplace_back(std::move(first), &stage);
  }
}

}  // namespace cacheplan::lint
