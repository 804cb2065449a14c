// What is wrong, or worth knowing, about the user's file.
//
// A Diagnostic is a value; the codes are rows of grammar/diagnostics.def. Severity is what the row
// says unless whoever shows it maps it. Rendering is the report layer's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/source.h"

namespace cacheplan {

enum class Severity { kError, kWarning, kInfo };

/// One enumerator a row of grammar/diagnostics.def: Diag::kUnknownInstruction.
enum class Diag {
#define DIAGNOSTIC(id_, ...) k##id_,
#include "grammar/diagnostics.def"
#undef DIAGNOSTIC
};

/// One row: published codes are never reused.
struct DiagInfo {
  Diag diag;
  std::string_view code;  ///< "CP001"
  std::string_view name;  ///< "unknown-instruction"
  Severity severity;
  std::string_view summary;  ///< one line for the reference pages
};

const DiagInfo& Info(Diag diag);
/// Every row, in the table's order.
const std::vector<DiagInfo>& AllDiagnostics();

struct Diagnostic {
  Diag diag;
  Span span;
  /// The line the finding is reported on, from 1; 0 for one about the whole file. Where BuildKit
  /// names a line this is BuildKit's, which may lie before `span`.
  std::uint32_t line = 0;
  std::string message;  ///< what is wrong, BuildKit's words where it has some
  std::string hint;     ///< what to do about it; may be empty
};

/// `name:line:column: error: message [CPnnn name]`, excerpt and hint below. Ends in a newline.
std::string FormatDiagnostic(const Source& source, const Diagnostic& diagnostic);

std::string_view SeverityName(Severity severity);

}  // namespace cacheplan
