// What is known of a download beside its own step: whether it was done before, where it stays, and
// what would do it with the manifests alone. Lint, plans and reports ask the same questions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cacheplan/commands.h"
#include "cacheplan/detect.h"
#include "cacheplan/graph.h"

namespace cacheplan {

/// The step that has downloaded what `step` of `stage` would fetch: one for the same ecosystem that
/// only downloads, before it in its stage or in a stage below. Null when there is none.
const DependencyStep* EarlierDownload(const Graph& graph, const Dependencies& deps,
                                      std::size_t stage, const DependencyStep& step);

/// A script or a recipe that the Dockerfile does not show may have done so: it runs before what
/// `step` of `stage` waits for, in the stage or in one below.
bool MayBeDownloaded(const Graph& graph, const Dependencies& deps, std::size_t stage,
                     const DependencyStep& step);

/// What a RUN brings for the project and leaves on a cache mount: its layer holds none of it, and
/// no image carries the mount.
struct MountedDownload {
  Mount mount;
  const KnownCommand* command = nullptr;  ///< that brings it; never null
  /// The mount is the folder of an install (node_modules); else it is the manager's own cache, in
  /// which a manager such as go or cargo has its downloads and nowhere else.
  bool installs = false;
};
/// One for each such mount of `step`, a RUN whose commands are `run`. Most have none.
std::vector<MountedDownload> MountedDownloads(const Step& step, const RunCommands& run);

/// The first of them for each RUN that has any.
using MountedRuns = std::unordered_map<const Instruction*, MountedDownload>;
MountedRuns FindMounted(const Graph& graph, const Dependencies& deps);
/// The mount where all that the step brings for the project stays. Null where its layer holds that.
const MountedDownload* StaysOnMount(const MountedRuns& mounted, const DependencyStep& step);
/// The same of all that outlasts a change of the source in the stage: its image would bring none of
/// that.
bool StaysOnMounts(const StageDependencies& stage, const MountedRuns& mounted);

/// The cache mount of `run` that hides what `earlier` left in its layer: it lies over the folder
/// where the manager has its downloads and nowhere else, and `earlier` has no mount there. Nothing
/// where there is none.
std::optional<Mount> HidingMount(const Dependencies& deps, const DependencyStep& earlier,
                                 const Instruction& run);

/// The stage has files of another one that downloads for the same ecosystem.
bool TakesDownloads(const Dependencies& deps, const Stage& stage, const DependencyStep& step);

/// A cache mount of the RUN may hold what its package manager downloads: one that is plainly for
/// something else (compiled objects, packages of the operating system) does not.
bool MayKeepDownloads(const Instruction& run);

/// The project step waits for source that its manifests could come before: some are seen, or come
/// with files of the context or of a stage. Not where it reads none (Go before modules), installs
/// the files themselves, or works on what was fetched.
bool ManifestsCanComeFirst(const DependencyStep& step);

/// Where a command of the step resolves what the source imports and fetches nothing with the
/// manifests alone: the command that does (StepCommand::manifests_form); else "".
std::string_view ManifestsForm(const DependencyStep& step);

/// A manifest or a lock file where a command of the step works.
bool IsReadHere(const VisibleFile& file);

/// It fetches what manifests declare, and a change of ordinary source does not run it again: what a
/// stage has an image of its own for.
bool OutlastsSource(const DependencyStep& step);

/// None of its commands fetches what the project declares: a build takes at most what it requires
/// itself.
bool TakesNoDependencies(const DependencyStep& step);

/// All that its commands do is resolve what the source imports, and only manifests are there.
bool BringsNothingAlone(const DependencyStep& step);

/// What a download needs beside the manifests alone, as " and …": Cargo a file for each crate. "":
/// nothing.
std::string_view BesideManifests(const DependencyStep& step);

/// The flags that the commands of the step lack to leave the project itself alone: with the
/// manifests and without the source they fail ("--no-root" of `poetry install`). "" for none.
std::string FlagsForManifests(const DependencyStep& step);

/// All that its commands install is what they name: files, or the project itself.
bool InstallsFiles(const DependencyStep& step);

/// A manifest that the step reads and that no COPY of its own can bring before the source: a RUN
/// makes it, or it comes from another stage into one whose base has the source. Null for none.
const VisibleFile* MadeManifest(const Stage& stage, const DependencyStep& step);

/// Whether the manager works by its manifests and nothing else, and fails where checksums of what
/// they name are missing, as Go does since 1.16: what the tag tells of the image that a stage
/// starts from.
enum class Strictness {
  kUnknown,
  kNo,
  kNewest,  ///< it names no version: the newest one does, that of the day it was written may not
  kYes,
};
Strictness StrictnessOf(std::string_view manager, const StageSource& image);

/// A command of the step reads no manifest (Go before modules): none could come before the source.
bool NeedsSource(const DependencyStep& step);

}  // namespace cacheplan
