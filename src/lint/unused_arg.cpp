#include "src/lint/unused_arg.h"

#include <algorithm>

#include "src/lint/reading.h"

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

/// Names that configuration files of package managers ask the environment for: where to fetch from,
/// and who asks.
bool IsForConfiguration(std::string_view name) {
  constexpr std::string_view kParts[] = {
      "token",  "key",         "password", "passwd", "pass",   "auth",  "user", "username",
      "secret", "credentials", "registry", "index",  "mirror", "proxy", "feed", "repository"};
  const std::vector<std::string> parts = NameParts(name);
  return std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
    return std::find(std::begin(kParts), std::end(kParts), part) != std::end(kParts);
  });
}

/// A program that this file does not show, or that hands its environment on: either may read any
/// variable.
bool MayReadAny(const KnownCommand& known) {
  constexpr std::string_view kNames[] = {"make", "xx-info",  "bash",   "sh",       ".",   "source",
                                         "env",  "printenv", "export", "envsubst", "set", "declare",
                                         "node", "deno",     "ruby",   "php",      "perl"};
  const SimpleCommand& command = known.command;
  const std::string_view name = command.name();
  if (!known.facts.empty()) {
    // The project's own source runs: a bundler takes what it is told to from the environment.
    constexpr Activities kRuns = {Activity::kCompile, Activity::kTest, Activity::kProjectBuild,
                                  Activity::kProjectTest};
    return Does(known, kRuns);
  }
  return (!command.words.empty() &&
          command.words.front().text.find('/') != std::string_view::npos) ||
         name.starts_with("python") || name.starts_with("xx-") ||
         std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

/// The steps of the stages that it holds in are all read to their end, and none reads it. (A
/// comment that names it is no reader.)
bool NobodyReads(const Checker& check, const std::vector<const Stage*>& stages, const PairsRef& arg,
                 std::string_view name) {
  for (const Stage* stage : stages) {
    for (const RunCommands& run : check.deps.stages[stage->index].runs) {
      if (!run.all_known || std::any_of(run.commands.begin(), run.commands.end(), MayReadAny)) {
        return false;
      }
    }
    const std::size_t first = stage == arg.step.stage ? arg.step.index + 1 : 0;
    for (std::size_t i = first; i < stage->steps.size(); ++i) {
      const std::string_view text = check.file.source->Slice(stage->steps[i].instruction->span);
      if (text.find(name) != std::string_view::npos) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

const DependencyStep* HitByUnused(const Checker& check, const PairsRef& arg,
                                  std::string_view name) {
  if (arg.step.triggered || IsReadByPrograms(name) || IsForConfiguration(name)) {
    return nullptr;
  }
  const DependencyStep* hit =
      FirstDependencyAfter(check, *arg.step.stage, arg.step.index, [](const DependencyStep& step) {
        return step.instruction->keyword == Keyword::kRun && step.mode != StepMode::kBuild;
      });
  return hit != nullptr && NobodyReads(check, StagesAbove(check, *arg.step.stage), arg, name)
             ? hit
             : nullptr;
}

}  // namespace cacheplan::lint
