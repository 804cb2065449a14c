// Checkstyle's XML, which many tools read.
#include <fmt/format.h>

#include "src/report/findings.h"

namespace cacheplan {

std::string ReportCheckstyle(std::span<const FileFindings> files, Colour /*colour*/) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
  for (const FileFindings& file : files) {
    out +=
        fmt::format("  <file name=\"{}\">\n", report::Xml(report::CleanPath(file.source->name())));
    report::Utf16Places places(*file.source);
    for (const ReportedFinding& finding : file.findings) {
      const report::Place place = places.Of(finding);
      out += fmt::format(
          "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" "
          "source=\"cacheplan.{}\"/>\n",
          place.begin.line, place.begin.column, SeverityName(finding.severity),
          report::Xml(report::WholeText(finding)), finding.code);
    }
    out += "  </file>\n";
  }
  return out + "</checkstyle>\n";
}

}  // namespace cacheplan
