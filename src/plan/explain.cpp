#include <fmt/format.h>

#include "cacheplan/plan.h"

namespace cacheplan {
namespace {

/// With a capital, where it begins with a letter.
std::string Sentence(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  return text;
}

}  // namespace

std::string ExplainPlan(const Plan& plan) {
  const std::string target = plan.target.empty() ? "the last stage" : "stage " + plan.target;
  std::string out = fmt::format("Builds {} as {} with the {} builder, in {} steps.\n", target,
                                fmt::join(plan.results, ", "), plan.builder, plan.steps.size());
  if (plan.images.empty()) {
    out += "No stage but the target gets an image of its own.\n";
  }
  out += "\nStages\n";
  for (const PlannedStage& stage : plan.stages) {
    out += fmt::format("  {} (line {}): {}\n     {}.\n", stage.stage, stage.line,
                       stage.image.empty() ? "no image of its own" : "kept as " + stage.image,
                       Sentence(stage.reason));
  }
  out += "\nSteps\n";
  std::size_t number = 0;
  for (const PlanStep& step : plan.steps) {
    out += fmt::format("{:>3}. {} {}: {}\n", ++number, Name(step.kind),
                       fmt::join(step.images, ", "), step.why);
    if (step.inputs && !step.inputs->cache_from.empty()) {
      out += fmt::format("     It may reuse {}.\n", fmt::join(step.inputs->cache_from, ", "));
    }
  }
  out += "\nDependency steps\n";
  for (const Coverage& item : plan.coverage) {
    const std::string where = item.stage.empty()
                                  ? fmt::format("line {}", item.line)
                                  : fmt::format("line {} ({})", item.line, item.stage);
    out += fmt::format("  {}: {}\n     {}: {}.\n", where, item.command,
                       item.image.empty() ? "Not covered" : "From " + item.image, item.reason);
  }
  if (plan.coverage.empty()) {
    out += "  none: no step that is built is known to download anything\n";
  }
  out += "\nAssumed\n";
  for (const std::string& assumption : plan.assumptions) {
    out += fmt::format("  - {}\n", assumption);
  }
  return out;
}

}  // namespace cacheplan
