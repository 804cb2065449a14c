#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// A stage with a system in it in which something ran. An image under another name, or one that was
/// put together from scratch, holds what is meant to be copied.
bool IsBuilt(const Stage& stage) {
  return stage.base.kind != SourceKind::kScratch &&
         std::any_of(stage.steps.begin(), stage.steps.end(),
                     [](const Step& step) { return step.instruction->keyword == Keyword::kRun; });
}

}  // namespace

void CheckCopyOfWholeFileSystem(Checker& check) {
  for (const StepRef& step : check.Steps(Keyword::kCopy)) {
    // FROM scratch and one COPY is how an image is squashed, on purpose.
    if (!step.step->from || step.stage->base.kind == SourceKind::kScratch) {
      continue;
    }
    for (const Value& source : step.step->sources) {
      constexpr std::string_view kAll[] = {"/", "/.", "/*", ".", "./"};
      if (!source.known ||
          std::find(std::begin(kAll), std::end(kAll), source.text) == std::end(kAll)) {
        continue;
      }
      const bool narrowed = FindFlag(step.instruction(), "exclude") != nullptr ||
                            FindFlag(step.instruction(), "parents") != nullptr;
      if (narrowed || step.step->from->kind != SourceKind::kStage ||
          !IsBuilt(check.graph.stages[step.step->from->stage])) {
        continue;
      }
      check.At(RuleId::kCopyOfWholeFileSystem, step, FirstLine(check.file, step.instruction()),
               {fmt::format("this copies all of stage {}", step.step->from->name.text),
                "any change in that stage, a log file or a cache it left, makes this layer and all "
                "below "
                "it new",
                "copy the folders that are needed"});
      break;
    }
  }
}

}  // namespace cacheplan::lint
