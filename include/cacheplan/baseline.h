// A baseline: findings that were there when the linter came into a repository, kept in a file so
// that only new ones are reported.
//
// Pure: values in, text out and back. Its form is docs/schema/baseline.schema.json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/result.h"

namespace cacheplan {

/// One finding. Lines are not in it: they move.
struct BaselineEntry {
  std::string file;  ///< relative to the baseline's folder, with '/'
  std::string code;
  std::string fingerprint;  ///< findings.h: Fingerprints
  // NOLINTNEXTLINE(modernize-use-nullptr): it takes the 0 of <=> for a pointer
  friend auto operator<=>(const BaselineEntry&, const BaselineEntry&) = default;
};

/// An entry a line, sorted, so that two branches merge.
std::string RenderBaseline(std::vector<BaselineEntry> entries);
/// `path` is for messages.
Result<std::vector<BaselineEntry>> ParseBaseline(std::string_view path, std::string_view text);

}  // namespace cacheplan
