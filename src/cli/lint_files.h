// Looks at the Dockerfiles of one run of `cacheplan lint`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/cli/lint_options.h"

namespace cacheplan::cli {

struct LintedFile {
  FileFindings report;
  FailOn fail_on = FailOn::kWarning;
  bool checks_fail = false;  ///< `# check=error=true`: any of BuildKit's checks fails the file
  RuleSet asked;             ///< rules that were selected and had what they need
};

/// What the builders refuse, and if nothing, what the rules say.
LintedFile LintOne(const std::shared_ptr<const Source>& source, const LintSettings& settings);

/// The text after one round of fixes; see ApplyFixes. Nothing for a file that builders refuse.
std::optional<Fixed> FixOne(const std::shared_ptr<const Source>& source,
                            const LintSettings& settings, bool unsafe);

/// One for each path that can be read, in their order, onto `files`; the exit status for those that
/// cannot, which it reports.
int LintFiles(const std::vector<std::string>& paths, const std::vector<LintSettings>& settings,
              unsigned jobs, Io& io, std::vector<LintedFile>& files);

/// 0, or 1 when a finding is as severe as its file's --fail-on.
int ExitFor(const std::vector<LintedFile>& files);

}  // namespace cacheplan::cli
