// GitLab's form of a code quality report. Its widget compares two reports by their fingerprints.
#include "src/report/findings.h"
#include "src/report/json_writer.h"

namespace cacheplan {
namespace {

std::string_view SeverityWord(Severity severity) {
  return severity == Severity::kError ? "major" : severity == Severity::kWarning ? "minor" : "info";
}

}  // namespace

std::string ReportGitlab(std::span<const FileFindings> files, Colour /*colour*/) {
  report::JsonWriter json;
  Fingerprints fingerprints;
  json.Open('[');
  for (const FileFindings& file : files) {
    const std::string path = report::CleanPath(file.source->name());
    for (const ReportedFinding& finding : file.findings) {
      const report::Place place = report::PlaceOf(*file.source, finding);
      json.Line().Open('{').Text("description", report::WholeText(finding));
      json.Text("check_name", report::Label(finding));
      json.Text("fingerprint", fingerprints.Next(path, *file.source, finding));
      json.Text("severity", SeverityWord(finding.severity));
      json.Open("location", '{').Text("path", path);
      json.Open("lines", '{').Number("begin", place.begin.line).Number("end", place.end.line);
      json.Close('}').Close('}').Close('}');
    }
  }
  return json.Close(']').Take();
}

}  // namespace cacheplan
