#include <memory>
#include <ostream>

#include "cacheplan/emit.h"
#include "cacheplan/secret_names.h"

#include "src/cli/command.h"
#include "src/cli/plan_options.h"

namespace cacheplan::cli {
namespace {

struct Options {
  PlanFlags plan;
  std::string format;  // "" = the first of the table
  std::string output;
  bool check = false;
  bool explain = false;
};

const EmitterInfo& FindEmitter(const std::string& name) {
  for (const EmitterInfo& emitter : AllEmitters()) {
    if (emitter.name == name) {
      return emitter;
    }
  }
  return AllEmitters().front();  // the option's check lets only known names through
}

/// The text holds every word as it is; this is the moment to say that a secret would be among them.
void WarnOfSecrets(const std::vector<std::string>& build_args, Io& io) {
  for (const std::string& arg : build_args) {
    const std::string name = arg.substr(0, arg.find('='));
    if (name.size() < arg.size() && LooksSecret(name)) {
      io.err << "cacheplan: note: the value of --build-arg " << name
             << " stands in the plan; give --build-arg " << name
             << " alone to have it taken from the environment\n";
    }
  }
}

/// Exit 1 with the difference when the file is not what would be written.
int Check(const std::string& path, const std::string& text, Io& io) {
  std::string current;
  if (io.files.Exists(path)) {
    const Result<std::string> read = io.files.Read(path);
    if (!read.ok()) {
      return Fail(io, read.status());
    }
    current = read.value();
  } else {
    io.err << "cacheplan: " << path
           << ": is not there yet; the same command without --check writes it\n";
    return Exit(ExitCode::kFindings);
  }
  if (current == text) {
    return Exit(ExitCode::kOk);
  }
  io.out << UnifiedDiff(current, text, path, "the plan as it would be now");
  io.err << "cacheplan: " << path
         << ": is out of date; the same command without --check writes it anew\n";
  return Exit(ExitCode::kFindings);
}

int RunPlanCommand(const Options& options, Io& io) {
  if (options.check && (options.output.empty() || options.output == "-")) {
    return Fail(io, Status::Usage("--check compares with a file: name it with -o FILE"));
  }
  if (options.explain && (options.check || !options.output.empty() || !options.format.empty())) {
    return Fail(io, Status::Usage("--explain prints sentences instead of a plan; leave --format, "
                                  "-o and --check out"));
  }
  const PlanAttempt attempt = PlanFromFlags(options.plan, io);
  if (!attempt.plan) {
    return attempt.status;
  }
  if (options.explain) {
    io.out << ExplainPlan(*attempt.plan);
    return Exit(ExitCode::kOk);
  }
  const EmitterInfo& emitter = FindEmitter(options.format);
  const std::string text = Emit(*attempt.plan, emitter.id);
  if (options.check) {
    return Check(options.output, text, io);
  }
  WarnOfSecrets(options.plan.graph.build_args, io);
  if (options.output.empty() || options.output == "-") {
    io.out << text;
    return Exit(ExitCode::kOk);
  }
  const Status written = io.files.Write(options.output, text, emitter.executable);
  return written.ok() ? Exit(ExitCode::kOk) : Fail(io, written);
}

}  // namespace

Run SetupPlan(CLI::App& app) {
  auto options = std::make_shared<Options>();
  AddPlanOptions(app, options->plan);
  std::vector<std::string> formats;
  for (const EmitterInfo& emitter : AllEmitters()) {
    formats.emplace_back(emitter.name);
  }
  app.add_option("--format", options->format, "The form of the plan (default: sh)")
      ->check(OneOf(formats));
  app.add_option("-o,--output", options->output, "Write to this file; - is standard output")
      ->type_name("FILE");
  app.add_flag("--check", options->check,
               "Write nothing: exit 1 with the difference when the file of -o is out of date");
  app.add_flag("--explain", options->explain, "Say in sentences why each step is there");
  return [options](Io& io) { return RunPlanCommand(*options, io); };
}

}  // namespace cacheplan::cli
