// What must hold of the linter's findings and fixes, whatever the file is.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/findings.h"
#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/lint.h"
#include "cacheplan/syntax.h"

namespace cacheplan::fuzz {

/// Findings lie in the file, every form of them can be written, and fixes come to an end with a
/// file that can still be read.
inline std::string CheckLint(const Dockerfile& file) {
  if (file.rejected()) {
    return {};
  }
  LintOptions options;
  options.rules.set();
  options.classic = true;
  options.ephemeral = true;
  const auto lint = [&](const Dockerfile& dockerfile) {
    GraphOptions graph_options;
    graph_options.empty_base_env = true;
    const Graph graph = BuildGraph(dockerfile, graph_options);
    const Dependencies deps = Detect(dockerfile, graph, Knowledge::BuiltIn());
    return Lint(dockerfile, graph, deps, nullptr, options).findings;
  };
  const std::vector<Finding> findings = lint(file);
  FileFindings reported{file.source, {}};
  for (const Finding& finding : findings) {
    reported.findings.push_back(Reported(finding));
    const bool placed = finding.span.begin <= finding.span.end &&
                        finding.span.end <= file.source->text().size() &&
                        finding.line <= file.source->LineCount() + 1;
    if (!placed || finding.message.empty()) {
      return "a finding of " + std::string(Info(finding.rule).code) + " has no place or message";
    }
    for (const TextEdit& edit : finding.fix ? finding.fix->edits : std::vector<TextEdit>()) {
      if (edit.span.begin > edit.span.end || edit.span.end > file.source->text().size()) {
        return "an edit of " + std::string(Info(finding.rule).code) + " is out of bounds";
      }
    }
  }
  for (const ReporterInfo& reporter : AllReporters()) {
    reporter.render(std::span(&reported, 1), Colour::kAlways);
  }
  std::string text(file.source->text());
  for (int round = 0;; ++round) {
    const Dockerfile now = Parse(std::make_shared<const Source>("fuzz", text));
    if (now.rejected()) {
      return "fixes broke the file";
    }
    std::optional<Fixed> fixed = ApplyFixes(now, lint(now), true);
    if (!fixed || fixed->text == text) {
      return {};
    }
    if (round == 50) {
      return "fixes come to no end";
    }
    text = std::move(fixed->text);
  }
}

}  // namespace cacheplan::fuzz
