// Workflow commands, which a run on GitHub turns into annotations. Source of the escapes: the
// toolkit's packages/core/src/command.ts.
#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/report/findings.h"

namespace cacheplan {
namespace {

std::string Escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : ToValidUtf8(text)) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      // Other control characters are the log's own.
      const bool control = (c >= 0 && c < ' ' && c != '\t') || c == '\x7f';
      out += control ? '?' : c;
    }
  }
  return out;
}

std::string_view Command(Severity severity) {
  return severity == Severity::kError     ? "error"
         : severity == Severity::kWarning ? "warning"
                                          : "notice";
}

}  // namespace

std::string ReportGithub(std::span<const FileFindings> files, Colour /*colour*/) {
  std::string out;
  for (const FileFindings& file : files) {
    const std::string path = Escaped(report::CleanPath(file.source->name()), true);
    report::Utf16Places places(*file.source);
    for (const ReportedFinding& finding : file.findings) {
      const report::Place place = places.Of(finding);
      out += fmt::format("::{} file={},line={}", Command(finding.severity), path, place.begin.line);
      // Columns count only where both ends are on one line.
      out += place.begin.line == place.end.line
                 ? fmt::format(",col={},endColumn={}", place.begin.column, place.end.column)
                 : fmt::format(",endLine={}", place.end.line);
      out += fmt::format(",title={}::{}\n", Escaped(report::Label(finding), true),
                         Escaped(report::WholeText(finding), false));
    }
  }
  return out;
}

}  // namespace cacheplan
