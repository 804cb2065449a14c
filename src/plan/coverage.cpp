// What brings each dependency step back on a fresh machine.
#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "cacheplan/downloads.h"
#include "cacheplan/text.h"

#include "src/plan/parts.h"

namespace cacheplan::plan {
namespace {

/// `ADD` of an address that names one commit or one content: nobody need be asked for it again.
bool IsPinned(const DependencyStep& step) {
  const std::span<const Flag> flags = step.instruction->flags;
  if (std::any_of(flags.begin(), flags.end(),
                  [](const Flag& flag) { return flag.name == "checksum"; })) {
    return true;
  }
  const std::size_t hash = step.command.rfind('#');
  if (step.manager != "git" || hash == std::string_view::npos) {
    return false;
  }
  constexpr std::size_t kCommit = 40;
  const std::string_view revision = step.command.substr(hash + 1);
  return std::min(revision.find_first_not_of("0123456789abcdef"), revision.size()) == kCommit;
}

class Coverer {
 public:
  Coverer(const Inputs& in, const Layers& layers, std::vector<Diagnostic>& warnings)
      : in_(in),
        layers_(layers),
        warnings_(warnings),
        classic_(!Info(in.options.builder).buildkit) {}

  /// REQUIRES: earlier steps were asked before.
  Coverage Of(const Stage& stage, const DependencyStep& step) {
    Coverage item{stage.name, step.line, CommandOf(step), layers_.Image(stage.index), ""};
    if (NotBack(stage, step, item)) {
      return item;
    }
    back_.insert(&step);
    item.reason = Back(stage, step);
    return item;
  }

 private:
  /// Says why the step runs again, and true, where it does.
  bool NotBack(const Stage& stage, const DependencyStep& step, Coverage& item) const {
    if (const MountedDownload* const mounted = StaysOnMount(in_.runs.mounted, step)) {
      item.image.clear();
      item.reason = fmt::format(
          "what it brings stays on the cache mount {}, which no image carries: its "
          "layer comes back without it, and a fresh machine must download it again",
          mounted->mount.target);
      Warn(step,
           fmt::format("what `{}` brings stays on the cache mount {}, and no image brings it to a "
                       "fresh machine",
                       CommandOf(step), ToValidUtf8(mounted->mount.target)),
           RunsWithSource(step) ? "copy the manifests first and download in a stage of its own "
                                  "without that mount: that gets an image"
                                : "without that mount the layer holds it, and an image can bring "
                                  "it back");
      return true;
    }
    const bool from_stage = step.source && step.source->cause == SourceCause::kFromStage;
    if (step.mode == StepMode::kBuild && (from_stage || RunsWithSource(step))) {
      if (const DependencyStep* earlier = EarlierDownload(in_.graph, in_.deps, stage.index, step)) {
        item.reason = Compiles(step, *earlier);
        return true;
      }
    }
    if (RunsWithSource(step)) {
      item.reason = WithSource(stage, step, item.image.empty());
      return true;
    }
    if (item.image.empty()) {
      item.reason = fmt::format("no image of the plan holds the layers of {}; {}", stage.Label(),
                                HowToHold(stage));
      return true;
    }
    const bool run = step.instruction != nullptr && step.instruction->keyword == Keyword::kRun;
    const VaryingArg arg = run ? layers_.DiffersInResult(stage.index, step.line) : VaryingArg();
    if (arg.line != 0) {
      item.image.clear();
      item.reason = fmt::format(
          "line {} declares {}, which in the build of {} is not what it is in the build of the "
          "result: that runs it again",
          arg.line, arg.name, in_.graph.stages[layers_.Holder(stage.index)].Label());
      return true;
    }
    return false;
  }

  /// Of a step of the project that the user can have covered: the plan is for machines that begin
  /// with empty mounts.
  void Warn(const DependencyStep& step, std::string message, std::string_view hint) const {
    warnings_.push_back({Diag::kDownloadOnMount, step.instruction->span, step.line,
                         std::move(message), std::string(hint)});
  }

  /// What gives the stage an image.
  [[nodiscard]] std::string HowToHold(const Stage& stage) const {
    if (!stage.name.empty()) {
      return fmt::format("choose it with --stages {}", StagesWith(in_.options, stage.name));
    }
    const bool taken = Asks(in_.options, "deps") && WorthKeeping(in_, stage.index) != nullptr;
    return taken ? "give it a name, and it gets one" : "give it a name and choose it with --stages";
  }

  [[nodiscard]] std::string Compiles(const DependencyStep& step,
                                     const DependencyStep& earlier) const {
    if (const auto hiding = HidingMount(in_.deps, earlier, *step.instruction)) {
      Warn(step,
           fmt::format("the cache mount {} hides from `{}` what line {} downloaded, and a fresh "
                       "machine has an empty one",
                       ToValidUtf8(hiding->target), CommandOf(step), earlier.line),
           "without that mount it finds what the image brought");
      return fmt::format(
          "its cache mount {} hides what line {} downloaded, and a fresh machine has an empty one: "
          "it downloads all again; give that line the mount too, or this one none",
          hiding->target, earlier.line);
    }
    const std::string other = OtherBuild(step);
    const std::string text = other.empty()
                                 ? "it compiles, and runs when the source changes; "
                                 : fmt::format(
                                       "it is in one RUN with `{}`, which runs when the source "
                                       "changes; ",
                                       other);
    if (back_.contains(&earlier)) {
      return text + fmt::format("what it needs was downloaded at line {}", earlier.line);
    }
    return text +
           (StaysOnMount(in_.runs.mounted, earlier) != nullptr
                ? fmt::format("what line {} left on a cache mount it downloads again", earlier.line)
                : fmt::format("line {} downloads what it needs, and is not covered either",
                              earlier.line));
  }

  [[nodiscard]] std::string WithSource(const Stage& stage, const DependencyStep& step,
                                       bool advise) const {
    const bool mount = step.source && step.source->cause == SourceCause::kMounted;
    const bool mounted = mount && step.source->instruction == step.instruction;
    std::string text = mounted ? "it mounts source"
                       : mount ? "source is mounted before it"
                               : "source is copied before it";
    text += step.source && !mounted && step.source->instruction != nullptr
                ? fmt::format(" (line {})", step.source->instruction->start_line)
                : "";
    if (!advise) {
      return text + ", so every change of source runs it again";
    }
    if (step.kind == StepKind::kProject) {
      const DependencyStep* const earlier = EarlierDownload(in_.graph, in_.deps, stage.index, step);
      if (earlier != nullptr && earlier->manifests_first == true) {
        return text + fmt::format(
                          ", so every change of source runs it again; what line {} downloaded "
                          "before need not be brought again",
                          earlier->line);
      }
      if (TakesDownloads(in_.deps, stage, step)) {
        return text +
               ", so every change of source runs it again; what it takes from another stage need "
               "not be downloaded";
      }
    }
    text += ", so no image helps once source changes";
    const std::string advice = Advice(stage, step, mounted);
    return advice.empty() ? text : text.append("; ").append(advice);
  }

  /// "": there is nothing that could be done, or need be.
  [[nodiscard]] std::string Advice(const Stage& stage, const DependencyStep& step,
                                   bool mounted) const {
    if (step.kind == StepKind::kProject) {
      if (!ManifestsCanComeFirst(step) || MayBeDownloaded(in_.graph, in_.deps, stage.index, step)) {
        return "";
      }
      const std::string flags = FlagsForManifests(step);
      return fmt::format("copy the manifests{} first and download{} in a stage of its own",
                         BesideManifests(step),
                         flags.empty() ? "" : fmt::format(", with `{}`,", flags));
    }
    if (mounted) {
      return "if it needs none of that, give it a RUN of its own without the mount";
    }
    return step.needs_no_source ? "move it above the source"
           : step.install_needs_no_source
               ? "give it a RUN of its own above the source"
               : "if it needs none of the source, give it a RUN of its own above that";
  }

  /// What must stay as it is for the layer to come back.
  [[nodiscard]] std::string Back(const Stage& stage, const DependencyStep& step) const {
    const std::size_t holder = layers_.Holder(stage.index);
    std::string text = holder == stage.index ? "its layer comes back"
                                             : fmt::format(
                                                   "its layer is part of the image of {} "
                                                   "and comes back",
                                                   in_.graph.stages[holder].Label());
    const bool add = step.instruction != nullptr && step.instruction->keyword == Keyword::kAdd;
    if (add && (classic_ || !IsPinned(step))) {
      text += Asked(step);
    } else {
      // Of what a RUN fetched, the builder knows the text of that RUN alone.
      const bool manifests = step.kind == StepKind::kProject && !step.source;
      const std::string values = Values(stage, step);
      text += fmt::format(" as long as {}{} what stands above {}{}{} stay the same",
                          manifests ? "its manifests" : "its text", values.empty() ? " and" : ",",
                          manifests ? "them" : "it", values.empty() ? "" : " and ", values);
    }
    if (step.source && step.source->instruction != nullptr &&
        (step.source->cause == SourceCause::kFromStage ||
         step.source->instruction->keyword == Keyword::kAdd)) {
      text += fmt::format(", and what line {} brings", step.source->instruction->start_line);
    }
    if (classic_) {
      return text;
    }
    const VaryingArg arg = layers_.DiffersByTime(stage.index, step.line);
    if (arg.line != 0) {
      text += fmt::format("; each new value of {} (line {}) runs it again", arg.name, arg.line);
    }
    const std::uint32_t copy = layers_.CopyBelow(stage.index, step.line);
    if (copy != 0) {
      text += fmt::format(
          "; with Docker 20.10 not always, for line {} copies more into the same image", copy);
    }
    return text;
  }

  /// "the values of A, B": what comes into the step from --build-arg; "" for nothing.
  [[nodiscard]] std::string Values(const Stage& stage, const DependencyStep& step) const {
    const std::vector<std::string_view> names =
        step.instruction == nullptr ? std::vector<std::string_view>()
                                    : layers_.Arguments(stage.index, *step.instruction);
    return names.empty()
               ? ""
               : fmt::format("the {} of {}", names.size() == 1 ? "value" : "values", Listed(names));
  }

  /// An ADD whose source may be another one tomorrow.
  [[nodiscard]] std::string Asked(const DependencyStep& step) const {
    if (classic_) {
      return " while the file is the same, but the classic builder downloads it at every build to "
             "see whether it is";
    }
    return step.manager == "git"
               ? " while the repository gives the same commit, for which BuildKit asks at every "
                 "build"
               : " while the server gives the same file, for which BuildKit asks at every build";
  }

  const Inputs& in_;
  const Layers& layers_;
  std::vector<Diagnostic>& warnings_;
  bool classic_;
  std::unordered_set<const DependencyStep*> back_;  ///< steps that an image brings back
};

}  // namespace

void AddCoverage(const Inputs& in, const Layers& layers, Plan& plan,
                 std::vector<Diagnostic>& warnings) {
  Coverer coverer(in, layers, warnings);
  for (const std::size_t index : BuiltStages(in)) {
    for (const DependencyStep& step : in.deps.stages[index].steps) {
      plan.coverage.push_back(coverer.Of(in.graph.stages[index], step));
    }
  }
}

}  // namespace cacheplan::plan
