// What the reporters of findings share.
#pragma once

#include <string>
#include <string_view>

#include "cacheplan/findings.h"

namespace cacheplan::report {

/// Where a finding begins and ends, both counted from 1. A finding about the whole file is 1:1. One
/// whose line is not the line of its span begins at the line's first column.
struct Place {
  Position begin;
  Position end;
};
Place PlaceOf(const Source& source, const ReportedFinding& finding);
/// Places with columns in UTF-16 code units, as editors and forges count them. A byte order mark is
/// not part of the first line. Asked in the order of the places it reads a line once, however many
/// there are in it.
class Utf16Places {
 public:
  explicit Utf16Places(const Source& source) : source_(source) {}
  Place operator()(const Place& place);
  Place Of(const ReportedFinding& finding) { return (*this)(PlaceOf(source_, finding)); }

 private:
  Position Count(Position from, Position counted, Position to) const;

  const Source& source_;
  Position bytes_;  ///< the last beginning asked for
  Position units_;  ///< the same place counted
};

struct Counts {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t infos = 0;
  std::size_t safe_fixes = 0;
  std::size_t unsafe_fixes = 0;
  std::size_t files = 0;  ///< with at least one finding
  [[nodiscard]] std::size_t all() const { return errors + warnings + infos; }
};
Counts Count(std::span<const FileFindings> files);

/// The message, then the reason and what to do, a line each: for forms that have one text.
std::string WholeText(const ReportedFinding& finding);

/// "CP301 broad-copy", or BuildKit's name alone.
std::string Label(const ReportedFinding& finding);

/// A path without `./` and such, as forges know it.
std::string CleanPath(std::string_view path);

/// Text as the value of an XML attribute or between tags. What XML 1.0 cannot hold is U+FFFD.
void AppendXml(std::string& out, std::string_view text);
std::string Xml(std::string_view text);

}  // namespace cacheplan::report
