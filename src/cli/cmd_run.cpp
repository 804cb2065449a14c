#include <algorithm>
#include <cstddef>
#include <memory>
#include <ostream>

#include "cacheplan/run.h"

#include "src/cli/command.h"
#include "src/cli/inputs.h"
#include "src/cli/plan_options.h"

namespace cacheplan::cli {
namespace {

struct Options {
  PlanFlags plan;
  bool dry_run = false;
};

/// The one argument is a plan when it is a file or standard input; a context is a folder.
bool NamesPlan(const std::string& argument, Io& io) {
  constexpr std::string_view kEnding = ".json";
  const bool ends_so =
      argument.size() > kEnding.size() &&
      argument.compare(argument.size() - kEnding.size(), kEnding.size(), kEnding) == 0;
  return argument == "-" || ends_so || (!argument.empty() && io.files.Read(argument).ok());
}

/// Steps behind the one that failed are skipped for it: nothing is for a push.
bool SkipsMore(const Plan& plan, const RunReport& report, const StepReport& failed) {
  const auto at = static_cast<std::size_t>(&failed - report.steps.data());
  return plan.steps[at].kind != PlanStepKind::kPush &&
         std::any_of(report.steps.begin() + static_cast<std::ptrdiff_t>(at), report.steps.end(),
                     [](const StepReport& step) { return step.state == StepState::kSkipped; });
}

PlanAttempt ReadPlan(const Options& options, const CLI::App& app, Io& io) {
  if (!NamesPlan(options.plan.context, io)) {
    return PlanFromFlags(options.plan, io);
  }
  PlanAttempt attempt;
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() > 0 && option->get_name() != "CONTEXT" &&
        option->get_name() != "--dry-run") {
      attempt.status =
          Fail(io, Status::Usage(option->get_name() + ": " + options.plan.context +
                                 " is a finished plan; give the option when it is made"));
      return attempt;
    }
  }
  if (!io.rest.empty()) {
    attempt.status = Fail(io, Status::Usage("--: " + options.plan.context +
                                            " is a finished plan; give the words when it is made"));
    return attempt;
  }
  const Result<std::shared_ptr<const Source>> source = ReadInput(options.plan.context, io);
  if (!source.ok()) {
    attempt.status = Fail(io, source.status());
    return attempt;
  }
  Result<Plan> plan = PlanFromJson(source.value()->text());
  if (!plan.ok()) {
    attempt.status = Fail(io, Status::Invalid(options.plan.context + ": " + plan.status().message));
    return attempt;
  }
  attempt.plan = std::move(plan.value());
  return attempt;
}

int RunCommandLine(const Options& options, const CLI::App& app, Io& io) {
  const PlanAttempt attempt = ReadPlan(options, app, io);
  if (!attempt.plan) {
    return attempt.status;
  }
  if (options.dry_run) {
    for (const PlanStep& step : attempt.plan->steps) {
      io.out << DisplayCommand(step) << (step.optional ? "  # may fail" : "") << '\n';
    }
    return Exit(ExitCode::kOk);
  }
  const RunReport report = RunPlan(*attempt.plan, RealProcess(), io.err);
  for (const StepReport& step : report.steps) {
    if (step.state == StepState::kNotStarted) {
      io.err << "cacheplan: step " << step.id << ": the program cannot be started: " << step.error
             << "; is docker installed and on PATH?\n";
    } else if (step.state == StepState::kFailed) {
      io.err << "cacheplan: step " << step.id << ": ended with status " << step.exit_status
             << "; its output stands above"
             << (SkipsMore(*attempt.plan, report, step) ? ", and what comes after it was skipped"
                                                        : "")
             << '\n';
    }
  }
  io.out << FormatReport(report);
  if (report.interrupted()) {
    return Exit(ExitCode::kInterrupted);
  }
  if (report.broken()) {
    return Exit(ExitCode::kUnreadable);
  }
  return Exit(report.ok() ? ExitCode::kOk : ExitCode::kFindings);
}

}  // namespace

Run SetupRun(CLI::App& app) {
  auto options = std::make_shared<Options>();
  AddPlanOptions(app, options->plan);
  app.get_option("CONTEXT")->description("The build context (default: .), or a PLAN.json to run");
  app.add_flag("--dry-run", options->dry_run, "Print the commands and run none");
  return [options, &app](Io& io) { return RunCommandLine(*options, app, io); };
}

}  // namespace cacheplan::cli
