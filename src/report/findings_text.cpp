#include <algorithm>
#include <initializer_list>
#include <iterator>

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

/// Printable(text). Nearly all is plain and goes as it is.
void AppendPrintable(std::string& out, std::string_view text) {
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (plain) {
    out += text;
  } else {
    out += Printable(text);
  }
}

void Append(std::string& out, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) {
    out += part;
  }
}

void AppendHeader(std::string& out, const Source& source, const ReportedFinding& finding,
                  const Paint& paint) {
  out += paint.bold;
  AppendPrintable(out, source.name());
  out += ':';
  if (finding.line != 0) {
    const Position begin = report::PlaceOf(source, finding).begin;
    fmt::format_to(std::back_inserter(out), "{}:{}:", begin.line, begin.column);
  }
  Append(out, {paint.reset, " ", ColourOf(paint, finding.severity), SeverityName(finding.severity),
               paint.reset, ": "});
  AppendPrintable(out, finding.message);
  Append(out, {" ", paint.dim, "[", report::Label(finding), "]", paint.reset, "\n"});
}

/// A line below the excerpt.
void AppendNote(std::string& out, std::string_view label, std::string_view text) {
  Append(out, {"      = ", label, ": "});
  AppendPrintable(out, text);
  out += '\n';
}

/// What to do, and which option does it.
void AppendHelp(std::string& out, const ReportedFinding& finding) {
  if (!finding.fix) {
    if (!finding.hint.empty()) {
      AppendNote(out, "help", finding.hint);
    }
    return;
  }
  const std::string_view option = finding.fix->safe ? "--fix" : "--fix-unsafe";
  if (finding.hint.empty() || finding.hint == finding.fix->title) {
    AppendNote(out, "help", finding.fix->title + " (" + std::string(option) + " does it)");
  } else {
    AppendNote(out, "help", finding.hint);
    AppendNote(out, option, finding.fix->title);
  }
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
      AppendHeader(out, *file.source, finding, paint);
      if (finding.line != 0) {
        out += Painted(Excerpt(*file.source, finding.span), paint, finding.severity);
      }
      if (!finding.why.empty()) {
        AppendNote(out, "why", finding.why);
      }
      AppendHelp(out, finding);
      out += '\n';
    }
  }
  out += Summary(files, paint);
  return out;
}

}  // namespace cacheplan
