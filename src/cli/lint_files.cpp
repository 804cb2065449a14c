#include "src/cli/lint_files.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "cacheplan/detect.h"
#include "cacheplan/knowledge.h"

namespace cacheplan::cli {
namespace {

RuleSet Asked(const LintSettings& settings) {
  RuleSet asked = settings.lint.rules;
  for (const RuleInfo& rule : AllRules()) {
    const bool met = rule.needs == RuleNeeds::kFile ||
                     (rule.needs == RuleNeeds::kContext && settings.context != nullptr) ||
                     (rule.needs == RuleNeeds::kClassic && settings.lint.classic);
    if (!met) {
      asked.reset(static_cast<std::size_t>(rule.id));
    }
  }
  return asked;
}

/// BuildKit's checks read no command: for these alone none is looked at.
Dependencies DependenciesFor(const Dockerfile& file, const Graph& graph,
                             const LintSettings& settings) {
  if ((settings.lint.rules & RulesOf(RuleGroup::kCache)).any()) {
    return Detect(file, graph, settings.knowledge);
  }
  Dependencies none;
  none.diagnostics = CheckAnnotations(file, settings.knowledge);
  return none;
}

}  // namespace

LintedFile LintOne(const std::shared_ptr<const Source>& source, const LintSettings& settings) {
  LintedFile linted{{source, {}}, settings.fail_on, false, Asked(settings)};
  std::vector<ReportedFinding>& findings = linted.report.findings;
  const Dockerfile file = Parse(source);
  for (const Diagnostic& diagnostic : file.diagnostics) {
    findings.push_back(Reported(diagnostic));
  }
  if (!file.rejected()) {
    const Graph graph = BuildGraph(file, settings.graph);
    for (const Diagnostic& diagnostic : graph.diagnostics) {
      findings.push_back(Reported(diagnostic));
    }
    const Dependencies deps = DependenciesFor(file, graph, settings);
    for (const Diagnostic& diagnostic : deps.diagnostics) {
      findings.push_back(Reported(diagnostic));
    }
    LintResult result = Lint(file, graph, deps, settings.context.get(), settings.lint);
    linted.checks_fail = result.fails;
    findings.reserve(findings.size() + result.findings.size());
    for (Finding& finding : result.findings) {
      findings.push_back(Reported(std::move(finding)));
    }
  }
  const auto before = [](const ReportedFinding& a, const ReportedFinding& b) {
    return std::tie(a.line, a.span.begin, a.code) < std::tie(b.line, b.span.begin, b.code);
  };
  if (!std::is_sorted(findings.begin(), findings.end(), before)) {
    std::stable_sort(findings.begin(), findings.end(), before);
  }
  return linted;
}

std::optional<Fixed> FixOne(const std::shared_ptr<const Source>& source,
                            const LintSettings& settings, bool unsafe) {
  const Dockerfile file = Parse(source);
  if (file.rejected()) {
    return std::nullopt;
  }
  const Graph graph = BuildGraph(file, settings.graph);
  const Dependencies deps = DependenciesFor(file, graph, settings);
  return ApplyFixes(file, Lint(file, graph, deps, settings.context.get(), settings.lint).findings,
                    unsafe);
}

int LintFiles(const std::vector<std::string>& paths, const std::vector<LintSettings>& settings,
              unsigned jobs, Io& io, std::vector<LintedFile>& files) {
  std::vector<std::optional<LintedFile>> linted(paths.size());
  const int status = ForEachPath(
      paths, jobs, io,
      [&](std::size_t number, const std::shared_ptr<const Source>& source, Outcome& /*outcome*/) {
        linted[number] = LintOne(source, settings[number]);
      });
  for (std::optional<LintedFile>& file : linted) {
    if (file) {
      files.push_back(std::move(*file));
    }
  }
  return status;
}

int ExitFor(const std::vector<LintedFile>& files) {
  const auto is_check = [](const ReportedFinding& finding) {
    const RuleInfo* rule = FindRule(finding.code);
    return rule != nullptr && rule->group == RuleGroup::kBuildkit;
  };
  const bool fails = std::any_of(files.begin(), files.end(), [&](const LintedFile& file) {
    const bool checks = file.checks_fail && file.fail_on != FailOn::kNever;
    return std::any_of(file.report.findings.begin(), file.report.findings.end(),
                       [&](const ReportedFinding& finding) {
                         return Fails(file.fail_on, finding.severity) ||
                                (checks && is_check(finding));
                       });
  });
  return Exit(fails ? ExitCode::kFindings : ExitCode::kOk);
}

}  // namespace cacheplan::cli
