// `.cacheplan.toml`: what a repository says about its lint runs.
//
//   [lint]
//   select = ["buildkit", "cache"]      # codes, names, groups
//   ignore = ["CP310"]
//   fail-on = "error"
//   [lint.severity]
//   broad-copy-before-dependencies = "error"
//   [[lint.files]]
//   path = "docker/legacy/**"
//   ignore = ["buildkit"]
//
// Pure: text in, a value or the first thing that is wrong with it out. Finding the file is the
// command line's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cacheplan/context.h"
#include "cacheplan/lint.h"
#include "cacheplan/plan.h"
#include "cacheplan/result.h"

namespace cacheplan {

/// The least severity that makes the exit status 1.
enum class FailOn { kError, kWarning, kInfo, kNever };
/// "error", "warning", "info", "never", in the enumerators' order.
const std::vector<std::string>& FailOnNames();
/// REQUIRES: one of FailOnNames().
FailOn ToFailOn(std::string_view name);
bool Fails(FailOn fail_on, Severity severity);

/// `[[lint.files]]`: more rules to ignore in the files whose path, or a folder above them, the
/// patterns match. They are written as in a .dockerignore, relative to the configuration's folder.
struct FileRules {
  IgnoreFile paths;
  RuleSet ignore;
};

/// Nothing in an optional: the file does not say.
struct LintConfig {
  std::string path;  ///< of the configuration itself
  std::optional<RuleSet> select;
  RuleSet ignore;
  std::optional<FailOn> fail_on;
  std::optional<bool> empty_base_env;
  std::optional<BuilderKind> builder;
  std::optional<bool> ephemeral;
  std::vector<std::pair<RuleId, Severity>> severities;
  std::vector<FileRules> files;
};

/// A message begins with `path:line:column:`. Keys, types, rules and values that are not known are
/// errors: a misspelt one would be obeyed by no run and missed by no one.
Result<LintConfig> ParseConfig(std::string_view path, std::string_view text);

/// What the file ignores: everywhere, and in the Dockerfile of that path (with '/', relative to the
/// configuration's folder).
RuleSet Ignored(const LintConfig& config, std::string_view relative_path);

}  // namespace cacheplan
