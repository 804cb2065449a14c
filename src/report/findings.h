// What the reporters of findings share.
#pragma once

#include "cacheplan/findings.h"

namespace cacheplan::report {

/// Where a finding begins and ends, both counted from 1. A finding about the whole file is 1:1. One
/// whose line is not the line of its span begins at the line's first column.
struct Place {
  Position begin;
  Position end;
};
Place PlaceOf(const Source& source, const ReportedFinding& finding);

struct Counts {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t infos = 0;
};
Counts Count(std::span<const FileFindings> files);

}  // namespace cacheplan::report
