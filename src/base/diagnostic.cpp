#include "cacheplan/diagnostic.h"

#include <fmt/format.h>

#include "cacheplan/text.h"

namespace cacheplan {
namespace {

/// What a row of the table gives; `diag` is filled in from the row's id.
struct Row {
  std::string_view code;
  std::string_view name;
  Severity severity;
  std::string_view summary;
};

DiagInfo Make(Diag diag, const Row& row) {
  return {diag, row.code, row.name, row.severity, row.summary};
}

}  // namespace

const std::vector<DiagInfo>& AllDiagnostics() {
  static const std::vector<DiagInfo> rows = {
#define DIAGNOSTIC(id_, ...) Make(Diag::k##id_, Row{__VA_ARGS__}),
#include "grammar/diagnostics.def"
#undef DIAGNOSTIC
  };
  return rows;
}

const DiagInfo& Info(Diag diag) { return AllDiagnostics()[static_cast<std::size_t>(diag)]; }

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kInfo:
      return "info";
  }
  return "error";
}

std::string FormatDiagnostic(const Source& source, const Diagnostic& diagnostic) {
  const DiagInfo& info = Info(diagnostic.diag);
  std::string out = fmt::format("{}:", source.name());
  const bool placed = diagnostic.line != 0 && !source.text().empty();
  if (placed) {
    const Position place = source.At(diagnostic.span.begin);
    out += fmt::format("{}:{}:", place.line, place.column);
  }
  out += fmt::format(" {}: {} [{} {}]\n", SeverityName(info.severity),
                     Printable(diagnostic.message), info.code, info.name);
  if (placed) {
    out += Excerpt(source, diagnostic.span);
  }
  if (!diagnostic.hint.empty()) {
    out += fmt::format("      = {}\n", Printable(diagnostic.hint));
  }
  return out;
}

}  // namespace cacheplan
