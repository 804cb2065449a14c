#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/report/findings.h"

namespace cacheplan {
namespace {

/// Escape sequences, or nothing.
struct Paint {
  std::string_view error, warning, info, bold, dim, reset;
};
constexpr Paint kPlain = {};
constexpr Paint kColours = {"\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m",
                            "\x1b[1m",    "\x1b[2m",    "\x1b[0m"};

std::string_view ColourOf(const Paint& paint, Severity severity) {
  return severity == Severity::kError     ? paint.error
         : severity == Severity::kWarning ? paint.warning
                                          : paint.info;
}

std::string Header(const Source& source, const ReportedFinding& finding, const Paint& paint) {
  const report::Place place = report::PlaceOf(source, finding);
  const std::string where = finding.line == 0 ? fmt::format("{}:", source.name())
                                              : fmt::format("{}:{}:{}:", source.name(),
                                                            place.begin.line, place.begin.column);
  const std::string label = finding.code == finding.rule
                                ? std::string(finding.code)
                                : fmt::format("{} {}", finding.code, finding.rule);
  return fmt::format("{}{}{} {}{}{}: {} {}[{}]{}\n", paint.bold, where, paint.reset,
                     ColourOf(paint, finding.severity), SeverityName(finding.severity), paint.reset,
                     Printable(finding.message), paint.dim, label, paint.reset);
}

}  // namespace

std::string ReportText(std::span<const FileFindings> files, Colour colour) {
  const Paint& paint = colour == Colour::kAlways ? kColours : kPlain;
  std::string out;
  for (const FileFindings& file : files) {
    for (const ReportedFinding& finding : file.findings) {
      out += Header(*file.source, finding, paint);
      if (finding.line != 0) {
        out += Excerpt(*file.source, finding.span);
      }
      if (!finding.why.empty()) {
        out += fmt::format("      = why: {}\n", Printable(finding.why));
      }
      if (!finding.hint.empty()) {
        out += fmt::format("      = {}\n", Printable(finding.hint));
      }
      if (finding.fix) {
        out += fmt::format("      = {} can do it: {}\n",
                           finding.fix->safe ? "--fix" : "--fix-unsafe", finding.fix->title);
      }
    }
  }
  return out;
}

}  // namespace cacheplan
