#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/plan/parts.h"

namespace cacheplan::plan {
namespace {

/// For every stage the image of the plan that holds its layers: its own, else one built FROM it,
/// the first in file order, else the result. Empty where there is none.
std::vector<std::string> HoldingImages(const Inputs& in, const Images& images) {
  std::vector<std::string> image(in.graph.stages.size());
  const auto spread = [&](std::size_t stage, const std::string& name) {
    // What is below a stage that has an image already got one at least as near.
    for (std::size_t at = stage; at != kNoStage && image[at].empty();) {
      image[at] = name;
      const StageSource& base = in.graph.stages[at].base;
      at = base.kind == SourceKind::kStage ? base.stage : kNoStage;
    }
  };
  for (const Images::Stage& stage : images.stages) {
    spread(stage.stage, stage.image);
  }
  if (ReusesResult(in, images)) {
    spread(in.graph.target, images.results.front());
  }
  return image;
}

std::string Reason(const Stage& stage, const DependencyStep& step, const DependencyStep* earlier,
                   const std::string& image, bool own) {
  if (step.mode == StepMode::kBuild && earlier != nullptr) {
    return fmt::format(
        "it compiles, and runs when the source changes; what it needs was downloaded at "
        "line {}",
        earlier->line);
  }
  const bool late = step.manifests_first.has_value() && !*step.manifests_first;
  if (image.empty() && late) {
    return "source is copied before it, so no image helps once source changes; copy the manifests "
           "first and download in a stage of its own";
  }
  if (image.empty()) {
    return fmt::format("no image of the plan holds the layers of {}{}", stage.Label(),
                       stage.name.empty()
                           ? "; give it a name and choose it with --stages"
                           : fmt::format("; choose it with --stages {}", stage.name));
  }
  if (late) {
    return "source is copied before it, so every change of source runs it again";
  }
  if (!own) {
    return fmt::format("its layers are part of {}", image);
  }
  if (step.kind != StepKind::kProject) {
    return "its layer comes back as long as its text and what stands above it stay the same";
  }
  return "its layer comes back as long as its manifests and what stands above them stay the same";
}

/// Arguments whose value the builders do not agree on.
void AssumeArgs(const Inputs& in, const Stage& stage, const Instruction& arg,
                std::vector<std::string>& out) {
  const bool classic = !Info(in.options.builder).buildkit;
  for (const KeyValue& pair : AsPairs(arg)) {
    const std::string_view name = pair.key.text;
    if (classic && !pair.value && IsPlatformArg(name) && !IsGiven(in.options, name)) {
      out.push_back(
          fmt::format("Line {} declares {}, which the classic builder leaves empty: give it with "
                      "--build-arg {}=VALUE where a step needs it.",
                      arg.start_line, name, name));
    } else if (!classic && name == "TARGETSTAGE") {
      out.push_back(
          fmt::format("Line {} declares TARGETSTAGE, which differs from build to build: the steps "
                      "below it in {} are never reused by the result.",
                      arg.start_line, stage.Label()));
    }
  }
}

}  // namespace

void AddCoverage(const Inputs& in, const Images& images, Plan& plan) {
  const std::vector<std::string> holding = HoldingImages(in, images);
  for (const std::size_t index : BuiltStages(in)) {
    const Stage& stage = in.graph.stages[index];
    const bool own = index == in.graph.target ||
                     std::any_of(images.stages.begin(), images.stages.end(),
                                 [&](const Images::Stage& s) { return s.stage == index; });
    for (const DependencyStep& step : in.deps.stages[index].steps) {
      plan.coverage.push_back({stage.name, step.line, ToValidUtf8(step.command), holding[index],
                               Reason(stage, step, EarlierDownload(in.graph, in.deps, index, step),
                                      holding[index], own)});
    }
  }
}

namespace {

/// The first instruction that makes a layer, as written; empty when there is none.
std::string_view FirstLayer(const Stage& stage) {
  for (const Step& step : stage.steps) {
    const Keyword keyword = step.instruction->keyword;
    if (keyword == Keyword::kRun || keyword == Keyword::kCopy || keyword == Keyword::kAdd ||
        keyword == Keyword::kWorkdir) {
      return step.instruction->logical;
    }
  }
  return {};
}

/// Two stages that start with the same step share a cache record, and Docker 20.10 now and then
/// finds the wrong image behind it: measured, about one build in thirty; none in a hundred where
/// they differ.
void AssumeStarts(const Inputs& in, const Images& images, std::vector<std::string>& out) {
  std::map<std::pair<std::string_view, std::string_view>, std::string> seen;
  for (const Images::Stage& entry : images.stages) {
    const Stage& stage = in.graph.stages[entry.stage];
    const std::string_view first = FirstLayer(stage);
    if (first.empty() || stage.base.kind == SourceKind::kStage) {
      continue;
    }
    const auto [it, fresh] = seen.emplace(std::pair(stage.base.name.text, first), entry.name);
    if (!fresh) {
      out.push_back(fmt::format(
          "Stages {} and {} start with the same step on the same base: Docker 20.10 now "
          "and then loses the cache of one; another WORKDIR for each avoids it.",
          it->second, entry.name));
    }
  }
}

}  // namespace

void AddAssumptions(const Inputs& in, const Images& images, Plan& plan) {
  std::vector<std::string>& out = plan.assumptions;
  const bool classic = !Info(in.options.builder).buildkit;
  out.emplace_back(classic ? "The engine still has the classic builder (DOCKER_BUILDKIT=0)."
                           : "The engine's 'docker build' has BuildKit (Docker 20.10 or later).");
  if (in.options.push == PushPolicy::kNever) {
    out.emplace_back(
        "Nothing is pushed: another machine finds only what was pushed by other means.");
  } else {
    out.push_back(fmt::format("docker may pull from and push to {}.", images.repository));
  }
  if (in.options.push == PushPolicy::kCache && ReusesResult(in, images)) {
    out.push_back(fmt::format(
        "{} is pushed by other means: until then the steps of the result itself run anew.",
        images.results.front()));
  }
  if (classic) {
    out.emplace_back(
        "The plan is for a fresh machine: where an image that a build names is not there, the "
        "classic "
        "builder does not use its local cache either.");
  }
  std::vector<std::string_view> bases;
  for (const std::size_t index : BuiltStages(in)) {
    const Stage& stage = in.graph.stages[index];
    if (stage.base.kind == SourceKind::kUnknown) {
      out.push_back(fmt::format("The base of {} is not known here: {}.", stage.Label(),
                                stage.base.name.reason));
    } else if (stage.base.kind == SourceKind::kImage &&
               std::find(bases.begin(), bases.end(), stage.base.name.text) == bases.end()) {
      bases.push_back(stage.base.name.text);
    }
    for (const Step& step : stage.steps) {
      if (step.instruction->keyword == Keyword::kArg) {
        AssumeArgs(in, stage, *step.instruction, out);
      }
    }
  }
  if (!bases.empty()) {
    out.push_back(
        fmt::format("The base images stay as they are ({}): a new one runs all steps again.",
                    fmt::join(bases, ", ")));
  }
  if (!classic) {
    AssumeStarts(in, images, out);
  }
  for (const Images::Stage& stage : images.stages) {
    for (const DependencyStep& step : in.deps.stages[stage.stage].steps) {
      if (!classic && step.mode == StepMode::kBuild) {
        out.push_back(
            fmt::format("Stage {} downloads and compiles (line {}): Docker 20.10 loses its inline "
                        "cache every other "
                        "build; a stage for the download alone does not.",
                        stage.name, step.line));
        break;
      }
    }
  }
}

}  // namespace cacheplan::plan
