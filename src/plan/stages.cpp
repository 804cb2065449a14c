// What becomes of each stage of the file, and why, in sentences.
#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/plan/parts.h"

namespace cacheplan::plan {
namespace {

/// "`npm ci` (line 4)"
std::string Shown(const DependencyStep& step) {
  return fmt::format("`{}` (line {})", CommandOf(step), step.line);
}

/// ", and what else line 5 brings is not known", where there is such a line.
std::string AndUnknown(const StageDependencies& deps) {
  return deps.unknown.empty()
             ? ""
             : fmt::format(", and what else {} is not known", UnknownBringing(deps));
}

/// Of a stage without a step: "nothing in it downloads", where that is known.
std::string DownloadsNothing(const StageDependencies& deps, std::string_view known) {
  return deps.unknown.empty()
             ? std::string(known)
             : fmt::format("nothing in it is known to download (what {} is not known)",
                           UnknownBringing(deps));
}

/// The files whose change runs the step again: projects refer to each other, so that all that came
/// count where some are where it works. What the Dockerfile writes itself is part of its text.
std::string DependsOn(const DependencyStep& step) {
  std::vector<std::string_view> files;
  bool here = false;
  for (const VisibleFile& file : step.files) {
    const bool counts = !step.annotated && file.read && file.how != Arrived::kWritten;
    here = here || (counts && file.in_directory);
    if (counts && (file.in_directory || file.kind != FileKind::kConfig)) {
      files.push_back(file.path);
    }
  }
  const std::span<const std::string_view> shown =
      here ? files : std::span<const std::string_view>(step.manifests);
  return shown.empty() ? "its manifests" : Listed(shown);
}

class Notes {
 public:
  Notes(const Inputs& in, const Images& images, const Layers& layers)
      : in_(in), images_(images), layers_(layers), classic_(!Info(in.options.builder).buildkit) {
    for (const Stage& stage : in.graph.stages) {
      if (stage.reachable && stage.base.kind == SourceKind::kStage) {
        first_user_.try_emplace(stage.base.stage, stage.index);
      }
    }
  }

  [[nodiscard]] std::string Of(const Stage& stage, bool kept) const {
    const std::size_t index = stage.index;
    if (index == in_.graph.target) {
      return Target(index);
    }
    if (!stage.reachable && (!classic_ || index > in_.graph.target)) {
      return "the target does not need it: it is not built";
    }
    std::string text = kept ? Kept(index) : LeftOut(stage);
    if (!stage.reachable) {
      text +=
          "; the target does not need it, but the classic builder runs every stage above the "
          "target";
    }
    const auto local =
        std::find_if(images_.locals.begin(), images_.locals.end(),
                     [&](const Images::Stage& other) { return other.stage == index; });
    if (local != images_.locals.end()) {
      text += fmt::format("; it is built once as {}, on this machine alone", local->image);
    }
    const std::size_t holder = layers_.Holder(index);
    if (!kept && holder != kNoStage && Downloads(in_, index)) {
      text += fmt::format("; its layers are part of {}", layers_.Image(index));
    }
    return text;
  }

 private:
  [[nodiscard]] std::string Target(std::size_t index) const {
    const std::vector<DependencyStep>& steps = in_.deps.stages[index].steps;
    if (steps.empty()) {
      return "it is the target, and " +
             DownloadsNothing(in_.deps.stages[index], "downloads nothing");
    }
    return fmt::format("it is the target, and its own image carries {}{}", Shown(steps.front()),
                       steps.size() > 1 ? " and what it downloads below that" : "");
  }

  [[nodiscard]] std::string Kept(std::size_t index) const {
    const DependencyStep* const worth =
        Asks(in_.options, "deps") ? WorthKeeping(in_, index) : nullptr;
    if (worth == nullptr) {
      return IsNamed(index) ? "--stages names it"
             : Asks(in_.options, "all")
                 ? "--stages all takes each stage that has an instruction"
                 : "it is the last stage of a FROM chain that downloads something";
    }
    const DependencyStep& step = *worth;
    const StageDependencies& deps = in_.deps.stages[index];
    const bool project = step.kind == StepKind::kProject && step.manifests_first == true;
    if (deps.role == StageRole::kBuild && !project) {
      return fmt::format("it makes a tool for other stages: {} depends on its text alone",
                         Shown(step)) +
             AndUnknown(deps);
    }
    if (!deps.is_dependency_stage || !project) {
      return fmt::format("it {}fetches for other stages: {}", deps.unknown.empty() ? "only " : "",
                         Shown(step)) +
             AndUnknown(deps);
    }
    std::string text =
        fmt::format("{} depends on {}, and no change of ordinary source runs it again", Shown(step),
                    DependsOn(step));
    const VaryingArg arg = layers_.DiffersInResult(index, step.line);
    if (arg.line != 0) {
      text +=
          fmt::format("; but {} (line {}) keeps the result from reusing it", arg.name, arg.line);
    }
    return text;
  }

  [[nodiscard]] std::string LeftOut(const Stage& stage) const {
    if (Asks(in_.options, "all")) {
      return stage.steps.empty() ? "it has no instruction"
                                 : "it has no name of its own, and nothing in it downloads";
    }
    if (Asks(in_.options, "deps")) {
      return NotWorth(stage);
    }
    if (Asks(in_.options, "tips")) {
      const auto user = first_user_.find(stage.index);
      return user == first_user_.end() ? "nothing in its FROM chain is known to download"
                                       : fmt::format("another stage is built FROM it: {}",
                                                     in_.graph.stages[user->second].Label());
    }
    return in_.options.stages == std::vector<std::string>{"none"} ? "--stages none"
                                                                  : "--stages does not name it";
  }

  [[nodiscard]] bool IsNamed(std::size_t index) const {
    const std::vector<std::string>& words = in_.options.stages;
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      const Stage* const named = IsStagesWord(word) ? nullptr : in_.graph.Find(word);
      return named != nullptr && named->index == index;
    });
  }

  /// Why its project step gives a stage no image of its own.
  [[nodiscard]] std::string Project(const DependencyStep& step) const {
    if (const MountedDownload* const mounted = StaysOnMount(in_.runs.mounted, step)) {
      return fmt::format("what {} brings stays on the cache mount {}, which no image carries",
                         Shown(step), ToValidUtf8(mounted->mount.target));
    }
    const std::string other = OtherBuild(step);
    if (RunsWithSource(step)) {
      return step.mode != StepMode::kBuild
                 ? fmt::format("every change of source runs {} again", Shown(step))
             : other.empty()
                 ? fmt::format("{} compiles, so that it runs with every change of source",
                               Shown(step))
                 : fmt::format(
                       "`{}` is in one RUN with {}, so that every change of source runs both again",
                       other, Shown(step));
    }
    if (step.source) {
      return fmt::format("{} works on what {} brings", Shown(step), ToValidUtf8(step.source->what));
    }
    if (step.mode == StepMode::kBuild) {
      return other.empty() ? fmt::format("{} builds as well", Shown(step))
                           : fmt::format("`{}` is in one RUN with {}", other, Shown(step));
    }
    return fmt::format("no manifest from the build context stands above {}", Shown(step));
  }

  /// Which option gives it an image after all; of one whose steps all run with every change of
  /// the source, that no image is of use.
  [[nodiscard]] std::string HowToTake(const Stage& stage) const {
    const std::vector<DependencyStep>& steps = in_.deps.stages[stage.index].steps;
    if (std::all_of(steps.begin(), steps.end(), RunsWithSource)) {
      return fmt::format("; every change of source runs {} again",
                         steps.size() == 1 ? "it" : "all of that");
    }
    return stage.name.empty()
               ? fmt::format("; with AS NAME in its FROM, --stages {} takes it",
                             StagesWith(in_.options, "NAME"))
               : fmt::format("; --stages {} takes it", StagesWith(in_.options, stage.name));
  }

  /// Why `--stages deps` leaves it out.
  [[nodiscard]] std::string NotWorth(const Stage& stage) const {
    const StageDependencies& deps = in_.deps.stages[stage.index];
    const auto first = [&](const auto& test) {
      const auto found = std::find_if(deps.steps.begin(), deps.steps.end(), test);
      return found == deps.steps.end() ? nullptr : &*found;
    };
    if (WorthKeeping(in_, stage.index) != nullptr) {
      return stage.name.empty() ? "it has no name, and only a stage that has one can be built "
                                  "alone; write AS NAME in its FROM, and it gets an image"
                                : "a later stage has the same name, and only the last of them can "
                                  "be built alone; give it a name of its own, and it gets an image";
    }
    if (deps.steps.empty()) {
      return DownloadsNothing(deps, "nothing in it downloads");
    }
    const DependencyStep* project =
        first([](const DependencyStep& step) { return step.kind == StepKind::kProject; });
    if (project != nullptr) {
      const bool no_use =
          RunsWithSource(*project) || StaysOnMount(in_.runs.mounted, *project) != nullptr;
      return Project(*project) + (no_use ? "" : HowToTake(stage));
    }
    const std::string_view downloads = deps.unknown.empty() ? "" : "it is known to download ";
    const DependencyStep* tool =
        first([](const DependencyStep& step) { return step.kind == StepKind::kTool; });
    const DependencyStep* fetch =
        first([](const DependencyStep& step) { return step.kind == StepKind::kFetch; });
    const bool system =
        first([](const DependencyStep& step) { return step.kind == StepKind::kSystem; }) != nullptr;
    const DependencyStep& step = tool != nullptr    ? *tool
                                 : fetch != nullptr ? *fetch
                                                    : deps.steps.front();
    const std::string_view what =
        tool != nullptr    ? deps.unknown.empty()
                                 ? "it downloads nothing that the project declares, only tools"
                                 : "nothing that the project declares, only tools"
        : fetch == nullptr ? "only system packages"
        : system           ? "only system packages and files from the network"
                           : "only files from the network";
    return fmt::format("{}{}: {}{}{}", downloads, what, Shown(step), AndUnknown(deps),
                       HowToTake(stage));
  }

  const Inputs& in_;
  const Images& images_;
  const Layers& layers_;
  bool classic_;
  std::unordered_map<std::size_t, std::size_t> first_user_;  ///< base stage -> one FROM it
};

}  // namespace

void AddStages(const Inputs& in, const Images& images, const Layers& layers, Plan& plan) {
  const Notes notes(in, images, layers);
  auto kept = images.stages.begin();
  for (const Stage& stage : in.graph.stages) {
    const bool own = kept != images.stages.end() && kept->stage == stage.index;
    const bool target = stage.index == in.graph.target;
    plan.stages.push_back({stage.Label(), stage.line,
                           own      ? kept->image
                           : target ? images.results.front()
                                    : "",
                           notes.Of(stage, own)});
    kept += own ? 1 : 0;
  }
}

}  // namespace cacheplan::plan
