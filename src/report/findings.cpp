#include "src/report/findings.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "cacheplan/lint.h"
#include "cacheplan/text.h"

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

ReportedFinding Reported(Finding finding) {
  const RuleInfo& rule = Info(finding.rule);
  return {rule.name,
          rule.code,
          finding.severity,
          finding.line,
          finding.span,
          std::move(finding.message),
          std::move(finding.why),
          std::move(finding.hint),
          RuleUrl(rule),
          std::move(finding.fix)};
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

Position Utf16Places::Count(Position from, Position counted, Position to) const {
  if (from.line != to.line || from.column > to.column) {
    from = counted = {to.line, 1};
  }
  const Span line = source_.LineSpan(to.line);
  std::string_view between = source_.Slice(line);
  const std::size_t end = std::min<std::size_t>(to.column - 1, between.size());
  const std::size_t begin = std::min<std::size_t>(from.column - 1, end);
  between = between.substr(begin, end - begin);
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (to.line == 1 && from.column == 1 && between.substr(0, kMark.size()) == kMark) {
    between.remove_prefix(kMark.size());
  }
  for (std::size_t pos = 0; pos < between.size();) {
    const Rune rune = DecodeRune(between, pos);
    counted.column += rune.value > 0xFFFF ? 2 : 1;
    pos += rune.width;
  }
  return counted;
}

Place Utf16Places::operator()(const Place& place) {
  units_ = Count(bytes_, units_, place.begin);
  bytes_ = place.begin;
  return {units_, Count(bytes_, units_, place.end)};
}

Counts Count(std::span<const FileFindings> files) {
  Counts counts;
  for (const FileFindings& file : files) {
    counts.files += file.findings.empty() ? 0 : 1;
    for (const ReportedFinding& finding : file.findings) {
      counts.errors += finding.severity == Severity::kError ? 1 : 0;
      counts.warnings += finding.severity == Severity::kWarning ? 1 : 0;
      counts.infos += finding.severity == Severity::kInfo ? 1 : 0;
      counts.safe_fixes += finding.fix && finding.fix->safe ? 1 : 0;
      counts.unsafe_fixes += finding.fix && !finding.fix->safe ? 1 : 0;
    }
  }
  return counts;
}

std::string WholeText(const ReportedFinding& finding) {
  std::string text = finding.message;
  for (const std::string& more : {finding.why, finding.hint}) {
    text += more.empty() ? "" : "\n" + more;
  }
  return text;
}

std::string Label(const ReportedFinding& finding) {
  std::string label(finding.code);
  if (finding.code != finding.rule) {
    label += ' ';
    label += finding.rule;
  }
  return label;
}

std::string CleanPath(std::string_view path) {
  return std::filesystem::path(path).lexically_normal().generic_string();
}

}  // namespace report
}  // namespace cacheplan
