#include "src/report/deps_marks.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/downloads.h"

namespace cacheplan {

bool WorksInOneFolder(const DependencyStep& step) {
  return std::all_of(step.commands.begin(), step.commands.end(),
                     [&step](const StepCommand& command) {
                       return command.directory == step.commands.front().directory;
                     });
}

namespace {

std::string SourceMark(const Graph& graph, const Dependencies& deps, const Stage& stage,
                       const DependencyStep& step) {
  if (BringsNothingAlone(step)) {
    return fmt::format(
        "brings nothing: it resolves what the source imports, and only manifests are there; `{}` "
        "takes what they say",
        ManifestsForm(step));
  }
  if (!step.source) {
    return "";
  }
  const std::string what =
      fmt::format("{} (line {})", step.source->what, step.source->instruction->start_line);
  if (step.kind != StepKind::kProject) {
    if (step.source->cause != SourceCause::kCopied) {
      return "";
    }
    return step.needs_no_source
               ? fmt::format(
                     "after the source: it needs none of {}, and would stay cached above it", what)
           : step.install_needs_no_source
               ? fmt::format(
                     "after the source: it needs none of {}, and would stay cached in a RUN of "
                     "its own above it",
                     what)
               : "";
  }
  if (!ManifestsCanComeFirst(step)) {
    return "";
  }
  const DependencyStep* const earlier = EarlierDownload(graph, deps, stage.index, step);
  if (step.mode == StepMode::kDownload) {
    // `uv sync --no-install-project`, the source, `uv sync`: the second has little left to bring.
    if (earlier != nullptr && earlier->manifests_first == true) {
      return "";
    }
    if (const std::string_view form = ManifestsForm(step); !form.empty()) {
      return fmt::format(
          "source before install: it resolves what the source imports, and with the manifests "
          "alone brings nothing; `{}` with them, above {}, would stay cached",
          form, what);
    }
    const VisibleFile* const made = MadeManifest(stage, step);
    if (made != nullptr && made->how == Arrived::kFromStage) {
      return fmt::format(
          "source before install: {} comes from another stage, and in a stage that is built from "
          "an image without {} it would stay cached",
          made->path, what);
    }
    if (made != nullptr) {
      return fmt::format(
          "source before install: bring what line {} makes {} of first, and {} after "
          "the install",
          made->instruction->start_line, made->path, what);
    }
    const std::string flags = FlagsForManifests(step);
    return fmt::format(
        "source before install: bring the manifests{} alone first,{}{} after it",
        BesideManifests(step),
        flags.empty() ? " and " : fmt::format(" install with `{}`, and bring ", flags), what);
  }
  if (earlier != nullptr) {
    const std::optional<Mount> hiding = HidingMount(deps, *earlier, *step.instruction);
    return hiding ? fmt::format(
                        "downloads again: the cache mount {} hides what line {} downloaded; give "
                        "it to both or to neither",
                        hiding->target, earlier->line)
                  : "";
  }
  return TakesDownloads(deps, stage, step) || MayKeepDownloads(*step.instruction) ||
                 MayBeDownloaded(graph, deps, stage.index, step)
             ? ""
             : fmt::format(
                   "downloads with every change of the source: a step of its own for the download, "
                   "with the manifests{} alone, would stay cached",
                   BesideManifests(step));
}

/// What the lack of a lock file means for a command; `alone`: its step works in no other folder.
std::string LockMark(const StepCommand& command, bool alone) {
  const std::string where =
      alone || command.directory.empty() ? "" : fmt::format(" in {}", command.directory);
  const std::string locks = fmt::format("{}", fmt::join(command.locks, " or "));
  if (command.needs_lock) {
    return fmt::format("no lock file{}: it fails without {}", where, locks);
  }
  if (command.lock_is_checksums) {
    return fmt::format(
        "no checksums{}: {} is not among the files; the manifests fix the versions, but the "
        "project does not say what they must hold",
        where, locks);
  }
  return fmt::format(
      "no lock file{}: {} is not among the files, so what is not pinned may differ from run to run",
      where, locks);
}

}  // namespace

std::vector<std::string> DepsMarks(const Graph& graph, const Dependencies& deps, const Stage& stage,
                                   const DependencyStep& step) {
  std::vector<std::string> marks;
  const auto add = [&marks](std::string mark) {
    if (!mark.empty() && std::find(marks.begin(), marks.end(), mark) == marks.end()) {
      marks.push_back(std::move(mark));
    }
  };
  add(SourceMark(graph, deps, stage, step));
  // A build after the download resolves nothing that was not resolved there.
  const bool downloaded =
      step.mode == StepMode::kBuild && EarlierDownload(graph, deps, stage.index, step) != nullptr;
  const bool alone = WorksInOneFolder(step);
  for (const StepCommand& command : step.commands) {
    if (command.lock == LockState::kMissing) {
      add(LockMark(command, alone));
    } else if (!downloaded && command.lock != LockState::kNone && !command.frozen_form.empty()) {
      add(fmt::format("not frozen: with `{}` it takes what the lock file says, or fails",
                      command.frozen_form));
    }
  }
  return marks;
}

}  // namespace cacheplan
