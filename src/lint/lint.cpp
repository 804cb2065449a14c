#include "cacheplan/lint.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "src/lint/registry.h"
#include "src/lint/suppressions.h"

namespace cacheplan {
namespace {

void SetSeverity(const LintOptions& options, Finding& finding) {
  for (const auto& [rule, severity] : options.severities) {
    if (rule == finding.rule) {
      finding.severity = severity;
    }
  }
}

/// The rules that may have something to report: those asked for, and BuildKit's experimental checks
/// that the file switches on. What a file switches on for BuildKit is of no concern to who asks for
/// other rules alone.
RuleSet RulesToRun(const LintOptions& options, const lint::Suppressions& suppressions) {
  const RuleSet& checks = RulesOf(RuleGroup::kBuildkit);
  const bool asks_checks = (options.rules & checks).any();
  return options.suppressions && asks_checks ? options.rules | suppressions.MaySwitchOn()
                                             : options.rules;
}

/// A finding's place in the result.
struct Place {
  std::uint32_t line;
  std::uint32_t column;
  RuleId rule;
  std::size_t number;  ///< of those found
  bool operator<(const Place& other) const {
    return std::tie(line, column, rule, number) <
           std::tie(other.line, other.column, other.rule, other.number);
  }
};

}  // namespace

LintResult Lint(const Dockerfile& file, const Graph& graph, const Dependencies& deps,
                const BuildContext* context, const LintOptions& options) {
  lint::Checker checker(file, graph, deps, context, options);
  lint::Suppressions suppressions(file,
                                  options.rules[static_cast<std::size_t>(RuleId::kBadSuppression)]);
  checker.comments = options.suppressions ? &suppressions : nullptr;
  const RuleSet rules = RulesToRun(options, suppressions);
  std::vector<lint::Checker::Raw>& found = checker.found();
  std::vector<Place> shown;
  // In the order of the catalogue: the rules about suppressions come last, when it is known what
  // these hid.
  const std::span<const lint::CheckFunction> checks = lint::AllChecks();
  for (std::size_t rule = 0; rule < checks.size(); ++rule) {
    if (!rules[rule]) {
      continue;
    }
    const std::size_t before = found.size();
    checks[rule](checker);
    const bool selected = options.rules[rule];
    for (std::size_t i = before; i < found.size(); ++i) {
      if (!options.suppressions || suppressions.Shows(found[i], selected)) {
        const Finding& finding = found[i].finding;
        shown.push_back({finding.line, finding.span.begin, finding.rule, i});
      }
    }
  }
  std::sort(shown.begin(), shown.end());
  LintResult result;
  result.findings.reserve(shown.size());
  for (const Place& place : shown) {
    Finding& finding = result.findings.emplace_back(std::move(found[place.number].finding));
    SetSeverity(options, finding);
    result.fails =
        result.fails || (suppressions.error() && Info(finding.rule).group == RuleGroup::kBuildkit);
  }
  return result;
}

}  // namespace cacheplan
