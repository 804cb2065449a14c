#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "src/plan/parts.h"

namespace cacheplan::plan {
namespace {

using Words = std::vector<std::string>;

void Append(Words& words, std::string_view option, const Words& values) {
  for (const std::string& value : values) {
    words.emplace_back(option);
    words.push_back(value);
  }
}

/// Builds the steps of one plan. The two builders want opposite things (docs/design.md, "What each
/// builder must be told"): BuildKit imports images of the stage at hand and nothing else; the
/// classic builder must be given every cached stage that it comes past.
class StepMaker {
 public:
  StepMaker(const Inputs& in, const Images& images, Plan& plan)
      : in_(in), images_(images), plan_(plan), classic_(!Info(in.options.builder).buildkit) {
    const std::string& name = in.graph.stages[in.graph.target].name;
    result_ = name.empty() ? "the result" : name;
    result_id_ = name.empty() ? "result" : name;
  }

  void Run() {
    PlaceFilters();
    if (Info(in_.options.builder).pulls) {
      Pulls();
    }
    auto local = images_.locals.begin();
    for (const Images::Stage& stage : images_.stages) {
      for (; local != images_.locals.end() && local->stage < stage.stage; ++local) {
        BuildLocal(*local);
      }
      BuildStage(stage);
    }
    BuildResult();
    PushResult();
    PushStages();
  }

 private:
  /// Gives each --no-cache-filter to the first build that comes past its stage. In a later one it
  /// would run the stage again, and the result would hold other layers than the image just pushed.
  void PlaceFilters() {
    for (const std::string& word : in_.options.no_cache_filter) {
      const std::size_t filtered = FilteredStage(in_.graph, word)->index;
      const auto past = [&](const Images::Stage& stage) {
        const std::vector<std::size_t> needs = in_.graph.Needs(stage.stage);
        return std::find(needs.begin(), needs.end(), filtered) != needs.end();
      };
      const auto first = std::find_if(images_.stages.begin(), images_.stages.end(), past);
      filters_[first == images_.stages.end() ? in_.graph.target : first->stage].push_back(word);
    }
  }

  PlanStep& Add(PlanStepKind kind, std::string id, std::string stage, std::string why) {
    PlanStep& step = plan_.steps.emplace_back();
    step.id = std::move(id);
    step.kind = kind;
    step.stage = std::move(stage);
    step.why = std::move(why);
    return step;
  }

  // ---- pull

  void Pulls() {
    for (const Images::Stage& stage : images_.stages) {
      Pull(stage.image, "pull-" + stage.name, stage.name,
           fmt::format(
               "Brings the layers of {} from the last run; the first run has none, so it may "
               "fail.",
               stage.name));
      pulled_[stage.name].push_back(plan_.steps.back().id);
      for (std::size_t i = 0; i < stage.fallbacks.size(); ++i) {
        Pull(stage.fallbacks[i], fmt::format("pull-{}-fallback-{}", stage.name, i + 1), stage.name,
             fmt::format("Stands in for {} where that is not there yet.", stage.image));
        pulled_[stage.name].push_back(plan_.steps.back().id);
      }
    }
    if (!ReusesResult(in_, images_)) {
      return;
    }
    Words images = images_.results;
    images.insert(images.end(), images_.fallbacks.begin(), images_.fallbacks.end());
    for (std::size_t i = 0; i < images.size(); ++i) {
      Pull(images[i], fmt::format("pull-{}{}", result_id_, i == 0 ? "" : fmt::format("-{}", i + 1)),
           plan_.target,
           "Brings the layers of the last result, which holds steps that no stage image has.");
      result_pulls_.push_back(plan_.steps.back().id);
    }
  }

  void Pull(const std::string& image, std::string id, std::string stage, std::string why) {
    PlanStep& step =
        Add(PlanStepKind::kPull, Unique(std::move(id)), std::move(stage), std::move(why));
    step.optional = true;
    step.argv = {"docker", "pull", image};
    step.images = {image};
  }

  // ---- build

  void BuildStage(const Images::Stage& stage) {
    Words from = {stage.image};
    from.insert(from.end(), stage.fallbacks.begin(), stage.fallbacks.end());
    Words needs = pulled_[stage.name];
    std::vector<bool> below(in_.graph.stages.size(), false);
    if (!classic_) {
      for (const std::size_t needed : in_.graph.Needs(stage.stage)) {
        below[needed] = true;
      }
    }
    for (const Images::Stage& above : images_.stages) {
      if (above.stage >= stage.stage) {
        break;
      }
      // The classic builder runs every stage above its target again, unless an image leads to it.
      if (classic_) {
        from.push_back(above.image);
      }
      if (classic_ || below[above.stage]) {
        needs.push_back(built_[above.name]);
      }
    }
    AddLocals(from, needs);
    PlanStep& step =
        Add(PlanStepKind::kBuild, Unique("build-" + stage.name), stage.name,
            fmt::format("Makes the image of {}: from its cache as far as nothing has changed, "
                        "and anew from there.",
                        stage.name));
    Build(step, stage.name, std::move(from), {stage.image}, filters_[stage.stage]);
    step.needs = std::move(needs);
    built_[stage.name] = step.id;
  }

  /// A stage that the later builds come past and whose image nobody needs but them.
  void BuildLocal(const Images::Stage& local) {
    Words from;
    Words needs;
    for (const Images::Stage& above : images_.stages) {
      if (above.stage < local.stage) {
        from.push_back(above.image);
        needs.push_back(built_[above.name]);
      }
    }
    AddLocals(from, needs);
    PlanStep& step =
        Add(PlanStepKind::kBuild, Unique("build-" + local.name), local.name,
            fmt::format("Makes {} once: the builds below come past it, and the classic builder "
                        "would run it in each. Its image stays on this machine.",
                        local.name));
    Build(step, local.name, std::move(from), {local.image}, {});
    step.needs = std::move(needs);
    built_locals_.push_back(step.id);
  }

  /// Those that were built so far.
  void AddLocals(Words& from, Words& needs) const {
    for (std::size_t i = 0; i < built_locals_.size(); ++i) {
      from.push_back(images_.locals[i].image);
      needs.push_back(built_locals_[i]);
    }
  }

  void BuildResult() {
    Words from;
    Words needs = result_pulls_;
    if (ReusesResult(in_, images_)) {
      from = images_.results;
      from.insert(from.end(), images_.fallbacks.begin(), images_.fallbacks.end());
    }
    for (const Images::Stage& stage : images_.stages) {
      if (classic_) {
        from.push_back(stage.image);
      }
      needs.push_back(built_[stage.name]);
    }
    AddLocals(from, needs);
    std::string why = fmt::format("Makes {}.", result_);
    if (!images_.stages.empty()) {
      why += classic_ ? " The stages just built are its cache."
                      : " What was just built is in this machine's build cache; the rest may come "
                        "from the last result.";
    }
    PlanStep& step =
        Add(PlanStepKind::kBuild, Unique("build-" + result_id_), plan_.target, std::move(why));
    Build(step, in_.options.target, std::move(from), images_.results, filters_[in_.graph.target]);
    step.needs = std::move(needs);
    result_build_ = step.id;
  }

  /// `target` is empty where the whole file is built.
  void Build(PlanStep& step, const std::string& target, Words cache_from, const Words& tags,
             const Words& filters) {
    const PlanOptions& options = in_.options;
    Words& argv = step.argv;
    argv = {"docker", "build"};
    if (!options.dockerfile.empty()) {
      Append(argv, "--file", {options.dockerfile});
    }
    if (!target.empty()) {
      Append(argv, "--target", {target});
    }
    if (!options.platform.empty()) {
      Append(argv, "--platform", {options.platform});
    }
    Append(argv, "--cache-from", cache_from);
    if (!classic_) {
      Append(argv, "--build-arg", {"BUILDKIT_INLINE_CACHE=1"});
    }
    Append(argv, "--build-arg", options.build_args);
    Append(argv, "--build-context", options.build_contexts);
    Append(argv, "--secret", options.secrets);
    Append(argv, "--ssh", options.ssh);
    Append(argv, "--no-cache-filter", filters);
    argv.insert(argv.end(), options.build_words.begin(), options.build_words.end());
    Append(argv, "--tag", tags);
    argv.push_back(options.context);
    // The builder is named, so that the commands mean one thing on every engine.
    step.env["DOCKER_BUILDKIT"] = classic_ ? "0" : "1";
    if (!classic_) {
      // An attestation would give an unchanged image a new digest at every build.
      step.env["BUILDX_NO_DEFAULT_ATTESTATIONS"] = "1";
    }
    step.inputs = {options.context,  options.dockerfile, target,
                   options.platform, options.build_args, std::move(cache_from)};
    step.images = tags;
  }

  // ---- push

  void PushResult() {
    if (in_.options.push != PushPolicy::kAlways) {
      return;
    }
    for (std::size_t i = 0; i < images_.results.size(); ++i) {
      Push(images_.results[i],
           fmt::format("push-{}{}", result_id_, i == 0 ? "" : fmt::format("-{}", i + 1)),
           plan_.target, result_build_, fmt::format("Publishes {}.", result_));
    }
  }

  /// Each needs the build of its own stage alone: where the result fails, as with a changed lock
  /// file and source that does not compile, what was downloaded for it is not lost.
  void PushStages() {
    if (in_.options.push == PushPolicy::kNever) {
      return;
    }
    for (const Images::Stage& stage : images_.stages) {
      Push(stage.image, "push-" + stage.name, stage.name, built_[stage.name],
           fmt::format("Keeps the layers of {} for the next run, also where the result fails.",
                       stage.name));
    }
  }

  void Push(const std::string& image, std::string id, std::string stage, const std::string& after,
            std::string why) {
    PlanStep& step =
        Add(PlanStepKind::kPush, Unique(std::move(id)), std::move(stage), std::move(why));
    step.argv = {"docker", "push", image};
    step.images = {image};
    step.needs = {after};
  }

  /// Stage names may look like numbered ids: "builder-2".
  std::string Unique(std::string id) {
    const auto taken = [&](const std::string& name) {
      return std::any_of(plan_.steps.begin(), plan_.steps.end(),
                         [&](const PlanStep& step) { return step.id == name; });
    };
    const std::string base = id;
    for (int i = 2; taken(id); ++i) {
      id = fmt::format("{}.{}", base, i);
    }
    return id;
  }

  const Inputs& in_;
  const Images& images_;
  Plan& plan_;
  bool classic_;
  std::string result_;                        ///< the target in a sentence
  std::string result_id_;                     ///< the target in a step's id
  std::map<std::string, Words> pulled_;       ///< stage -> its pull steps
  std::map<std::string, std::string> built_;  ///< stage -> its build step
  std::map<std::size_t, Words> filters_;      ///< stage that is built -> its --no-cache-filter
  Words built_locals_;                        ///< build steps of Images::locals
  Words result_pulls_;
  std::string result_build_;
};

}  // namespace

bool ReusesResult(const Inputs& in, const Images& images) {
  if (Info(in.options.builder).buildkit || images.stages.empty()) {
    return true;
  }
  return Downloads(in, in.graph.target);
}

void AddSteps(const Inputs& in, const Images& images, Plan& plan) {
  StepMaker(in, images, plan).Run();
}

}  // namespace cacheplan::plan
