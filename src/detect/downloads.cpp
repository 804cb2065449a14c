#include "cacheplan/downloads.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include "src/detect/paths.h"

namespace cacheplan {
namespace {

struct ManifestsOnly {
  std::string_view manager;
  std::string_view verb;
  std::string_view flag;
  std::string_view same;
};
constexpr ManifestsOnly kManifestsOnly[] = {
#define MANIFESTS_ONLY(manager_, verb_, flag_, same_) {manager_, verb_, flag_, same_},
#include "grammar/manifests_only.def"
#undef MANIFESTS_ONLY
};

/// The test holds for one of the words of the text, which single blanks part.
template <typename Test>
bool AnyWord(std::string_view text, const Test& test) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (test(text.substr(0, end))) {
      return true;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

bool HasWord(std::string_view text, std::string_view wanted) {
  return AnyWord(text, [wanted](std::string_view word) { return word == wanted; });
}

bool LacksFlag(const StepCommand& command, const ManifestsOnly& row) {
  return command.manager == row.manager && HasWord(command.text, row.verb) &&
         !AnyWord(command.text, [&row](std::string_view word) {
           word = word.substr(0, word.find('='));
           return word == row.flag || HasWord(row.same, word);
         });
}

/// One works where the other does, above or below it; true where that cannot be told.
bool IsNear(const DependencyStep& step, const DependencyStep& other) {
  const auto near = [](std::string_view a, std::string_view b) {
    return a.empty() || b.empty() || detect::IsUnder(a, b) || detect::IsUnder(b, a);
  };
  return step.commands.empty() || other.commands.empty() ||
         std::any_of(step.commands.begin(), step.commands.end(), [&](const StepCommand& own) {
           return std::any_of(
               other.commands.begin(), other.commands.end(),
               [&](const StepCommand& before) { return near(own.directory, before.directory); });
         });
}

}  // namespace

const DependencyStep* EarlierDownload(const Graph& graph, const Dependencies& deps,
                                      std::size_t stage, const DependencyStep& step) {
  // The chain is walked no further than to the answer: there may be very many stages.
  for (std::size_t index = stage;; index = graph.stages[index].base.stage) {
    for (const DependencyStep& other : deps.stages[index].steps) {
      const bool before = index != stage || other.line < step.line;
      if (before && other.kind == StepKind::kProject && other.mode == StepMode::kDownload &&
          other.ecosystem == step.ecosystem && IsNear(step, other) && !TakesNoDependencies(other)) {
        return &other;
      }
    }
    const StageSource& base = graph.stages[index].base;
    if (base.kind != SourceKind::kStage || base.stage >= index) {
      return nullptr;
    }
  }
}

bool MayBeDownloaded(const Graph& graph, const Dependencies& deps, std::size_t stage,
                     const DependencyStep& step) {
  if (!step.source) {
    return false;
  }
  const Instruction* const source = step.source->instruction;
  std::uint32_t before = 0;  // lines of the stage; 0 above the source
  for (std::size_t index = stage;; index = graph.stages[index].base.stage) {
    const bool own = std::ranges::any_of(graph.stages[index].steps, [source](const Step& other) {
      return other.instruction == source;
    });
    before = own ? source->start_line : before == 0 ? 0 : std::numeric_limits<std::uint32_t>::max();
    if (std::ranges::any_of(deps.stages[index].unknown,
                            [before](const UnknownPart& part) { return part.line < before; })) {
      return true;
    }
    const StageSource& base = graph.stages[index].base;
    if (base.kind != SourceKind::kStage || base.stage >= index) {
      return false;
    }
  }
}

bool TakesDownloads(const Dependencies& deps, const Stage& stage, const DependencyStep& step) {
  return std::any_of(stage.edges.begin(), stage.edges.end(), [&](const Edge& edge) {
    if (edge.kind == EdgeKind::kBase || edge.source.kind != SourceKind::kStage ||
        edge.source.stage >= deps.stages.size()) {
      return false;
    }
    const std::vector<DependencyStep>& others = deps.stages[edge.source.stage].steps;
    return std::any_of(others.begin(), others.end(), [&step](const DependencyStep& other) {
      return other.kind == StepKind::kProject && other.ecosystem == step.ecosystem;
    });
  });
}

std::string_view BesideManifests(const DependencyStep& step) {
  return step.manager == "cargo" ? " and an empty src/main.rs or src/lib.rs" : "";
}

bool ManifestsCanComeFirst(const DependencyStep& step) {
  if (step.kind != StepKind::kProject || !step.source ||
      step.source->cause == SourceCause::kFetched || InstallsFiles(step) ||
      TakesNoDependencies(step) || NeedsSource(step)) {
    return false;
  }
  return std::ranges::any_of(
             step.bringers,
             [](const SourceTrigger& bringer) { return bringer.cause != SourceCause::kFetched; }) ||
         std::ranges::any_of(step.files, IsReadHere);
}

std::string_view ManifestsForm(const DependencyStep& step) {
  const auto found =
      std::find_if(step.commands.begin(), step.commands.end(),
                   [](const StepCommand& command) { return !command.manifests_form.empty(); });
  return found == step.commands.end() ? std::string_view() : found->manifests_form;
}

std::string FlagsForManifests(const DependencyStep& step) {
  std::string flags;
  for (const ManifestsOnly& row : kManifestsOnly) {
    const bool lacks =
        std::any_of(step.commands.begin(), step.commands.end(),
                    [&row](const StepCommand& command) { return LacksFlag(command, row); });
    if (lacks && !HasWord(flags, row.flag)) {
      flags.append(flags.empty() ? "" : " ").append(row.flag);
    }
  }
  return flags;
}

bool TakesNoDependencies(const DependencyStep& step) {
  return !step.commands.empty() &&
         std::ranges::all_of(step.commands, &StepCommand::no_dependencies);
}

bool IsReadHere(const VisibleFile& file) {
  return file.in_directory && file.read && file.kind != FileKind::kConfig;
}

bool OutlastsSource(const DependencyStep& step) {
  return step.kind == StepKind::kProject && step.mode == StepMode::kDownload &&
         step.manifests_first == true && !BringsNothingAlone(step) && !TakesNoDependencies(step);
}

bool BringsNothingAlone(const DependencyStep& step) {
  return step.manifests_first == true && !step.source && !step.commands.empty() &&
         std::ranges::none_of(step.commands, [](const StepCommand& command) {
           return command.manifests_form.empty();
         });
}

bool InstallsFiles(const DependencyStep& step) {
  return !step.commands.empty() &&
         std::all_of(step.commands.begin(), step.commands.end(),
                     [](const StepCommand& command) { return command.names_files; });
}

const VisibleFile* MadeManifest(const Stage& stage, const DependencyStep& step) {
  const auto source_is_below = [&stage, &step] {
    return step.source &&
           std::none_of(stage.steps.begin(), stage.steps.end(), [&step](const Step& own) {
             return own.instruction == step.source->instruction;
           });
  };
  const auto is_made = [&source_is_below](const VisibleFile& file) {
    if (!IsReadHere(file) || file.kind != FileKind::kManifest) {
      return false;
    }
    return file.how == Arrived::kWritten ? file.instruction->keyword == Keyword::kRun
                                         : file.how == Arrived::kFromStage && source_is_below();
  };
  const auto found = std::find_if(step.files.begin(), step.files.end(), is_made);
  return found == step.files.end() ? nullptr : &*found;
}

bool NeedsSource(const DependencyStep& step) {
  return std::any_of(step.commands.begin(), step.commands.end(),
                     [](const StepCommand& command) { return command.without_manifests; });
}

}  // namespace cacheplan
