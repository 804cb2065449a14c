// The options of `cacheplan lint`, and what they and a configuration come to for one file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cacheplan/config.h"
#include "cacheplan/context.h"
#include "cacheplan/findings.h"
#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/lint.h"

#include "src/cli/command.h"
#include "src/cli/graph_options.h"
#include "src/cli/inputs.h"

namespace cacheplan::cli {

/// What is done with fixes.
struct FixOptions {
  bool safe = false;
  bool unsafe = false;
  bool diff = false;  ///< print what would change, write nothing
  [[nodiscard]] bool any() const { return safe || unsafe || diff; }
};

/// As given; an empty text is an option that was not.
struct LintFlags {
  InputOptions inputs;
  GraphFlags graph;
  std::vector<std::string> select;
  std::vector<std::string> ignore;
  std::string fail_on;
  std::string base_env;
  std::string context;
  std::string changed_since;  ///< a revision of git
  std::vector<std::string> packages;
  std::string builder;
  bool ephemeral = false;
  std::string config;
  bool no_config = false;
  std::string baseline;
  bool write_baseline = false;
  std::string format = "text";
  std::string color = "auto";
  FixOptions fix;
};
void AddLintOptions(CLI::App& app, LintFlags& flags);

/// How one file is looked at.
struct LintSettings {
  LintOptions lint;
  GraphOptions graph;
  FailOn fail_on = FailOn::kWarning;
  std::shared_ptr<const BuildContext> context;  ///< null when none was given
  Knowledge knowledge = Knowledge::BuiltIn();
};

/// One for each path: what the command line says, else the configuration, else the defaults.
/// --select replaces what a configuration selects and ignores, --ignore adds to what it ignores.
Result<std::vector<LintSettings>> LintSettingsFor(const LintFlags& flags,
                                                  const std::vector<std::string>& paths, Io& io);

/// Colours for --color: on a terminal that wants them, unless said otherwise.
Colour ChooseColour(const LintFlags& flags, const Io& io);

}  // namespace cacheplan::cli
