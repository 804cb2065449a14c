#include <algorithm>
#include <tuple>
#include <utility>

#include "cacheplan/plan.h"

#include "src/plan/parts.h"

namespace cacheplan {
namespace {

struct BuilderRow {
  std::string_view name;
  bool buildkit;
  bool pulls;
  std::string_view help;
};
BuilderInfo Make(BuilderKind kind, const BuilderRow& row) {
  return {kind, row.name, row.buildkit, row.pulls, row.help};
}

auto Fields(const BuildInputs& inputs) {
  return std::tie(inputs.context, inputs.dockerfile, inputs.target, inputs.platform,
                  inputs.build_args, inputs.cache_from);
}

auto Fields(const PlanStep& step) {
  return std::tie(step.id, step.kind, step.stage, step.optional, step.needs, step.argv, step.env,
                  step.images, step.why);
}
auto Fields(const Coverage& item) {
  return std::tie(item.stage, item.line, item.command, item.image, item.reason);
}
auto Fields(const PlannedStage& item) {
  return std::tie(item.stage, item.line, item.image, item.reason);
}
bool Equal(const PlannedStage& a, const PlannedStage& b) { return Fields(a) == Fields(b); }
bool Equal(const Coverage& a, const Coverage& b) { return Fields(a) == Fields(b); }
bool Equal(const PlanStep& a, const PlanStep& b) {
  const bool inputs = a.inputs.has_value() == b.inputs.has_value() &&
                      (!a.inputs || Fields(*a.inputs) == Fields(*b.inputs));
  return inputs && Fields(a) == Fields(b);
}
template <typename T>
bool Same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const T& x, const T& y) { return Equal(x, y); });
}

}  // namespace

const std::vector<BuilderInfo>& AllBuilders() {
  static const std::vector<BuilderInfo> rows = {
#define BUILDER(id_, ...) Make(BuilderKind::k##id_, BuilderRow{__VA_ARGS__}),
#include "grammar/builders.def"
#undef BUILDER
  };
  return rows;
}

const BuilderInfo& Info(BuilderKind kind) { return AllBuilders()[static_cast<std::size_t>(kind)]; }

std::string_view Name(PlanStepKind kind) {
  switch (kind) {
    case PlanStepKind::kPull:
      return "pull";
    case PlanStepKind::kBuild:
      return "build";
    case PlanStepKind::kPush:
      return "push";
  }
  return "build";
}

bool operator==(const Plan& a, const Plan& b) {
  const auto fields = [](const Plan& plan) {
    return std::tie(plan.dockerfile, plan.context, plan.target, plan.builder, plan.cache,
                    plan.images, plan.results, plan.assumptions);
  };
  return fields(a) == fields(b) && Same(a.steps, b.steps) && Same(a.coverage, b.coverage) &&
         Same(a.stages, b.stages);
}

PlanOutcome MakePlan(const Dockerfile& file, const Graph& graph, const Dependencies& deps,
                     const PlanOptions& options) {
  PlanOutcome outcome;
  if (file.rejected() || !graph.diagnostics.empty()) {
    outcome.diagnostics = file.diagnostics;
    outcome.diagnostics.insert(outcome.diagnostics.end(), graph.diagnostics.begin(),
                               graph.diagnostics.end());
    return outcome;
  }
  const plan::Inputs in{file, graph, deps, options, plan::FindRunFacts(graph, deps)};
  outcome.status = plan::CheckOptions(in);
  if (!outcome.status.ok()) {
    return outcome;
  }
  outcome.diagnostics = plan::CheckFeatures(in);
  plan::StageChoice choice = plan::ChooseStages(in);
  outcome.diagnostics.insert(outcome.diagnostics.end(), choice.diagnostics.begin(),
                             choice.diagnostics.end());
  outcome.status = std::move(choice.status);
  if (!outcome.status.ok() || !outcome.diagnostics.empty()) {
    return outcome;
  }
  const plan::Images images = plan::NameImages(in, choice.stages);
  outcome.status = images.status;
  if (!outcome.status.ok()) {
    return outcome;
  }

  outcome.warnings = std::move(choice.warnings);
  Plan& plan = outcome.plan.emplace();
  plan.dockerfile = options.dockerfile;
  plan.context = options.context;
  plan.target = graph.stages[graph.target].name;
  plan.builder = Info(options.builder).name;
  plan.cache = Info(options.builder).buildkit ? "inline" : "image";
  plan.results = images.results;
  for (const plan::Images::Stage& stage : images.stages) {
    plan.images[stage.name] = stage.image;
  }
  plan::AddSteps(in, images, plan);
  const plan::Layers layers(in, images);
  plan::AddStages(in, images, layers, plan);
  plan::AddCoverage(in, layers, plan, outcome.warnings);
  plan::AddAssumptions(in, images, layers, plan);
  return outcome;
}

}  // namespace cacheplan
