// What annotations make of the steps of their instruction.
#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/globs.h"

#include "src/detect/annotations.h"
#include "src/detect/paths.h"
#include "src/detect/step_facts.h"

namespace cacheplan::detect {
namespace {

/// Makes `steps`, those of one instruction, what the annotations say.
void ApplyAnnotations(const std::vector<Annotation>& annotations, const DependencyStep& blank,
                      Arena& arena, std::vector<DependencyStep>& steps) {
  for (const Annotation& annotation : annotations) {
    if (annotation.none) {
      steps.clear();
      continue;
    }
    auto found = std::find_if(steps.begin(), steps.end(), [&](const DependencyStep& step) {
      return step.kind == annotation.kind && step.ecosystem == annotation.ecosystem;
    });
    if (found == steps.end()) {
      DependencyStep step = blank;
      step.kind = annotation.kind;
      step.ecosystem = annotation.ecosystem;
      step.mode.reset();
      if (step.kind == StepKind::kProject) {
        step.mode = StepMode::kDownload;
      } else {
        step.manifests_first.reset();
      }
      found = steps.insert(steps.end(), step);
    }
    found->annotated = true;
    if (annotation.mode) {
      found->mode = annotation.mode;
    }
    if (!annotation.manifests.empty()) {
      found->manifests = ArenaList(arena.Copy(annotation.manifests));
    }
    std::string says = fmt::format("The annotation at line {} says so: a {} step of {}",
                                   annotation.line, Name(found->kind), found->ecosystem);
    if (!annotation.manifests.empty()) {
      says += fmt::format(" that depends on {}", fmt::join(annotation.manifests, ", "));
    }
    ArenaList<std::string_view> why;
    why.Add(arena, arena.Concat({says, "."}));
    why.Append(arena, found->why);
    found->why = why;
  }
}

/// The file, or a folder that may hold it.
bool MayBring(const Content& content, std::string_view manifest) {
  return content.folder || content.name.find('.') == std::string_view::npos ||
         GlobMatches(content.name, LastComponent(manifest));
}

/// Says which of the named manifests no instruction has brought, where that can be told.
void NoteMissing(const Arrivals& arrivals, Arena& arena, DependencyStep& found) {
  if (!arrivals.sources.empty() || arrivals.fetched || !arrivals.stage_sources.empty() ||
      !arrivals.MayRead((arrivals.files.size() + arrivals.written.size()) *
                        found.manifests.size())) {
    return;
  }
  for (const std::string_view manifest : found.manifests) {
    const auto brings = [manifest](const std::vector<Content>& list) {
      return std::any_of(list.begin(), list.end(), [manifest](const Content& content) {
        return MayBring(content, manifest);
      });
    };
    if (!brings(arrivals.files) && !brings(arrivals.written) && !brings(arrivals.stage_files) &&
        !brings(arrivals.stage_manifests)) {
      found.why.Add(arena, arena.Concat({"No line before it brings ", manifest, "."}));
    }
  }
}

}  // namespace

bool Annotate(const std::vector<Annotation>& annotations, const Instruction& instruction,
              std::string_view shown, std::size_t unknown, const Arrivals& arrivals, Arena& arena,
              StageDependencies& dependencies) {
  dependencies.unknown.resize(unknown);
  const auto first =
      std::find_if(dependencies.steps.begin(), dependencies.steps.end(),
                   [&](const DependencyStep& found) { return found.instruction == &instruction; });
  std::vector<DependencyStep> own(first, dependencies.steps.end());
  dependencies.steps.erase(first, dependencies.steps.end());
  DependencyStep blank;
  blank.instruction = &instruction;
  blank.line = instruction.start_line;
  blank.manager = "annotation";
  blank.command = shown;
  ApplyAnnotations(annotations, blank, arena, own);
  bool builds = false;
  for (DependencyStep& found : own) {
    if (found.kind == StepKind::kProject && found.commands.empty()) {
      AnswerForAnnotation(arrivals, arena, found);
      NoteMissing(arrivals, arena, found);
      builds = builds || found.mode == StepMode::kBuild;
    }
    dependencies.steps.push_back(found);
  }
  if (own.empty()) {
    dependencies.why.Add(arena, arena.Copy(fmt::format(
                                    "Line {} downloads nothing: the annotation at line {} says so.",
                                    instruction.start_line, annotations.front().line)));
  }
  return builds;
}

}  // namespace cacheplan::detect
