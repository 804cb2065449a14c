#include "cacheplan/lint.h"

#include <algorithm>
#include <span>
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
  const RuleSet& checks = RulesOf(RuleGroup::kBuildkit);
  // What a file switches on for BuildKit is of no concern to who asks for other rules alone.
  const bool asks_checks = options.suppressions && (options.rules & checks).any();
  const RuleSet asked = asks_checks ? options.rules | checks : options.rules;
  LintResult result;
  // In the order of the catalogue: the rules about suppressions come last, when it is known what
  // these hid.
  const std::span<const lint::CheckFunction> functions = lint::AllChecks();
  for (std::size_t rule = 0; rule < functions.size(); ++rule) {
    if (!asked[rule]) {
      continue;
    }
    functions[rule](checker);
    for (lint::Checker::Raw& raw : checker.Take()) {
      if (!options.suppressions || suppressions.Shows(raw, options.rules[rule])) {
        SetSeverity(options, raw.finding);
        result.fails = result.fails || (checks[rule] && suppressions.error());
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
