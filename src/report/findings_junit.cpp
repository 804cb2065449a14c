// JUnit's XML: a suite a file, a failed test a finding, and one test that passes for a file
// without.
#include <fmt/format.h>

#include "src/report/findings.h"

namespace cacheplan {

std::string ReportJunit(std::span<const FileFindings> files, Colour /*colour*/) {
  std::size_t failures = 0;
  std::size_t tests = 0;
  std::string suites;
  for (const FileFindings& file : files) {
    const std::string name = report::Xml(report::CleanPath(file.source->name()));
    const std::size_t failed = file.findings.size();
    const std::size_t count = failed == 0 ? 1 : failed;
    failures += failed;
    tests += count;
    suites += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n",
                          name, count, failed);
    if (failed == 0) {
      suites += fmt::format("    <testcase name=\"no findings\" classname=\"{0}\" file=\"{0}\"/>\n",
                            name);
    }
    report::Utf16Places places(*file.source);
    for (const ReportedFinding& finding : file.findings) {
      const report::Place place = places.Of(finding);
      suites += fmt::format(
          "    <testcase name=\"{0}:{1}: {2}\" classname=\"{3}\" file=\"{3}\" line=\"{0}\">\n"
          "      <failure type=\"{4}\" message=\"{5}\">{6}</failure>\n    </testcase>\n",
          place.begin.line, place.begin.column, report::Xml(report::Label(finding)), name,
          SeverityName(finding.severity), report::Xml(finding.message),
          report::Xml(report::WholeText(finding)));
    }
    suites += "  </testsuite>\n";
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"cacheplan lint\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n{}"
      "</testsuites>\n",
      tests, failures, suites);
}

}  // namespace cacheplan
