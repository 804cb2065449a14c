#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/downloads.h"
#include "cacheplan/text.h"

#include "src/plan/parts.h"

namespace cacheplan::plan {
namespace {

bool Contains(const std::vector<std::size_t>& list, std::size_t item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

/// The tips of FROM chains: stages that no other stage of the list is built FROM, and whose chain
/// downloads something. The target is no tip: it has an image anyway.
std::vector<std::size_t> Tips(const Inputs& in, const std::vector<std::size_t>& built) {
  std::vector<bool> is_base(in.graph.stages.size(), false);
  for (const std::size_t stage : built) {
    const StageSource& base = in.graph.stages[stage].base;
    if (base.kind == SourceKind::kStage) {
      is_base[base.stage] = true;
    }
  }
  // Whether a chain downloads, from its base up: file order has bases first.
  std::vector<bool> downloads(in.graph.stages.size(), false);
  std::vector<std::size_t> tips;
  for (const Stage& stage : in.graph.stages) {
    downloads[stage.index] = Downloads(in, stage.index) ||
                             (stage.base.kind == SourceKind::kStage && downloads[stage.base.stage]);
    if (downloads[stage.index] && !is_base[stage.index] && stage.index != in.graph.target &&
        Contains(built, stage.index)) {
      tips.push_back(stage.index);
    }
  }
  return tips;
}

constexpr std::string_view kWords[] = {"deps", "tips", "all", "none"};

/// A stage by the name that the user gave.
Status FindNamed(const Inputs& in, const std::vector<std::size_t>& built, const std::string& name,
                 std::size_t& index) {
  const Stage* stage = in.graph.Find(name);
  if (stage == nullptr) {
    std::vector<std::string_view> names = StageNames(in.graph);
    names.insert(names.begin(), std::begin(kWords), std::end(kWords));
    const std::string_view nearest = Nearest(ToLower(name), names);
    return Status::Usage(fmt::format(
        "--stages {}: no stage has this name{}; give deps, tips, all, none, or names of stages",
        name, nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest)));
  }
  if (stage->index == in.graph.target) {
    return Status::Usage(fmt::format(
        "--stages {}: this is the target itself, whose image is the -t one; leave it out", name));
  }
  if (!Contains(built, stage->index)) {
    return Status::Usage(
        fmt::format("--stages {}: the target {} does not need this stage; leave it out", name,
                    in.graph.stages[in.graph.target].Label()));
  }
  index = stage->index;
  return Status::Ok();
}

/// True when it downloads, or what it brings is not known.
bool MayDownload(const Inputs& in, std::size_t stage) {
  return Downloads(in, stage) || !in.deps.stages[stage].unknown.empty();
}

/// Nobody asked for this very stage, so that the plan can do without its image.
Diagnostic NoImage(const Inputs& in, std::size_t index) {
  const Stage& stage = in.graph.stages[index];
  return {Diag::kNoImageForStage, stage.from->span, stage.line,
          stage.name.empty()
              ? fmt::format("{} downloads dependencies, and gets no image: it has no name",
                            stage.Label())
              : fmt::format("{} downloads dependencies, and gets no image: a later stage has the "
                            "same name",
                            Quoted(stage.name)),
          stage.name.empty() ? "write AS NAME in this FROM, and it gets one"
                             : "give each stage a name of its own, and it gets one"};
}

}  // namespace

std::vector<std::string_view> StageNames(const Graph& graph) {
  std::vector<std::string_view> names;
  for (const Stage& stage : graph.stages) {
    if (!stage.name.empty()) {
      names.push_back(stage.name);
    }
  }
  return names;
}

bool CanBeTarget(const Inputs& in, std::size_t index) {
  const std::string& name = in.graph.stages[index].name;
  return !name.empty() && in.graph.Find(name)->index == index;
}

std::vector<std::size_t> PassedStages(const Inputs& in, const std::vector<std::size_t>& kept) {
  std::vector<std::size_t> passed;
  if (Info(in.options.builder).buildkit || kept.empty()) {
    return passed;
  }
  std::vector<bool> led_to(in.graph.stages.size(), false);  // by an image that builds name
  const auto lead_to = [&](std::size_t stage) {
    while (stage != kNoStage && !led_to[stage]) {
      led_to[stage] = true;
      const StageSource& base = in.graph.stages[stage].base;
      stage = base.kind == SourceKind::kStage ? base.stage : kNoStage;
    }
  };
  std::for_each(kept.begin(), kept.end(), lead_to);
  for (std::size_t at = kept.back(); at-- > 0;) {
    const std::span<const Step> steps = in.graph.stages[at].steps;
    if (!led_to[at] && std::any_of(steps.begin(), steps.end(), [](const Step& step) {
          return step.instruction->keyword == Keyword::kRun;
        })) {
      passed.push_back(at);
    }
  }
  std::reverse(passed.begin(), passed.end());
  return passed;
}

bool Downloads(const Inputs& in, std::size_t stage) { return !in.deps.stages[stage].steps.empty(); }

bool RunsWithSource(const DependencyStep& step) {
  if (step.source) {
    return step.source->cause == SourceCause::kCopied ||
           step.source->cause == SourceCause::kMounted;
  }
  return step.manifests_first == false;
}

RunFacts FindRunFacts(const Graph& graph, const Dependencies& deps) {
  RunFacts facts{FindMounted(graph, deps), {}};
  const auto compiles_tool = [](const KnownCommand& command) {
    return std::any_of(command.facts.begin(), command.facts.end(), [](const CommandFact& fact) {
      return fact.activity == Activity::kTool && fact.compiles;
    });
  };
  for (const StageDependencies& stage : deps.stages) {
    for (const RunCommands& run : stage.runs) {
      if (std::any_of(run.commands.begin(), run.commands.end(), compiles_tool)) {
        facts.compile_tools.insert(run.instruction);
      }
    }
  }
  return facts;
}

const DependencyStep* WorthKeeping(const Inputs& in, std::size_t stage) {
  const StageDependencies& deps = in.deps.stages[stage];
  const auto first = [&](const auto& test) {
    const auto found =
        std::find_if(deps.steps.begin(), deps.steps.end(), [&](const DependencyStep& step) {
          return StaysOnMount(in.runs.mounted, step) == nullptr && test(step);
        });
    return found == deps.steps.end() ? nullptr : &*found;
  };
  const DependencyStep* const project = deps.is_dependency_stage ? first(OutlastsSource) : nullptr;
  if (project != nullptr) {
    return project;
  }
  // One that only makes tools for others: minutes, for what depends on its text alone.
  const std::span<const Step> steps = in.graph.stages[stage].steps;
  if (deps.role == StageRole::kBuild && std::none_of(steps.begin(), steps.end(), CopiesContext)) {
    return first([&](const DependencyStep& step) {
      return step.kind == StepKind::kTool && !RunsWithSource(step) &&
             in.runs.compile_tools.contains(step.instruction);
    });
  }
  // One that only fetches for others, though no manifest of the project says what. Packages of the
  // system alone are quick to install again, and most stages have some.
  if (deps.role != StageRole::kDeps) {
    return nullptr;
  }
  return first([](const DependencyStep& step) {
    return (step.kind == StepKind::kProject || step.kind == StepKind::kTool) &&
           !RunsWithSource(step);
  });
}

std::vector<std::size_t> BuiltStages(const Inputs& in) {
  if (Info(in.options.builder).buildkit) {
    return in.graph.order;
  }
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i <= in.graph.target; ++i) {
    all.push_back(i);
  }
  return all;
}

bool IsStagesWord(std::string_view word) {
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

bool Asks(const PlanOptions& options, std::string_view word) {
  return std::find(options.stages.begin(), options.stages.end(), word) != options.stages.end();
}

std::string StagesWith(const PlanOptions& options, std::string_view name) {
  std::string text;
  for (const std::string& word : options.stages) {
    text += word == "none" ? "" : word + ",";
  }
  return text.append(IsStagesWord(name) ? ToUpper(name) : name);
}

StageChoice ChooseStages(const Inputs& in) {
  StageChoice choice;
  const std::vector<std::size_t> built = BuiltStages(in);
  if (Asks(in.options, "deps")) {
    for (const std::size_t stage : built) {
      if (stage == in.graph.target || WorthKeeping(in, stage) == nullptr) {
        continue;
      }
      if (CanBeTarget(in, stage)) {
        choice.stages.push_back(stage);
      } else if (in.deps.stages[stage].is_dependency_stage) {
        choice.warnings.push_back(NoImage(in, stage));
      }
    }
  }
  if (Asks(in.options, "all")) {
    for (const std::size_t stage : built) {
      // A stage without an instruction has no layer of its own. One that cannot be built alone is
      // refused below, unless there is nothing in it that a later machine would miss.
      if (stage != in.graph.target && !in.graph.stages[stage].steps.empty() &&
          (CanBeTarget(in, stage) || MayDownload(in, stage))) {
        choice.stages.push_back(stage);
      }
    }
  }
  if (Asks(in.options, "tips")) {
    const std::vector<std::size_t> tips = Tips(in, built);
    choice.stages.insert(choice.stages.end(), tips.begin(), tips.end());
  }
  for (const std::string& name : in.options.stages) {
    if (IsStagesWord(name)) {
      continue;
    }
    std::size_t stage = 0;
    choice.status = FindNamed(in, built, name, stage);
    if (!choice.status.ok()) {
      return choice;
    }
    choice.stages.push_back(stage);
  }
  std::sort(choice.stages.begin(), choice.stages.end());
  choice.stages.erase(std::unique(choice.stages.begin(), choice.stages.end()), choice.stages.end());
  for (const std::size_t index : choice.stages) {
    if (CanBeTarget(in, index)) {
      continue;
    }
    const Stage& stage = in.graph.stages[index];
    if (stage.name.empty()) {
      choice.diagnostics.push_back(
          {Diag::kUnnamedStage, stage.from->span, stage.line,
           fmt::format("{} must be built on its own, and --target takes a name only",
                       stage.Label()),
           "add AS NAME to this FROM, or choose other stages with --stages"});
    } else {
      choice.diagnostics.push_back(
          {Diag::kUnnamedStage, stage.from->span, stage.line,
           fmt::format("{} must be built on its own, and a later stage has the same name",
                       Quoted(stage.name)),
           "give each stage a name of its own"});
    }
  }
  return choice;
}

}  // namespace cacheplan::plan
