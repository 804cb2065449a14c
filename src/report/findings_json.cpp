#include <nlohmann/json.hpp>

#include "cacheplan/text.h"

#include "src/report/findings.h"

namespace cacheplan {
namespace {

using Json = nlohmann::ordered_json;

Json FixJson(const Source& source, const Fix& fix) {
  Json edits = Json::array();
  for (const TextEdit& edit : fix.edits) {
    const Position begin = source.At(edit.span.begin);
    const Position end = source.At(edit.span.end);
    edits.push_back({{"line", begin.line},
                     {"column", begin.column},
                     {"end_line", end.line},
                     {"end_column", end.column},
                     {"text", ToValidUtf8(edit.text)}});
  }
  return {{"title", fix.title}, {"safe", fix.safe}, {"edits", std::move(edits)}};
}

Json FindingJson(const Source& source, const ReportedFinding& finding) {
  const report::Place place = report::PlaceOf(source, finding);
  Json fixes = Json::array();
  if (finding.fix) {
    fixes.push_back(FixJson(source, *finding.fix));
  }
  return {{"file", ToValidUtf8(source.name())},
          {"line", finding.line},
          {"column", place.begin.column},
          {"end_line", place.end.line},
          {"end_column", place.end.column},
          {"rule", finding.rule},
          {"code", finding.code},
          {"severity", SeverityName(finding.severity)},
          {"message", ToValidUtf8(finding.message)},
          {"why", ToValidUtf8(finding.why)},
          {"hint", ToValidUtf8(finding.hint)},
          {"url", finding.url},
          {"fixes", std::move(fixes)}};
}

}  // namespace

std::string ReportJson(std::span<const FileFindings> files, Colour /*colour*/) {
  Json diagnostics = Json::array();
  for (const FileFindings& file : files) {
    for (const ReportedFinding& finding : file.findings) {
      diagnostics.push_back(FindingJson(*file.source, finding));
    }
  }
  const report::Counts counts = report::Count(files);
  const Json out = {{"version", 1},
                    {"diagnostics", std::move(diagnostics)},
                    {"summary",
                     {{"files", files.size()},
                      {"errors", counts.errors},
                      {"warnings", counts.warnings},
                      {"infos", counts.infos}}}};
  return out.dump() + "\n";
}

}  // namespace cacheplan
