#include "src/cli/lint_options.h"

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "cacheplan/plan.h"

#include "src/cli/lint_config.h"
#include "src/cli/lint_context.h"
#include "src/cli/packages_option.h"
#include "src/cli/paths.h"
#include "src/cli/plan_options.h"

namespace cacheplan::cli {
namespace {

std::vector<std::string> FormatNames() {
  std::vector<std::string> names;
  for (const ReporterInfo& reporter : AllReporters()) {
    names.emplace_back(reporter.name);
  }
  return names;
}

/// The rules of the words, each a code, a name or a group.
Result<RuleSet> Rules(const std::vector<std::string>& words) {
  RuleSet rules;
  for (const std::string& word : words) {
    const RuleSet some = FindRules(word);
    if (some.none()) {
      return Status::Usage(UnknownRule(word));
    }
    rules |= some;
  }
  return rules;
}

/// Takes over what the configuration says of a file.
void Configure(const LintConfig& config, const std::string& path, LintSettings& settings) {
  settings.lint.rules = config.select.value_or(DefaultRules()) &
                        ~Ignored(config, PathFrom(FolderOf(config.path), path));
  settings.lint.classic = config.builder == BuilderKind::kClassic;
  settings.lint.ephemeral = config.ephemeral.value_or(false);
  settings.lint.severities = config.severities;
  settings.graph.empty_base_env = config.empty_base_env.value_or(false);
  settings.fail_on = config.fail_on.value_or(FailOn::kWarning);
}

}  // namespace

void AddLintOptions(CLI::App& app, LintFlags& flags) {
  AddInputOptions(app, flags.inputs);
  AddGraphOptions(app, flags.graph);
  app.add_option("--select", flags.select, "Only these rules: codes, names, buildkit, cache, all")
      ->delimiter(',')
      ->type_name("RULE")
      ->allow_extra_args(false);
  app.add_option("--ignore", flags.ignore, "Not these rules")
      ->delimiter(',')
      ->type_name("RULE")
      ->allow_extra_args(false);
  app.add_option("--fail-on", flags.fail_on, "Exit 1 from this severity on")
      ->default_str("warning")
      ->check(OneOf(FailOnNames()));
  app.add_option("--builder", flags.builder, "The builder that the files are for")
      ->default_str("docker")
      ->check(OneOf(BuilderNames()));
  app.add_flag("--ephemeral", flags.ephemeral,
               "The builder starts empty each time, as on most CI services");
  app.add_option(
         "--base-env", flags.base_env,
         "What base images set: unknown, or empty as BuildKit sees images without variables")
      ->default_str("unknown")
      ->check(OneOf({"unknown", "empty"}));
  app.add_option("--context", flags.context,
                 "The build context, for the rules that look at its files and its .dockerignore")
      ->type_name("DIR")
      ->check(NotEmpty());
  AddPackagesOption(app, flags.packages);
  app.add_option(
         "--changed-since", flags.changed_since,
         "Only files that differ from this revision, or whose .dockerignore does; REV... is "
         "where this branch began")
      ->type_name("REV")
      ->check(NotEmpty());
  CLI::Option* config =
      app.add_option("--config", flags.config,
                     "Read this configuration (default: the nearest .cacheplan.toml at or above "
                     "each file, up to the repository's root)")
          ->type_name("FILE");
  app.add_flag("--no-config", flags.no_config, "Read no configuration")->excludes(config);
  CLI::Option* baseline =
      app.add_option("--baseline", flags.baseline, "Report only what this file does not hold")
          ->type_name("FILE");
  app.add_flag("--write-baseline", flags.write_baseline,
               "Write the findings to the file of --baseline and report none")
      ->needs(baseline);
  CLI::Option* safe = app.add_flag("--fix", flags.fix.safe,
                                   "Write the fixes that leave the image as it is into the files");
  app.add_flag("--fix-unsafe", flags.fix.unsafe,
               "The same with those that need a look: other copies, other installs")
      ->excludes(safe);
  app.add_flag("--diff", flags.fix.diff,
               "Show what --fix (or --fix-unsafe, given too) would write; exit 1 if anything");
  app.add_option("--format", flags.format, "The form of the findings")
      ->capture_default_str()
      ->check(OneOf(FormatNames()));
  app.add_option("--color", flags.color, "Colours in text")
      ->capture_default_str()
      ->check(OneOf({"auto", "always", "never"}));
}

Result<std::vector<LintSettings>> LintSettingsFor(const LintFlags& flags,
                                                  const std::vector<std::string>& paths, Io& io) {
  const Result<RuleSet> selected = Rules(flags.select);
  const Result<RuleSet> ignored = Rules(flags.ignore);
  if (!selected.ok() || !ignored.ok()) {
    return selected.ok() ? ignored.status() : selected.status();
  }
  const Result<Knowledge> knowledge = LoadKnowledge(flags.packages, io);
  if (!knowledge.ok()) {
    return knowledge.status();
  }
  const Result<GraphOptions> graph = ToGraphOptions(flags.graph);
  if (!graph.ok()) {
    return graph.status();
  }
  ConfigFinder configs(flags.no_config, flags.config, io.files);
  // The classic builder knows no ignore file of a Dockerfile's own.
  std::map<bool, LintContexts> contexts;
  std::vector<LintSettings> all;
  all.reserve(paths.size());
  for (const std::string& path : paths) {
    const Result<const LintConfig*> config = configs.For(path);
    if (!config.ok()) {
      return config.status();
    }
    LintSettings settings;
    settings.graph = graph.value();
    if (config.value() != nullptr) {
      Configure(*config.value(), path, settings);
    }
    if (!flags.select.empty()) {
      settings.lint.rules = selected.value();
    }
    settings.lint.rules &= ~ignored.value();
    if (!flags.fail_on.empty()) {
      settings.fail_on = ToFailOn(flags.fail_on);
    }
    if (!flags.builder.empty()) {
      settings.lint.classic = flags.builder == Info(BuilderKind::kClassic).name;
    }
    settings.lint.ephemeral = settings.lint.ephemeral || flags.ephemeral;
    if (!flags.base_env.empty()) {
      settings.graph.empty_base_env = flags.base_env == "empty";
    }
    const bool classic = settings.lint.classic;
    const LintContexts& context =
        contexts.try_emplace(classic, flags.context, classic, io.files).first->second;
    if (!context.status().ok()) {
      return context.status();
    }
    Result<std::shared_ptr<const BuildContext>> own = context.For(path);
    if (!own.ok()) {
      return own.status();
    }
    settings.context = std::move(own.value());
    settings.knowledge = knowledge.value();
    all.push_back(std::move(settings));
  }
  return all;
}

Colour ChooseColour(const LintFlags& flags, const Io& io) {
  if (flags.color != "auto") {
    return flags.color == "always" ? Colour::kAlways : Colour::kNever;
  }
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
  };
  const bool terminal = &io.out == &std::cout && ::isatty(STDOUT_FILENO) == 1;
  const bool wanted = set("NO_COLOR").empty() && set("TERM") != "dumb";
  return terminal && wanted ? Colour::kAlways : Colour::kNever;
}

}  // namespace cacheplan::cli
