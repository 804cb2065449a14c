#include "src/lint/source_from_stage.h"

#include <algorithm>
#include <iterator>

#include "cacheplan/downloads.h"
#include "cacheplan/paths.h"

#include "src/lint/reading.h"

namespace cacheplan::lint {
namespace {

bool IsBroad(const Value& source) {
  return source.text == "." || source.text == "./" || source.text == "*";
}

/// A folder of the build context, or all of it.
bool CopiesFolder(const Step& step) {
  return !step.from && std::any_of(step.sources.begin(), step.sources.end(), [](const Value& own) {
    const std::string_view name = LastComponent(WithoutSlash(own.text));
    return IsBroad(own) || name.find('.') == std::string_view::npos;
  });
}

/// What a build leaves, by its name: nothing else that an install may want lies in it.
bool IsOutput(std::string_view path) {
  constexpr std::string_view kNames[] = {"dist",   "build",   "public", "static",
                                         "target", "release", ".next",  ".output"};
  const std::string_view name = LastComponent(WithoutSlash(path));
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

/// The manifests came by other instructions than this one, and none with it.
bool HasManifestsWithout(const Instruction& copy, const DependencyStep& step) {
  const auto is_manifest = [](const VisibleFile& file) {
    return IsReadHere(file) && file.kind == FileKind::kManifest && file.how != Arrived::kWritten;
  };
  const auto comes_with = [&copy](const VisibleFile& file) { return file.instruction == &copy; };
  return std::any_of(step.files.begin(), step.files.end(), is_manifest) &&
         std::none_of(step.files.begin(), step.files.end(), comes_with);
}

/// The RUN speaks of what is copied, or may by what it runs.
bool MayUse(const Checker& check, const DependencyRef& step, const Step& copied) {
  const RunCommands* const run = CommandsOf(check, step);
  if (run == nullptr || !run->all_known) {
    return true;
  }
  const std::string_view text = check.file.source->Slice(step.dependency->instruction->span);
  const auto speaks_of = [text](std::string_view path) {
    const std::string_view name = LastComponent(WithoutSlash(path));
    return !name.empty() && name != "." && text.find(name) != std::string_view::npos;
  };
  return speaks_of(copied.destination.text) ||
         std::any_of(copied.sources.begin(), copied.sources.end(),
                     [&](const Value& source) { return speaks_of(source.text); });
}

}  // namespace

bool CopiesEverything(const Step& step) {
  return !step.from && std::any_of(step.sources.begin(), step.sources.end(), IsBroad);
}

FromStage SourceFromStage(const Checker& check, const DependencyRef& step) {
  const std::optional<SourceTrigger>& source = step.dependency->source;
  if (!source || source->cause != SourceCause::kFromStage) {
    return {};
  }
  const auto copy =
      std::find_if(step.stage->steps.begin(), step.stage->steps.end(),
                   [&](const Step& own) { return own.instruction == source->instruction; });
  if (copy == step.stage->steps.end() || copy->instruction->keyword != Keyword::kCopy ||
      !copy->from || copy->from->kind != SourceKind::kStage) {
    return {};
  }
  const Stage& stage = check.graph.stages[copy->from->stage];
  const bool runs = std::any_of(stage.steps.begin(), stage.steps.end(), [](const Step& own) {
    return own.instruction->keyword == Keyword::kRun;
  });
  if (!runs) {
    const bool holds = std::any_of(stage.steps.begin(), stage.steps.end(), CopiesEverything);
    return {holds ? copy->instruction : nullptr};
  }
  const bool outputs = std::all_of(copy->sources.begin(), copy->sources.end(),
                                   [](const Value& own) { return IsOutput(own.text); });
  const bool made = outputs && AnyStepBefore(check, stage, stage.steps.size(), CopiesFolder) &&
                    HasManifestsWithout(*copy->instruction, *step.dependency) &&
                    !MayUse(check, step, *copy);
  return made ? FromStage{copy->instruction, &stage} : FromStage{};
}

}  // namespace cacheplan::lint
