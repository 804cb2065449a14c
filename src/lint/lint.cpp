#include "cacheplan/lint.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

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

}  // namespace

LintResult Lint(const Dockerfile& file, const Graph& graph, const Dependencies& deps,
                const BuildContext* context, const LintOptions& options) {
  lint::Checker checker(file, graph, deps, context, options);
  lint::Suppressions suppressions(file);
  checker.comments = options.suppressions ? &suppressions : nullptr;
  const bool asks_checks = (options.rules & FindRules("buildkit")).any();
  LintResult result;
  // In the order of the catalogue: the rules about suppressions come last, when it is known what
  // these hid.
  for (const lint::CheckFunction check : lint::AllChecks()) {
    check(checker);
    for (lint::Checker::Raw& raw : checker.Take()) {
      const bool is_check = Info(raw.finding.rule).group == RuleGroup::kBuildkit;
      const bool selected = options.rules[static_cast<std::size_t>(raw.finding.rule)];
      // What a file switches on for BuildKit is of no concern to who asks for other rules alone.
      const bool asked = selected || (is_check && asks_checks);
      if (options.suppressions ? asked && suppressions.Shows(raw, selected) : selected) {
        SetSeverity(options, raw.finding);
        result.fails = result.fails || (is_check && suppressions.error());
        result.findings.push_back(std::move(raw.finding));
      }
    }
  }
  std::stable_sort(
      result.findings.begin(), result.findings.end(), [](const Finding& a, const Finding& b) {
        return std::tie(a.line, a.span.begin, a.rule) < std::tie(b.line, b.span.begin, b.rule);
      });
  return result;
}

}  // namespace cacheplan
