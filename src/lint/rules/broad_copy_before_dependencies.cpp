#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "cacheplan/downloads.h"

#include "src/lint/at_hand.h"
#include "src/lint/install_first.h"
#include "src/lint/manifests_to_copy.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"
#include "src/lint/source_from_stage.h"

namespace cacheplan::lint {
namespace {

/// The first COPY of everything before the step, else the first of any source.
FromStage BroadestCopy(const Checker& check, const DependencyRef& step) {
  if (step.dependency->source_line == 0) {
    return SourceFromStage(check, step);
  }
  const Instruction* broadest = nullptr;
  AnyStepBefore(check, *step.stage, step.index, [&](const Step& before) {
    broadest = CopiesEverything(before) ? before.instruction : nullptr;
    return broadest != nullptr;
  });
  return {broadest != nullptr ? broadest : InstructionAt(check.file, step.dependency->source_line)};
}

std::string ThenWhat(const DependencyStep& step, bool mounted) {
  const std::string_view form = ManifestsForm(step);
  if (!form.empty()) {
    return fmt::format("{} and run `{}`{}", mounted ? "alone" : "first", form,
                       mounted ? "" : ", then copy the rest");
  }
  if (const std::string flags = FlagsForManifests(step); !flags.empty()) {
    // Once the source is there, the command as it is brings what they left out.
    return fmt::format("{} install with `{}`{}", mounted ? "alone and" : "first,", flags,
                       mounted ? "" : ", then copy the rest and install as now");
  }
  return mounted ? "alone" : "first, install, then copy the rest";
}

/// `made`: MadeManifest of the step. `apart`: what is copied comes of a build.
std::string WhatToDo(const Checker& check, const DependencyRef& step, const VisibleFile* made,
                     bool mounted, bool apart) {
  if (apart || (made == nullptr && !MayHaveManifest(check, step))) {
    return fmt::format("copy it below line {}{}", step.dependency->line,
                       apart ? "" : ": the manifests do not come with it");
  }
  if (made == nullptr) {
    return fmt::format("{} the manifests ({}){} {}", mounted ? "mount" : "copy",
                       fmt::join(ManifestsToCopy(check, step), ", "),
                       BesideManifests(*step.dependency), ThenWhat(*step.dependency, mounted));
  }
  const std::uint32_t line = made->instruction->start_line;
  return made->how == Arrived::kWritten
             ? fmt::format("copy what line {} makes {} of first, install, then copy the rest", line,
                           made->path)
             : fmt::format("build {} from an image without the source: {} comes at line {}",
                           step.stage->Label(), made->path, line);
}

}  // namespace

void CheckBroadCopyBeforeDependencies(Checker& check) {
  std::unordered_set<const Instruction*> told;  // one COPY, one finding: stages may share it
  for (const DependencyRef& step : check.DependencySteps()) {
    const DependencyStep& dependency = *step.dependency;
    if (dependency.kind != StepKind::kProject || dependency.mode != StepMode::kDownload ||
        dependency.manifests_first != false || NeedsSource(dependency) ||
        InstallsFiles(dependency) ||
        EarlierDownload(check.graph, check.deps, step.stage->index, dependency) != nullptr) {
      continue;
    }
    const auto [copy, maker] = BroadestCopy(check, step);
    const bool with_manifests = copy != nullptr && MayHaveManifest(check, step);
    // Where none came, what resolves the imports of the source needs that.
    const bool needs_source = !with_manifests && !ManifestsForm(dependency).empty();
    if (copy == nullptr || needs_source || !told.insert(copy).second) {
      continue;
    }
    const bool mounted = copy->keyword == Keyword::kRun;
    const VisibleFile* const made = MadeManifest(*step.stage, dependency);
    const bool kept = MayKeepDownloads(*dependency.instruction) && !check.options.ephemeral;
    Report report{
        fmt::format("this {} {} {} `{}` (line {})", mounted ? "mounts" : "copies",
                    maker == nullptr ? "source"
                                     : fmt::format("what {} makes of the source", maker->Label()),
                    mounted ? "for" : "before", dependency.command, dependency.line),
        fmt::format("a change of any file that it {} {} all {} dependencies{}",
                    mounted ? "mounts" : "copies",
                    kept ? "runs the install again, and where the cache mount is empty downloads"
                         : "downloads",
                    dependency.ecosystem, kept ? "" : " again"),
        WhatToDo(check, step, made, mounted, maker != nullptr), std::nullopt};
    if (ManifestsForm(dependency).empty() && made == nullptr) {
      report.fix = InstallFirst(check, *copy, step);
    }
    check.At(RuleId::kBroadCopyBeforeDependencies, *copy, FirstLine(check.file, *copy),
             std::move(report));
  }
}

}  // namespace cacheplan::lint
