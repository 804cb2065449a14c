#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// Names that promise another value in each build: of the commit or of the build itself, of nothing
/// that a build uses (JAVA_REVISION, FFMPEG_COMMIT stay what they are until a person changes them).
bool IsVolatile(std::string_view name) {
  constexpr std::string_view kOwn[] = {
      "git",         "vcs",       "scm",    "source",   "src",     "build",    "app",
      "application", "image",     "ci",     "docker",   "project", "repo",     "commit",
      "sha",         "sha1",      "ref",    "revision", "hash",    "describe", "date",
      "time",        "timestamp", "number", "num",      "id",      "short",    "full",
      "head",        "current",   "last",   "created",  "at",      "tag",      "arg"};
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
                 (has({"build", "commit", "git", "created"}) &&
                  has({"date", "time", "number", "num", "id", "at"})) ||
                 (has({"vcs", "git", "scm"}) && has({"ref", "hash", "describe", "tag"})));
}

/// The first dependency step of the stage that the variable reaches and that does not read it.
const DependencyStep* FirstHit(const Checker& check, const Stage& stage, std::size_t index,
                               std::string_view name) {
  for (const DependencyStep& step : check.deps.stages[stage.index].steps) {
    if (step.instruction->keyword != Keyword::kRun || step.kind == StepKind::kFetch) {
      continue;
    }
    const bool later =
        std::any_of(stage.steps.begin() + static_cast<std::ptrdiff_t>(index), stage.steps.end(),
                    [&](const Step& own) { return own.instruction == step.instruction; });
    if (later) {
      const bool reads = Reads(check.file.source->Slice(step.instruction->span), name);
      return reads ? nullptr : &step;
    }
  }
  return nullptr;
}

void Say(Checker& check, const StepRef& step, std::string_view name, Span span,
         std::string_view what) {
  const DependencyStep* hit = FirstHit(check, *step.stage, step.index, name);
  if (hit == nullptr) {
    return;
  }
  check.At(
      RuleId::kVolatileValueEarly, step, span,
      {fmt::format("{} {} looks like it changes with every build", what, name),
       fmt::format("each new value runs every later RUN of the stage again, `{}` (line {}) the "
                   "first of those that download",
                   hit->command, hit->line),
       fmt::format("move it below line {}, just above the step that needs it", hit->line)});
}

}  // namespace

void CheckVolatileValueEarly(Checker& check) {
  for (const Keyword keyword : {Keyword::kArg, Keyword::kEnv}) {
    for (const PairsRef& step : check.Pairs(keyword)) {
      if (check.deps.stages[step.step.stage->index].steps.empty()) {
        continue;
      }
      for (const KeyValue& pair : step.pairs) {
        // A value that the file gives is one that a person changes, unless it comes from a
        // variable.
        const bool fixed = pair.value && !pair.value->text.empty() &&
                           pair.value->text.find('$') == std::string_view::npos;
        if (!fixed && IsVolatile(pair.key.text)) {
          Say(check, step.step, pair.key.text, pair.key.span, KeywordName(keyword));
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
        Say(check, step.step, pair.key.text, pair.key.span, "LABEL");
      }
    }
  }
}

}  // namespace cacheplan::lint
