#include "src/report/findings.h"

#include "cacheplan/lint.h"

namespace cacheplan {

#define REPORTER(id_, ...) std::string Report##id_(std::span<const FileFindings>, Colour);
#include "grammar/reporters.def"
#undef REPORTER

namespace {

struct ReporterRow {
  std::string_view name;
  std::string_view help;
};
ReporterInfo Make(const ReporterRow& row,
                  std::string (*render)(std::span<const FileFindings>, Colour)) {
  return {row.name, row.help, render};
}

}  // namespace

const std::vector<ReporterInfo>& AllReporters() {
  static const std::vector<ReporterInfo> rows = {
#define REPORTER(id_, ...) Make(ReporterRow{__VA_ARGS__}, &Report##id_),
#include "grammar/reporters.def"
#undef REPORTER
  };
  return rows;
}

const ReporterInfo* FindReporter(std::string_view name) {
  for (const ReporterInfo& reporter : AllReporters()) {
    if (reporter.name == name) {
      return &reporter;
    }
  }
  return nullptr;
}

ReportedFinding Reported(const Finding& finding) {
  const RuleInfo& rule = Info(finding.rule);
  return {rule.name,       rule.code,   finding.severity, finding.line,  finding.span,
          finding.message, finding.why, finding.hint,     RuleUrl(rule), finding.fix};
}

ReportedFinding Reported(const Diagnostic& diagnostic) {
  const DiagInfo& info = Info(diagnostic.diag);
  return {info.name,
          info.code,
          info.severity,
          diagnostic.line,
          diagnostic.span,
          diagnostic.message,
          {},
          diagnostic.hint,
          {},
          std::nullopt};
}

namespace report {

Place PlaceOf(const Source& source, const ReportedFinding& finding) {
  if (finding.line == 0) {
    return {};
  }
  const Position begin = source.At(finding.span.begin);
  if (begin.line != finding.line) {
    return {{finding.line, 1}, {finding.line, 1}};
  }
  return {begin, source.At(finding.span.end)};
}

Counts Count(std::span<const FileFindings> files) {
  Counts counts;
  for (const FileFindings& file : files) {
    for (const ReportedFinding& finding : file.findings) {
      counts.errors += finding.severity == Severity::kError ? 1 : 0;
      counts.warnings += finding.severity == Severity::kWarning ? 1 : 0;
      counts.infos += finding.severity == Severity::kInfo ? 1 : 0;
    }
  }
  return counts;
}

}  // namespace report
}  // namespace cacheplan
