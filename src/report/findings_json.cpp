#include "src/report/findings.h"
#include "src/report/json_writer.h"

namespace cacheplan {
namespace {

using report::JsonWriter;

void WriteFix(JsonWriter& json, const Source& source, const Fix& fix) {
  json.Open('{').Text("title", fix.title).Bool("safe", fix.safe).Open("edits", '[');
  for (const TextEdit& edit : fix.edits) {
    const Position begin = source.At(edit.span.begin);
    const Position end = source.At(edit.span.end);
    json.Open('{').Number("line", begin.line).Number("column", begin.column);
    json.Number("end_line", end.line).Number("end_column", end.column);
    json.Text("text", edit.text).Close('}');
  }
  json.Close(']').Close('}');
}

void WriteFinding(JsonWriter& json, const Source& source, const ReportedFinding& finding) {
  const report::Place place = report::PlaceOf(source, finding);
  json.Open('{').Text("file", source.name());
  json.Number("line", finding.line).Number("column", place.begin.column);
  json.Number("end_line", place.end.line).Number("end_column", place.end.column);
  json.Text("rule", finding.rule).Text("code", finding.code);
  json.Text("severity", SeverityName(finding.severity)).Text("message", finding.message);
  json.Text("why", finding.why).Text("hint", finding.hint).Text("url", finding.url);
  json.Open("fixes", '[');
  if (finding.fix) {
    WriteFix(json, source, *finding.fix);
  }
  json.Close(']').Close('}');
}

}  // namespace

std::string ReportJson(std::span<const FileFindings> files, Colour /*colour*/) {
  JsonWriter json;
  json.Open('{').Number("version", 1).Open("diagnostics", '[');
  for (const FileFindings& file : files) {
    for (const ReportedFinding& finding : file.findings) {
      WriteFinding(json, *file.source, finding);
    }
  }
  const report::Counts counts = report::Count(files);
  json.Close(']').Open("summary", '{').Number("files", files.size());
  json.Number("errors", counts.errors).Number("warnings", counts.warnings);
  json.Number("infos", counts.infos).Number("safe_fixes", counts.safe_fixes);
  json.Number("unsafe_fixes", counts.unsafe_fixes).Close('}').Close('}');
  return json.Take();
}

}  // namespace cacheplan
