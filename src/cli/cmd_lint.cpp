#include <map>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/detect.h"
#include "cacheplan/findings.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/lint.h"

#include "src/cli/command.h"
#include "src/cli/graph_options.h"
#include "src/cli/inputs.h"
#include "src/cli/lint_context.h"

namespace cacheplan::cli {
namespace {

struct Options {
  InputOptions inputs;
  std::vector<std::string> select;
  std::vector<std::string> ignore;
  std::string base_env = "unknown";
  std::string fail_on = "warning";
  std::string format = "text";
  std::string context;
  bool no_config = false;
};

/// The rules of the words, each a code, a name or a group.
Result<RuleSet> Rules(const std::vector<std::string>& words) {
  RuleSet rules;
  for (const std::string& word : words) {
    const RuleSet some = FindRules(word);
    if (some.none()) {
      return Status::Usage(fmt::format("'{}' is no rule and no group of rules", word));
    }
    rules |= some;
  }
  return rules;
}

int RunLint(const Options& options, Io& io) {
  LintOptions lint;
  if (!options.select.empty()) {
    const Result<RuleSet> rules = Rules(options.select);
    if (!rules.ok()) {
      return Fail(io, rules.status());
    }
    lint.rules = rules.value();
  }
  const Result<RuleSet> ignored = Rules(options.ignore);
  if (!ignored.ok()) {
    return Fail(io, ignored.status());
  }
  lint.rules &= ~ignored.value();
  GraphOptions graph_options;
  graph_options.empty_base_env = options.base_env == "empty";
  const LintContexts contexts(options.context, lint.classic, io.files);
  if (!contexts.status().ok()) {
    return Fail(io, contexts.status());
  }
  std::mutex mutex;
  std::map<std::size_t, FileFindings> found;
  bool fails = false;
  const int status = ForEachNumberedInput(
      options.inputs, io, [&](std::size_t number, std::shared_ptr<const Source> source) {
        FileFindings file_findings{source, {}};
        const Dockerfile file = Parse(source);
        for (const Diagnostic& diagnostic : file.diagnostics) {
          file_findings.findings.push_back(Reported(diagnostic));
        }
        bool file_fails = false;
        if (!file.rejected()) {
          const Graph graph = BuildGraph(file, graph_options);
          for (const Diagnostic& diagnostic : graph.diagnostics) {
            file_findings.findings.push_back(Reported(diagnostic));
          }
          const Dependencies deps = Detect(file, graph, Knowledge::BuiltIn());
          const Result<std::shared_ptr<const BuildContext>> context =
              contexts.For(std::string(source->name()));
          if (!context.ok()) {
            return Outcome{ExitFor(context.status().code), "",
                           "cacheplan: " + context.status().message + "\n"};
          }
          LintResult result = Lint(file, graph, deps, context.value().get(), lint);
          file_fails = result.fails;
          for (const Finding& finding : result.findings) {
            file_findings.findings.push_back(Reported(finding));
          }
        }
        const std::lock_guard lock(mutex);
        found.emplace(number, std::move(file_findings));
        fails = fails || file_fails;
        return Outcome{};
      });
  std::vector<FileFindings> files;
  for (auto& [number, file] : found) {
    files.push_back(std::move(file));
  }
  io.out << FindReporter(options.format)->render(files, Colour::kNever);
  int worst = status;
  for (const FileFindings& file : files) {
    for (const ReportedFinding& finding : file.findings) {
      const bool counts = options.fail_on == "info" ||
                          (options.fail_on == "warning" && finding.severity != Severity::kInfo) ||
                          (options.fail_on == "error" && finding.severity == Severity::kError);
      worst = std::max(worst, counts ? Exit(ExitCode::kFindings) : 0);
    }
  }
  return fails && options.fail_on != "never" ? std::max(worst, Exit(ExitCode::kFindings)) : worst;
}

}  // namespace

Run SetupLint(CLI::App& app) {
  auto options = std::make_shared<Options>();
  AddInputOptions(app, options->inputs);
  app.add_option("--select", options->select,
                 "Only these rules: codes, names, buildkit, cache, all")
      ->delimiter(',')
      ->type_name("RULE")
      ->allow_extra_args(false);
  app.add_option("--ignore", options->ignore, "All but these rules")
      ->delimiter(',')
      ->type_name("RULE")
      ->allow_extra_args(false);
  app.add_option(
         "--base-env", options->base_env,
         "What base images set: unknown, or empty as BuildKit sees images without variables")
      ->capture_default_str()
      ->check(OneOf({"unknown", "empty"}));
  app.add_option("--context", options->context,
                 "The build context, for the rules that look at its files and its .dockerignore")
      ->type_name("DIR");
  app.add_option("--fail-on", options->fail_on, "Exit 1 from this severity on")
      ->capture_default_str()
      ->check(OneOf({"error", "warning", "info", "never"}));
  app.add_flag("--no-config", options->no_config, "Read no .cacheplan.toml");
  std::vector<std::string> names;
  for (const ReporterInfo& reporter : AllReporters()) {
    names.emplace_back(reporter.name);
  }
  app.add_option("--format", options->format, "The form of the findings")
      ->capture_default_str()
      ->check(OneOf(names));
  return [options](Io& io) { return RunLint(*options, io); };
}

}  // namespace cacheplan::cli
