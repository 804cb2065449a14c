// --baseline and --write-baseline: only what is new is reported.
#pragma once

#include <string>
#include <vector>

#include "src/cli/lint_files.h"

namespace cacheplan::cli {

/// Takes what the baseline holds out of the findings, and says on `io.err` how many those are and
/// which entries that this run would have found are stale: fixed meanwhile, so that they can go.
Status ApplyBaseline(const std::string& path, Io& io, std::vector<LintedFile>& files);

/// Writes the findings as a baseline. What an old one says of files not looked at, as long as they
/// are there, and of rules not asked stays.
Status WriteBaseline(const std::string& path, Io& io, const std::vector<LintedFile>& files);

}  // namespace cacheplan::cli
