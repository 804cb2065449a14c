// `lint --changed-since REV`: for pull requests, only what the change could have made worse.
#pragma once

#include <string>
#include <vector>

#include "src/cli/lint_options.h"

namespace cacheplan::cli {

/// Those of the paths that git says differ from the revision, and those whose ignore file does:
/// `<Dockerfile>.dockerignore` beside it, or the one of the context, or else of its own folder. In
/// their order. Fails where there is no work tree or no such revision.
Result<std::vector<std::string>> OnlyChanged(const std::vector<std::string>& paths,
                                             const LintFlags& flags);

}  // namespace cacheplan::cli
