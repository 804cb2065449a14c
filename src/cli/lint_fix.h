// `lint --fix`, `--fix-unsafe` and `--diff`: writes what the rules know to mend.
#pragma once

#include <string>
#include <vector>

#include "src/cli/command.h"
#include "src/cli/lint_options.h"

namespace cacheplan::cli {

/// Fixes the files in place, or prints what would change. Each file is linted and fixed until
/// nothing is left to do: a fix may make room for one that it overlapped. A file is left as it is
/// unless the result can be read and means the same but for the fixes. Prints a line for each file
/// on `io.err`; the exit status is 1 when --diff has something to show, 3 when a file cannot be
/// read or written.
int FixFiles(const std::vector<std::string>& paths, const std::vector<LintSettings>& settings,
             const FixOptions& options, Io& io);

}  // namespace cacheplan::cli
