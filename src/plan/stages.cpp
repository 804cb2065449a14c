// What becomes of each stage of the file, and why, in sentences.
#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/plan/parts.h"

namespace cacheplan::plan {
namespace {

/// "`npm ci` (line 4)"
std::string Shown(const DependencyStep& step) {
  return fmt::format("`{}` (line {})", ToValidUtf8(step.command), step.line);
}

class Notes {
 public:
  Notes(const Inputs& in, const Layers& layers)
      : in_(in), layers_(layers), classic_(!Info(in.options.builder).buildkit) {
    const std::vector<std::string>& wanted = in.options.stages;
    keyword_ = wanted.size() == 1 ? wanted.front() : "";
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
    const std::size_t holder = layers_.Holder(index);
    if (!kept && holder != kNoStage && Downloads(in_, index)) {
      text += fmt::format("; its layers are part of {}", layers_.Image(index));
    }
    return text;
  }

 private:
  [[nodiscard]] std::string Target(std::size_t index) const {
    const std::vector<DependencyStep>& steps = in_.deps.stages[index].steps;
    return steps.empty() ? "it is the target, and downloads nothing"
                         : fmt::format("it is the target, and its own image carries {}{}",
                                       Shown(steps.front()),
                                       steps.size() > 1 ? " and what it downloads below that" : "");
  }

  [[nodiscard]] std::string Kept(std::size_t index) const {
    if (keyword_ == "all") {
      return "--stages all takes each stage that has an instruction";
    }
    if (keyword_ == "tips") {
      return "it is the last stage of a FROM chain that downloads something";
    }
    if (keyword_ != "deps") {
      return "--stages names it";
    }
    const DependencyStep& step = *WorthKeeping(in_, index);
    if (!in_.deps.stages[index].is_dependency_stage) {
      return fmt::format("it only fetches for other stages: {}", Shown(step));
    }
    std::string text =
        fmt::format("{} depends on {}, and no change of ordinary source runs it again", Shown(step),
                    step.manifests.empty() ? "its manifests"
                                           : fmt::format("{}", fmt::join(step.manifests, ", ")));
    const VaryingArg arg = layers_.DiffersInResult(index, step.line);
    if (layers_.OnMount(step.instruction) != nullptr) {
      text += "; but it downloads onto a cache mount, which no image carries";
    } else if (arg.line != 0) {
      text +=
          fmt::format("; but {} (line {}) keeps the result from reusing it", arg.name, arg.line);
    }
    return text;
  }

  [[nodiscard]] std::string LeftOut(const Stage& stage) const {
    if (keyword_ == "none") {
      return "--stages none";
    }
    if (keyword_ == "all") {
      return "it has no instruction";
    }
    if (keyword_ == "tips") {
      const auto user = first_user_.find(stage.index);
      return user == first_user_.end() ? "nothing in its FROM chain downloads"
                                       : fmt::format("another stage is built FROM it: {}",
                                                     in_.graph.stages[user->second].Label());
    }
    return keyword_ != "deps" ? "--stages does not name it" : NotWorth(stage);
  }

  /// Why its project step gives a stage no image of its own.
  static std::string Project(const DependencyStep& step) {
    if (RunsWithSource(step)) {
      return step.mode == StepMode::kBuild
                 ? fmt::format("{} compiles, so that it runs with every change of source",
                               Shown(step))
                 : fmt::format("every change of source runs {} again", Shown(step));
    }
    if (step.source) {
      return fmt::format("{} works on what {} brings", Shown(step), ToValidUtf8(step.source->what));
    }
    return step.mode == StepMode::kBuild
               ? fmt::format("{} builds as well", Shown(step))
               : fmt::format("no manifest from the build context stands above {}", Shown(step));
  }

  /// Why `--stages deps` leaves it out.
  [[nodiscard]] std::string NotWorth(const Stage& stage) const {
    const StageDependencies& deps = in_.deps.stages[stage.index];
    const auto first = [&](const auto& test) {
      const auto found = std::find_if(deps.steps.begin(), deps.steps.end(), test);
      return found == deps.steps.end() ? nullptr : &*found;
    };
    if (WorthKeeping(in_, stage.index) != nullptr) {
      return "it has no name, and only a stage that has one can be built alone; add AS NAME to its "
             "FROM";
    }
    const std::string take = stage.name.empty()
                                 ? "; with AS NAME in its FROM, --stages NAME takes it"
                                 : fmt::format("; --stages {} takes it", stage.name);
    if (deps.steps.empty()) {
      return deps.unknown.empty()
                 ? std::string("nothing in it downloads")
                 : fmt::format("nothing in it is known to download (line {} cannot be read)",
                               deps.unknown.front().line);
    }
    const DependencyStep* project =
        first([](const DependencyStep& step) { return step.kind == StepKind::kProject; });
    if (project != nullptr) {
      return Project(*project) + (RunsWithSource(*project) ? "" : take);
    }
    const DependencyStep* tool =
        first([](const DependencyStep& step) { return step.kind == StepKind::kTool; });
    if (tool != nullptr) {
      return fmt::format("it downloads nothing that the project declares, only tools: {}{}",
                         Shown(*tool), take);
    }
    const DependencyStep* fetch =
        first([](const DependencyStep& step) { return step.kind == StepKind::kFetch; });
    if (fetch == nullptr) {
      return fmt::format("only system packages: {}{}", Shown(deps.steps.front()), take);
    }
    const bool system =
        first([](const DependencyStep& step) { return step.kind == StepKind::kSystem; }) != nullptr;
    return fmt::format("only {}files from the network: {}{}", system ? "system packages and " : "",
                       Shown(*fetch), take);
  }

  const Inputs& in_;
  const Layers& layers_;
  bool classic_;
  std::string keyword_;                                      ///< of --stages; "" for names
  std::unordered_map<std::size_t, std::size_t> first_user_;  ///< base stage -> one FROM it
};

}  // namespace

void AddStages(const Inputs& in, const Images& images, const Layers& layers, Plan& plan) {
  const Notes notes(in, layers);
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
