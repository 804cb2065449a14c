// SARIF 2.1.0 (OASIS, 27 March 2020), the members that code scanning shows or compares.
#include <algorithm>
#include <map>
#include <vector>

#include "cacheplan/version.h"

#include "src/report/findings.h"
#include "src/report/json_writer.h"

namespace cacheplan {
namespace {

using report::JsonWriter;

std::string_view Level(Severity severity) {
  return severity == Severity::kError     ? "error"
         : severity == Severity::kWarning ? "warning"
                                          : "note";
}

/// A relative path as a URI reference, an absolute one as file:// (RFC 3986: what is not unreserved
/// or '/' is written %XX).
std::string Uri(std::string_view path) {
  constexpr char kHex[] = "0123456789ABCDEF";
  const std::string clean = report::CleanPath(path);
  std::string out = !clean.empty() && clean.front() == '/' ? "file://" : "";
  for (const char c : clean) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || (c >= '0' && c <= '9') ||
        std::string_view("-._~/").find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kHex[byte >> 4U], kHex[byte & 0xFU]};
    }
  }
  return out;
}

/// What the catalogues say about a code that was reported.
struct Described {
  std::string_view name;
  std::string_view summary;
  std::string_view tag;
  std::string_view page;  ///< Markdown; may be empty
  std::string url;
  Severity severity;
  bool on = true;
};

Described Describe(const ReportedFinding& finding) {
  if (const RuleInfo* rule = FindRule(finding.code)) {
    return {rule->name,     rule->summary,  Name(rule->group), RulePage(*rule),
            RuleUrl(*rule), rule->severity, rule->on};
  }
  for (const DiagInfo& info : AllDiagnostics()) {
    if (info.code == finding.code) {
      return {info.name, info.summary, "refused", {}, {}, info.severity};
    }
  }
  return {finding.rule, finding.rule, "cache", {}, {}, finding.severity};
}

void WriteText(JsonWriter& json, std::string_view key, std::string_view text) {
  json.Open(key, '{').Text("text", text).Close('}');
}

void WriteRule(JsonWriter& json, std::string_view code, const Described& rule) {
  json.Line().Open('{').Text("id", code).Text("name", rule.name);
  WriteText(json, "shortDescription", rule.summary);
  WriteText(json, "fullDescription", rule.summary);
  json.Open("defaultConfiguration", '{').Bool("enabled", rule.on);
  json.Text("level", Level(rule.severity)).Close('}');
  json.Open("help", '{').Text("text", rule.page.empty() ? rule.summary : rule.page);
  if (!rule.page.empty()) {
    json.Text("markdown", rule.page);
  }
  json.Close('}');
  // A helpUri must be absolute; the pages in the source tree are in `help` instead.
  if (rule.url.find("://") != std::string::npos) {
    json.Text("helpUri", rule.url);
  }
  json.Open("properties", '{').Open("tags", '[').Text(rule.tag).Close(']').Close('}').Close('}');
}

void WriteRegion(JsonWriter& json, std::string_view key, const report::Place& place) {
  json.Open(key, '{').Number("startLine", place.begin.line);
  json.Number("startColumn", place.begin.column);
  json.Number("endLine", place.end.line).Number("endColumn", place.end.column).Close('}');
}

void WriteFix(JsonWriter& json, const Source& source, report::Utf16Places places,
              const std::string& uri, const Fix& fix) {
  json.Open("fixes", '[').Open('{');
  WriteText(json, "description", fix.title);
  json.Open("artifactChanges", '[').Open('{');
  json.Open("artifactLocation", '{').Text("uri", uri).Close('}');
  json.Open("replacements", '[');
  for (const TextEdit& edit : fix.edits) {
    const report::Place place = {source.At(edit.span.begin), source.At(edit.span.end)};
    json.Open('{');
    WriteRegion(json, "deletedRegion", places(place));
    if (!edit.text.empty()) {
      WriteText(json, "insertedContent", edit.text);
    }
    json.Close('}');
  }
  json.Close(']').Close('}').Close(']').Close('}').Close(']');
}

using RuleIndex = std::map<std::string_view, std::size_t>;

void WriteResults(JsonWriter& json, const FileFindings& file, const RuleIndex& rules,
                  Fingerprints& fingerprints) {
  const Source& source = *file.source;
  const std::string uri = Uri(source.name());
  const std::string path = report::CleanPath(source.name());
  report::Utf16Places places(source);
  for (const ReportedFinding& finding : file.findings) {
    json.Line().Open('{').Text("ruleId", finding.code);
    json.Number("ruleIndex", rules.at(finding.code)).Text("level", Level(finding.severity));
    WriteText(json, "message", report::WholeText(finding));
    json.Open("locations", '[').Open('{').Open("physicalLocation", '{');
    json.Open("artifactLocation", '{').Text("uri", uri).Close('}');
    WriteRegion(json, "region", places.Of(finding));
    json.Close('}').Close('}').Close(']');
    json.Open("partialFingerprints", '{');
    json.Text("cacheplan/v1", fingerprints.Next(path, source, finding)).Close('}');
    if (finding.fix && !finding.fix->edits.empty()) {
      WriteFix(json, source, places, uri, *finding.fix);
    }
    json.Close('}');
  }
}

}  // namespace

std::string ReportSarif(std::span<const FileFindings> files, Colour /*colour*/) {
  // The rules that spoke, by code: a result names its rule's place in the list.
  std::map<std::string_view, Described> described;
  for (const FileFindings& file : files) {
    for (const ReportedFinding& finding : file.findings) {
      if (described.find(finding.code) == described.end()) {
        described.emplace(finding.code, Describe(finding));
      }
    }
  }
  JsonWriter json;
  json.Open('{').Text("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  json.Text("version", "2.1.0").Open("runs", '[').Open('{').Open("tool", '{').Open("driver", '{');
  json.Text("name", "cacheplan").Text("semanticVersion", CACHEPLAN_VERSION).Open("rules", '[');
  RuleIndex rules;
  for (const auto& [code, rule] : described) {
    rules.emplace(code, rules.size());
    WriteRule(json, code, rule);
  }
  json.Close(']').Close('}').Close('}').Text("columnKind", "utf16CodeUnits").Open("results", '[');
  Fingerprints fingerprints;
  for (const FileFindings& file : files) {
    WriteResults(json, file, rules, fingerprints);
  }
  return json.Close(']').Close('}').Close(']').Close('}').Take();
}

}  // namespace cacheplan
