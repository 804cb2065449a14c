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
  const std::string name = Printable(source.name());
  const std::string where =
      finding.line == 0 ? fmt::format("{}:", name)
                        : fmt::format("{}:{}:{}:", name, place.begin.line, place.begin.column);
  return fmt::format("{}{}{} {}{}{}: {} {}[{}]{}\n", paint.bold, where, paint.reset,
                     ColourOf(paint, finding.severity), SeverityName(finding.severity), paint.reset,
                     Printable(finding.message), paint.dim, report::Label(finding), paint.reset);
}

/// What to do, and which option does it.
std::string Help(const ReportedFinding& finding) {
  if (!finding.fix) {
    return finding.hint.empty() ? "" : fmt::format("      = help: {}\n", Printable(finding.hint));
  }
  const std::string_view option = finding.fix->safe ? "--fix" : "--fix-unsafe";
  const std::string title = Printable(finding.fix->title);
  if (finding.hint.empty() || finding.hint == finding.fix->title) {
    return fmt::format("      = help: {} ({} does it)\n", title, option);
  }
  return fmt::format("      = help: {}\n      = {}: {}\n", Printable(finding.hint), option, title);
}

/// The excerpt with its caret in the colour of the severity.
std::string Painted(std::string excerpt, const Paint& paint, Severity severity) {
  const std::size_t second = excerpt.find('\n');
  const std::size_t caret = excerpt.find('^', second);
  if (!paint.reset.empty() && second != std::string::npos && caret != std::string::npos) {
    excerpt.insert(excerpt.size() - 1, paint.reset);
    excerpt.insert(caret, ColourOf(paint, severity));
  }
  return excerpt;
}

std::string Plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// "3 findings in 2 files: 1 error, 2 warnings; 1 can be fixed with --fix"
std::string Summary(std::span<const FileFindings> files, const Paint& paint) {
  const report::Counts counts = report::Count(files);
  if (counts.all() == 0) {
    return fmt::format("No findings in {}.\n", Plural(files.size(), "file"));
  }
  std::string parts;
  const auto add = [&parts](const std::string& part) {
    parts += (parts.empty() ? "" : ", ") + part;
  };
  if (counts.errors > 0) {
    add(Plural(counts.errors, "error"));
  }
  if (counts.warnings > 0) {
    add(Plural(counts.warnings, "warning"));
  }
  if (counts.infos > 0) {
    add(fmt::format("{} info", counts.infos));
  }
  std::string fixes;
  if (counts.safe_fixes > 0) {
    fixes = fmt::format("; {} can be fixed with --fix", counts.safe_fixes);
  }
  if (counts.unsafe_fixes > 0) {
    fixes += fixes.empty() ? fmt::format("; {} can be fixed with --fix-unsafe", counts.unsafe_fixes)
                           : fmt::format(", {} more with --fix-unsafe", counts.unsafe_fixes);
  }
  return fmt::format("{}{} in {}{}: {}{}\n", paint.bold, Plural(counts.all(), "finding"),
                     Plural(counts.files, "file"), paint.reset, parts, fixes);
}

}  // namespace

std::string ReportText(std::span<const FileFindings> files, Colour colour) {
  const Paint& paint = colour == Colour::kAlways ? kColours : kPlain;
  std::string out;
  for (const FileFindings& file : files) {
    for (const ReportedFinding& finding : file.findings) {
      out += Header(*file.source, finding, paint);
      if (finding.line != 0) {
        out += Painted(Excerpt(*file.source, finding.span), paint, finding.severity);
      }
      if (!finding.why.empty()) {
        out += fmt::format("      = why: {}\n", Printable(finding.why));
      }
      out += Help(finding);
      out += "\n";
    }
  }
  return out + Summary(files, paint);
}

}  // namespace cacheplan
