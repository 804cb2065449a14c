#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// Read from the environment by what runs, named nowhere.
bool IsReadByPrograms(std::string_view name) {
  constexpr std::string_view kPrefixes[] = {
      "NPM_",    "npm_",       "NODE",        "YARN_",     "PNPM_",  "PIP_",    "UV_",
      "POETRY_", "PYTHON",     "GO",          "CGO_",      "CARGO",  "RUST",    "MAVEN",
      "MVN_",    "GRADLE",     "JAVA",        "JVM_",      "BUNDLE", "GEM_",    "RAILS",
      "RACK",    "COMPOSER",   "PHP",         "DOTNET",    "NUGET",  "DEBIAN_", "APT_",
      "LC_",     "LANG",       "TZ",          "PATH",      "HOME",   "HTTP",    "http",
      "HTTPS",   "https",      "NO_PROXY",    "no_proxy",  "ALL_",   "FTP_",    "CC",
      "CXX",     "CFLAGS",     "CPPFLAGS",    "LDFLAGS",   "MAKE",   "CMAKE",   "CONAN",
      "VITE_",   "REACT_APP_", "NEXT_",       "NUXT_",     "VUE_",   "MIX_",    "HEX_",
      "SHELL",   "TERM",       "SOURCE_DATE", "BUILDKIT_", "SECRET", "AWS_",    "GIT_",
      "GITHUB_", "CI",         "PIPENV",      "PKG_",      "LD_",    "TARGET",  "BUILD",
      "CACHE",   "NOCACHE",    "REFRESH",     "FORCE"};
  // One that says so is there to run the steps below it again.
  return name.empty() || name.find("BUST") != std::string_view::npos ||
         name.find("_PATH") != std::string_view::npos ||
         std::any_of(std::begin(kPrefixes), std::end(kPrefixes), [&](std::string_view prefix) {
           return prefix.front() == name.front() && name.starts_with(prefix);
         });
}

/// A program that this file does not show, which may read any variable.
bool RunsFile(const KnownCommand& known) {
  const SimpleCommand& command = known.command;
  const std::string_view name = command.name();
  return (known.facts.empty() && command.words.front().text.find('/') != std::string::npos) ||
         ((name.substr(0, 6) == "python" || name == "bash" || name == "sh" || name == "node") &&
          known.facts.empty()) ||
         name == "make" || name == "xx-info" || name.substr(0, 3) == "xx-";
}

/// The steps of the stage below the ARG are all read to their end.
bool AllKnown(const Checker& check, const StepRef& arg) {
  const StageDependencies& deps = check.deps.stages[arg.stage->index];
  return std::all_of(deps.runs.begin(), deps.runs.end(), [](const RunCommands& run) {
    return run.all_known && std::none_of(run.commands.begin(), run.commands.end(), RunsFile);
  });
}

}  // namespace

void CheckUnusedArgInScope(Checker& check) {
  const std::string_view text = check.file.source->text();
  for (const PairsRef& arg : check.Pairs(Keyword::kArg)) {
    if (arg.step.triggered) {
      continue;
    }
    const std::vector<DependencyStep>& steps = check.deps.stages[arg.step.stage->index].steps;
    const auto hit = std::find_if(steps.begin(), steps.end(), [&](const DependencyStep& step) {
      return step.instruction->keyword == Keyword::kRun && step.mode != StepMode::kBuild &&
             step.line > arg.instruction().start_line;
    });
    if (hit == steps.end()) {
      continue;
    }
    const std::string_view below = text.substr(arg.instruction().span.end);
    for (const KeyValue& pair : arg.pairs) {
      if (IsReadByPrograms(pair.key.text) || below.find(pair.key.text) != std::string_view::npos ||
          !AllKnown(check, arg.step)) {
        continue;
      }
      check.At(RuleId::kUnusedArgInScope, arg.step, pair.key.span,
               {fmt::format("nothing below reads ARG {}", pair.key.text),
                fmt::format("another value runs every later RUN of the stage again, `{}` (line {}) "
                            "among them",
                            hit->command, hit->line),
                "remove it, or move it to the step that needs it"});
    }
  }
}

}  // namespace cacheplan::lint
