#include <algorithm>
#include <ostream>
#include <set>

#include <fmt/format.h>

#include "cacheplan/run.h"

namespace cacheplan {
namespace {

bool Has(const RunReport& report, StepState state) {
  return std::any_of(report.steps.begin(), report.steps.end(),
                     [&](const StepReport& step) { return step.state == state; });
}

StepReport RunStep(const PlanStep& step, Process& process, std::ostream& log) {
  StepReport report;
  report.id = step.id;
  log << "==> " << step.id << "\n    " << DisplayCommand(step) << '\n' << std::flush;
  CacheCounter counter;
  const ChildResult child = process.Run(step.argv, step.env, [&](std::string_view output) {
    counter.Add(output);
    log << output << std::flush;
  });
  counter.Add("\n");
  report.exit_status = child.exit_status;
  report.seconds = child.seconds;
  report.error = child.error;
  report.cached = counter.cached();
  report.total = counter.total();
  if (child.interrupted) {
    report.state = StepState::kInterrupted;
  } else if (!child.started) {
    report.state = StepState::kNotStarted;
  } else if (child.exit_status == 0) {
    report.state = StepState::kDone;
  } else {
    report.state = step.optional ? StepState::kTolerated : StepState::kFailed;
    if (step.optional) {
      log << "    ended with status " << child.exit_status << ", as it may; going on without it\n";
    }
  }
  return report;
}

}  // namespace

std::string_view Name(StepState state) {
  switch (state) {
    case StepState::kDone:
      return "done";
    case StepState::kFailed:
      return "failed";
    case StepState::kTolerated:
      return "failed, fine";
    case StepState::kNotStarted:
      return "not started";
    case StepState::kSkipped:
      return "skipped";
    case StepState::kInterrupted:
      return "interrupted";
  }
  return "done";
}

bool RunReport::ok() const {
  return std::all_of(steps.begin(), steps.end(), [](const StepReport& step) {
    return step.state == StepState::kDone || step.state == StepState::kTolerated;
  });
}
bool RunReport::interrupted() const { return Has(*this, StepState::kInterrupted); }
bool RunReport::broken() const { return Has(*this, StepState::kNotStarted); }

RunReport RunPlan(const Plan& plan, Process& process, std::ostream& log) {
  RunReport report;
  std::set<std::string_view> over;  // steps after which those that need them may run
  bool stopped = false;
  bool failed = false;  // a build did: what was built is still pushed, and no more
  for (const PlanStep& step : plan.steps) {
    const bool ready = std::all_of(step.needs.begin(), step.needs.end(),
                                   [&](const std::string& id) { return over.contains(id); });
    if (stopped || !ready || (failed && step.kind != PlanStepKind::kPush)) {
      report.steps.push_back({step.id, StepState::kSkipped, 0, 0, {}, 0, 0});
      continue;
    }
    report.steps.push_back(RunStep(step, process, log));
    const StepState state = report.steps.back().state;
    if (state == StepState::kDone || state == StepState::kTolerated) {
      over.insert(step.id);
    } else if (state != StepState::kFailed) {
      stopped = true;
    } else if (step.kind != PlanStepKind::kPush) {
      failed = true;
    }
  }
  return report;
}

std::string FormatReport(const RunReport& report) {
  std::size_t width = 4;
  double total = 0;
  for (const StepReport& step : report.steps) {
    width = std::max(width, step.id.size());
    total += step.seconds;
  }
  std::string out =
      fmt::format("{:<{}}  {:<12} {:>8}  {}\n", "step", width, "result", "time", "cached");
  for (const StepReport& step : report.steps) {
    const std::string time =
        step.state == StepState::kSkipped ? "" : fmt::format("{:.1f}s", step.seconds);
    const std::string cached =
        step.total == 0 ? "" : fmt::format("{} of {}", step.cached, step.total);
    std::string line =
        fmt::format("{:<{}}  {:<12} {:>8}  {}", step.id, width, Name(step.state), time, cached);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  const StepState all = report.ok()            ? StepState::kDone
                        : report.interrupted() ? StepState::kInterrupted
                                               : StepState::kFailed;
  return out + fmt::format("{:<{}}  {:<12} {:>7.1f}s\n", "all", width, Name(all), total);
}

}  // namespace cacheplan
