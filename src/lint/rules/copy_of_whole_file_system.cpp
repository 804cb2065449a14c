#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// A stage with a system in it in which something ran. An image under another name, or one that was
/// put together from scratch, holds what is meant to be copied.
bool IsBuilt(const Checker& check, const Stage& stage) {
  const std::vector<const Stage*> chain = StagesBelow(check, stage);
  return chain.back()->base.kind != SourceKind::kScratch &&
         std::any_of(chain.begin(), chain.end(), [](const Stage* below) {
           return std::any_of(below->steps.begin(), below->steps.end(), [](const Step& step) {
             return step.instruction->keyword == Keyword::kRun;
           });
         });
}

/// Nothing is in the stage yet but what COPY brought.
bool IsEmpty(const Checker& check, const Stage& stage) {
  return StagesBelow(check, stage).back()->base.kind == SourceKind::kScratch;
}

}  // namespace

void CheckCopyOfWholeFileSystem(Checker& check) {
  for (const StepRef& step : check.Steps(Keyword::kCopy)) {
    // FROM scratch and one COPY is how an image is squashed, on purpose.
    if (!step.step->from || IsEmpty(check, *step.stage)) {
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
          !IsBuilt(check, check.graph.stages[step.step->from->stage])) {
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
