// Findings of the linter, written out. The same findings in every form, in the same order.
//
// Pure: values in, text out. The forms are rows of grammar/reporters.def.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cacheplan/lint.h"
#include "cacheplan/source.h"

namespace cacheplan {

/// What a builder refuses (a Diagnostic) and what a rule says (a Finding), as one kind of thing.
struct ReportedFinding {
  std::string_view rule;  ///< "StageNameCasing", "broad-copy-before-dependencies"
  std::string_view code;  ///< "StageNameCasing", "CP301"
  Severity severity = Severity::kWarning;
  std::uint32_t line = 0;  ///< from 1; 0 = about the whole file
  Span span;
  std::string message;
  std::string why;   ///< may be empty
  std::string hint;  ///< may be empty
  std::string url;   ///< may be empty
  std::optional<Fix> fix;
};
ReportedFinding Reported(Finding finding);
ReportedFinding Reported(const Diagnostic& diagnostic);

/// The findings of one file, in order of line, column and code.
struct FileFindings {
  std::shared_ptr<const Source> source;
  std::vector<ReportedFinding> findings;
};

/// Names for findings that stay the same when lines above are added or taken away: made of the
/// rule, the path, the text of the line and, among findings that are alike in these, their number.
/// No two of one object are equal.
class Fingerprints {
 public:
  /// Of the next finding; `path` is what the file is called, the same on every machine.
  std::string Next(std::string_view path, const Source& source, const ReportedFinding& finding);

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> seen_;
  // The hash of the last line asked for: many findings may stand in a long one.
  const Source* source_ = nullptr;
  std::uint32_t line_ = 0;
  std::string text_;
};

/// How text is coloured; the other forms never are.
enum class Colour { kNever, kAlways };

struct ReporterInfo {
  std::string_view name;
  std::string_view help;
  std::string (*render)(std::span<const FileFindings> files, Colour colour);
};
/// The rows of grammar/reporters.def, in order.
const std::vector<ReporterInfo>& AllReporters();
/// Null when there is none of that name.
const ReporterInfo* FindReporter(std::string_view name);

}  // namespace cacheplan
