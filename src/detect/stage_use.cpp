// How the stages of a file use each other.
#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "cacheplan/commands.h"
#include "cacheplan/downloads.h"
#include "cacheplan/globs.h"

#include "src/detect/stage_facts.h"

namespace cacheplan::detect {
namespace {

/// `test-base-${KIND}` as the pattern `test-base-*`; "" when nothing but variables is left.
std::string NamePattern(std::string_view written) {
  std::string pattern;
  bool literal = false;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written[i] != '$') {
      pattern += written[i];
      literal = true;
      continue;
    }
    pattern += '*';
    if (i + 1 < written.size() && written[i + 1] == '{') {
      i = std::min(written.find('}', i), written.size() - 1);
    } else {
      while (i + 1 < written.size() &&
             (std::isalnum(static_cast<unsigned char>(written[i + 1])) != 0 ||
              written[i + 1] == '_')) {
        ++i;
      }
    }
  }
  return literal ? pattern : "";
}

/// FROM test-base-${KIND}: with other arguments it is another stage, which is then a base too.
void NoteChoices(const Graph& graph, std::vector<StageFacts>& facts) {
  constexpr std::size_t kMaxChoices = 50;  // no file that is read by people has more
  std::size_t choices = 0;
  for (const Stage& stage : graph.stages) {
    const std::string_view written = AsFrom(*stage.from).base.text;
    if (written.find('$') == std::string_view::npos || choices == kMaxChoices) {
      continue;
    }
    const std::string pattern = NamePattern(written);
    if (pattern.empty()) {
      continue;
    }
    ++choices;
    for (std::size_t i = 0; i < stage.index; ++i) {
      if (!graph.stages[i].name.empty() && GlobMatches(pattern, graph.stages[i].name)) {
        facts[i].is_base = true;
      }
    }
  }
}

}  // namespace

void NoteUse(const Graph& graph, std::vector<StageFacts>& facts) {
  for (const Stage& stage : graph.stages) {
    for (const Edge& edge : stage.edges) {
      if (edge.source.kind == SourceKind::kStage && edge.source.stage < facts.size()) {
        (edge.kind == EdgeKind::kBase ? facts[edge.source.stage].is_base
                                      : facts[edge.source.stage].is_copied) = true;
      }
    }
  }
  NoteChoices(graph, facts);
}

bool CopiesTestsOnly(const Stage& stage, const Dependencies& before) {
  bool tests = false;
  for (const Step& step : stage.steps) {
    const bool from_test = step.instruction->keyword == Keyword::kCopy && step.from &&
                           step.from->kind == SourceKind::kStage &&
                           step.from->stage < before.stages.size() &&
                           (before.stages[step.from->stage].role == StageRole::kTest ||
                            before.stages[step.from->stage].role == StageRole::kAlias);
    if (!from_test) {
      return false;
    }
    tests = tests || before.stages[step.from->stage].role == StageRole::kTest;
  }
  return tests;
}

void NoteDependencyStage(Arena& arena, StageDependencies& dependencies) {
  const auto worth = std::ranges::find_if(dependencies.steps, OutlastsSource);
  if (worth != dependencies.steps.end()) {
    dependencies.is_dependency_stage = true;
    dependencies.why.Add(
        arena, arena.Concat({"Dependency stage: line ", std::to_string(worth->line),
                             " fetches what the manifests declare, and a change of ordinary source "
                             "does not run it again."}));
  }
}

}  // namespace cacheplan::detect
