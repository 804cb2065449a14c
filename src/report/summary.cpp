#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/downloads.h"
#include "cacheplan/report.h"
#include "cacheplan/text.h"

#include "src/report/graph_parts.h"

namespace cacheplan {
namespace {

constexpr std::size_t kShownStages = 12;  // what leaves room on one screen for the rest
constexpr std::size_t kShownSteps = 8;
constexpr std::size_t kShownCommand = 60;

std::string Shorten(std::string_view text) {
  return fmt::format("{}{}", text.substr(0, kShownCommand), text.size() > kShownCommand ? "…" : "");
}

/// Stages as a tree by their bases: who is built FROM whom.
class Tree {
 public:
  Tree(const Graph& graph, const Dependencies& deps) : graph_(graph), deps_(deps) {
    children_.resize(graph.stages.size());
    for (const Stage& stage : graph.stages) {
      if (stage.base.kind == SourceKind::kStage) {
        children_[stage.base.stage].push_back(stage.index);
      }
    }
  }

  std::string Run() {
    // Depth-first without recursion: a chain of stages may be long.
    std::vector<std::pair<std::size_t, std::size_t>> open;  // stage, depth
    for (auto it = graph_.stages.rbegin(); it != graph_.stages.rend(); ++it) {
      if (it->base.kind != SourceKind::kStage) {
        open.emplace_back(it->index, 0);
      }
    }
    std::size_t shown = 0;
    while (!open.empty() && shown < kShownStages) {
      const auto [index, depth] = open.back();
      open.pop_back();
      ++shown;
      Line(graph_.stages[index], depth);
      for (auto it = children_[index].rbegin(); it != children_[index].rend(); ++it) {
        open.emplace_back(*it, depth + 1);
      }
    }
    if (shown < graph_.stages.size()) {
      out_ += fmt::format("  … {} more; see 'cacheplan graph'\n", graph_.stages.size() - shown);
    }
    return std::move(out_);
  }

 private:
  void Line(const Stage& stage, std::size_t depth) {
    constexpr std::size_t kDeepest = 6;
    const std::string indent(2 * std::min(depth, kDeepest), ' ');
    std::string marks(Name(Of(deps_, stage).role));
    if (stage.index == graph_.target) {
      marks += ", target";
    } else if (!stage.reachable) {
      marks += ", not needed";
    }
    const std::string from =
        stage.base.kind == SourceKind::kStage ? "" : " from " + Describe(graph_, stage.base);
    out_ += fmt::format("  {}{}{} ({})\n", indent, stage.Label(), from, marks);
  }

  const Graph& graph_;
  const Dependencies& deps_;
  std::vector<std::vector<std::size_t>> children_;
  std::string out_;
};

std::string Verdict(const Graph& graph, const Dependencies& deps) {
  std::vector<std::string> stages;
  std::vector<std::string> mounted;
  std::vector<std::string> late;
  const MountedRuns mounts = FindMounted(graph, deps);
  bool unnamed = false;
  bool any = false;
  for (const Stage& stage : graph.stages) {
    const StageDependencies& facts = Of(deps, stage);
    if (!stage.reachable) {
      continue;
    }
    any = any || !facts.steps.empty();
    const bool on_mounts = StaysOnMounts(facts, mounts);
    if (facts.is_dependency_stage && on_mounts) {
      mounted.push_back(stage.Label());
    } else if (facts.is_dependency_stage) {
      stages.push_back(stage.Label());
      unnamed = unnamed || (stage.name.empty() && stage.index != graph.target);
    }
    for (const DependencyStep& step : facts.steps) {
      if (step.manifests_first == false && ManifestsCanComeFirst(step) &&
          EarlierDownload(graph, deps, stage.index, step) == nullptr &&
          !MayBeDownloaded(graph, deps, stage.index, step)) {
        late.push_back(fmt::format("line {}", step.line));
      }
    }
  }
  std::string out;
  if (!stages.empty()) {
    out +=
        fmt::format("{} can be reused by a fresh machine: {} only when manifests change.\n",
                    fmt::join(stages, ", "), stages.size() == 1 ? "it downloads" : "they download");
  }
  if (!mounted.empty()) {
    out += fmt::format("What {} on a cache mount: a fresh machine downloads it again.\n",
                       mounted.size() == 1
                           ? mounted.front() + " downloads stays"
                           : fmt::format("{} download stays", fmt::join(mounted, ", ")));
  }
  if (unnamed) {
    out += "A stage without a name cannot be built on its own: add AS NAME to its FROM.\n";
  }
  if (!late.empty()) {
    out += fmt::format("Every change of source downloads again at {}: copy the manifests first.\n",
                       fmt::join(late, ", "));
  }
  if (!any) {
    out += "No step of the target downloads anything: there is nothing to reuse.\n";
  } else if (out.empty()) {
    out += "No stage holds the project's dependencies alone.\n";
  }
  return out;
}

/// A plan for the file. What context it is built with, a file in another folder does not say; one
/// from standard input must first be one.
std::string NextCommand(std::string_view path) {
  const std::string file = path == "-" ? "FILE" : ShellQuote(path);
  const bool here = path != "-" && path.find('/') == std::string_view::npos;
  return fmt::format("cacheplan plan -f {} -t IMAGE{}", file, here ? "" : " CONTEXT");
}

}  // namespace

std::string RenderSummary(const Dockerfile& file, const Graph& graph, const Dependencies& deps) {
  std::string out =
      fmt::format("{}: {}\n\n", file.source->name(), Count(graph.stages.size(), "stage"));
  if (graph.stages.empty()) {
    return out;
  }
  out += Tree(graph, deps).Run();
  std::vector<const DependencyStep*> steps;
  for (const StageDependencies& stage : deps.stages) {
    for (const DependencyStep& step : stage.steps) {
      steps.push_back(&step);
    }
  }
  if (!steps.empty()) {
    out += "\nDownloads\n";
  }
  for (std::size_t i = 0; i < steps.size() && i < kShownSteps; ++i) {
    out += fmt::format("  line {:<4} {:<8} {:<8} {}\n", steps[i]->line, Name(steps[i]->kind),
                       steps[i]->ecosystem, Shorten(steps[i]->command));
  }
  if (steps.size() > kShownSteps) {
    out += fmt::format("  … {} more; see 'cacheplan deps'\n", steps.size() - kShownSteps);
  }
  out += "\n" + Verdict(graph, deps);
  out += "\nNext: " + NextCommand(file.source->name()) + "\n";
  return out;
}

}  // namespace cacheplan
