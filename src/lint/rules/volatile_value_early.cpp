#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/reading.h"
#include "src/lint/registry.h"
#include "src/lint/unused_arg.h"

namespace cacheplan::lint {
namespace {

/// Names that promise another value in each build: of the commit or of the build itself, of nothing
/// that a build uses (JAVA_REVISION, FFMPEG_COMMIT stay what they are until a person changes them).
bool IsVolatile(std::string_view name) {
  constexpr std::string_view kOwn[] = {
      "git",   "vcs",      "scm",    "source",   "src",    "build",   "app",       "application",
      "image", "ci",       "docker", "project",  "repo",   "commit",  "sha",       "sha1",
      "ref",   "revision", "hash",   "describe", "date",   "time",    "timestamp", "number",
      "num",   "id",       "short",  "full",     "head",   "current", "last",      "created",
      "at",    "tag",      "arg",    "github",   "gitlab", "run",     "pipeline",  "job"};
  const std::vector<std::string> parts = NameParts(name);
  const auto has = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
      return std::find(words.begin(), words.end(), part) != words.end();
    });
  };
  const bool own = std::all_of(parts.begin(), parts.end(), [&](const std::string& part) {
    return std::find(std::begin(kOwn), std::end(kOwn), part) != std::end(kOwn);
  });
  return own && (has({"commit", "revision", "sha", "sha1", "timestamp"}) ||
                 (has({"build", "commit", "git", "created", "run", "pipeline", "job"}) &&
                  has({"date", "time", "number", "num", "id", "at"})) ||
                 (has({"vcs", "git", "scm"}) && has({"ref", "hash", "describe", "tag"})));
}

/// What stands where a build gives no value: it says that each should.
bool IsPlaceholder(std::string_view value) {
  constexpr std::string_view kNone[] = {"unknown",   "none",  "dev",     "local",   "unset",
                                        "undefined", "null",  "n/a",     "na",      "unspecified",
                                        "empty",     "dirty", "default", "missing", "0"};
  constexpr std::string_view kQuotes = "\"'";
  const std::size_t begin = value.find_first_not_of(kQuotes);
  if (begin == std::string_view::npos) {
    return true;
  }
  value = value.substr(begin, value.find_last_not_of(kQuotes) + 1 - begin);
  return std::any_of(std::begin(kNone), std::end(kNone),
                     [&](std::string_view none) { return EqualFold(value, none); });
}

/// A value that the file gives is one that a person changes, unless it comes from a variable.
bool IsFixed(const KeyValue& pair, Keyword keyword) {
  return pair.value && pair.value->text.find('$') == std::string_view::npos &&
         !(keyword == Keyword::kArg && IsPlaceholder(pair.value->text));
}

/// The first dependency step that the variable reaches, unless that reads it.
const DependencyStep* FirstHit(const Checker& check, const StepRef& step, std::string_view name) {
  const DependencyStep* first =
      FirstDependencyAfter(check, *step.stage, step.index, [](const DependencyStep& dependency) {
        return dependency.instruction->keyword == Keyword::kRun &&
               dependency.kind != StepKind::kFetch;
      });
  return first != nullptr && Reads(check.file.source->Slice(first->instruction->span), name)
             ? nullptr
             : first;
}

/// Names of what was reported: an ENV or a LABEL that takes its value from one tells nothing new.
using Told = std::unordered_set<std::string_view>;

void Say(Checker& check, const StepRef& step, const KeyValue& pair, Told& told) {
  const bool repeats = pair.value && AnyVariable(pair.value->text, [&](std::string_view name) {
                         return told.contains(name);
                       });
  const DependencyStep* hit = repeats ? nullptr : FirstHit(check, step, pair.key.text);
  if (hit == nullptr) {
    return;
  }
  told.insert(pair.key.text);
  const bool same_stage =
      std::any_of(step.stage->steps.begin(), step.stage->steps.end(),
                  [&](const Step& own) { return own.instruction == hit->instruction; });
  check.At(RuleId::kVolatileValueEarly, step, pair.key.span,
           {fmt::format("{} {} looks like it changes with every build",
                        KeywordName(step.instruction().keyword), pair.key.text),
            fmt::format("each new value runs every later RUN of the stage{} again, `{}` (line {}) "
                        "the first of those that download",
                        same_stage ? "" : " and of those built FROM it", hit->command, hit->line),
            same_stage
                ? fmt::format("move it below line {}, just above the step that needs it", hit->line)
                : "move it to the stage that needs it, just above the step that reads it"});
}

}  // namespace

void CheckVolatileValueEarly(Checker& check) {
  Told told;
  for (const Keyword keyword : {Keyword::kArg, Keyword::kEnv}) {
    for (const PairsRef& step : check.Pairs(keyword)) {
      for (const KeyValue& pair : step.pairs) {
        if (!IsFixed(pair, keyword) && IsVolatile(pair.key.text) &&
            // One that nothing reads is better removed than moved, and CP312 says so.
            (keyword != Keyword::kArg || HitByUnused(check, step, pair.key.text) == nullptr)) {
          Say(check, step.step, pair, told);
        }
      }
    }
  }
  if (!check.options.classic) {
    return;  // a LABEL runs nothing again on BuildKit
  }
  for (const PairsRef& step : check.Pairs(Keyword::kLabel)) {
    for (const KeyValue& pair : step.pairs) {
      if (pair.value && pair.value->text.find('$') != std::string_view::npos) {
        Say(check, step.step, pair, told);
      }
    }
  }
}

}  // namespace cacheplan::lint
