#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/report.h"
#include "cacheplan/text.h"

#include "src/report/graph_parts.h"

namespace cacheplan {
namespace {

std::string Marks(const Graph& graph, const Stage& stage, const StageDependencies& deps) {
  std::string out(Name(deps.role));
  if (deps.is_dependency_stage) {
    out += ", dependency stage";
  }
  if (stage.index == graph.target) {
    out += ", target";
  } else if (!stage.reachable && graph.target != kNoStage) {
    out += ", not needed by the target";
  }
  return out;
}

std::string StageBlock(const Graph& graph, const Stage& stage, const StageDependencies& deps) {
  std::string out =
      fmt::format("\n{}{}{}  (line {}; {})\n", stage.index, stage.name.empty() ? "" : " ",
                  stage.name, stage.line, Marks(graph, stage, deps));
  if (stage.platform) {
    out += fmt::format(
        "    platform {}{}\n", stage.platform->text,
        stage.platform->known ? "" : fmt::format(" (unknown: {})", stage.platform->reason));
  }
  for (const Edge& edge : stage.edges) {
    const std::string where =
        edge.kind == EdgeKind::kBase ? "" : fmt::format("  line {}", edge.instruction->start_line);
    out += fmt::format("    {:<16} {}{}\n", Name(edge.kind), Describe(graph, edge.source), where);
  }
  for (const DependencyStep& step : deps.steps) {
    out += fmt::format("    downloads        {} ({} {})  line {}\n", step.command, Name(step.kind),
                       step.ecosystem, step.line);
  }
  return out;
}

}  // namespace

std::string RenderGraphText(const Dockerfile& file, const Graph& graph, const Dependencies& deps) {
  std::string out = fmt::format("{}: {}", file.source->name(), Count(graph.stages.size(), "stage"));
  if (graph.target != kNoStage) {
    out += fmt::format(", target {}", graph.stages[graph.target].Label());
  }
  out += '\n';
  for (const Stage& stage : graph.stages) {
    out += StageBlock(graph, stage, Of(deps, stage));
  }
  if (graph.order.size() > 1) {
    std::vector<std::string> labels;
    for (const std::size_t stage : graph.order) {
      labels.push_back(graph.stages[stage].Label());
    }
    out += fmt::format("\nbuild order: {}\n", fmt::join(labels, ", "));
  }
  return out;
}

std::string RenderGraphDot(const Dockerfile& file, const Graph& graph, const Dependencies& deps) {
  std::string out = fmt::format("digraph {} {{\n  rankdir=LR;\n  node [shape=box];\n",
                                Quoted(file.source->name()));
  std::vector<std::string> outside;
  for (const Stage& stage : graph.stages) {
    const StageDependencies& facts = Of(deps, stage);
    std::string label = fmt::format("{}\n{}", stage.Label(), Name(facts.role));
    for (const DependencyStep& step : facts.steps) {
      label += fmt::format("\n{}: {}", step.line, step.command);
    }
    out += fmt::format("  s{} [label={}{}{}];\n", stage.index, Quoted(label),
                       stage.reachable ? "" : ", style=dashed",
                       facts.is_dependency_stage ? ", color=blue" : "");
    for (const Edge& edge : stage.edges) {
      std::string from;
      if (edge.source.kind == SourceKind::kStage) {
        from = fmt::format("s{}", edge.source.stage);
      } else {
        from = Quoted(fmt::format("{} {}", Name(edge.source.kind), edge.source.name.text));
        if (std::find(outside.begin(), outside.end(), from) == outside.end()) {
          outside.push_back(from);
        }
      }
      out += fmt::format("  {} -> s{}{};\n", from, stage.index,
                         edge.kind == EdgeKind::kBase
                             ? ""
                             : fmt::format(" [style=dashed, label={}]", Quoted(Name(edge.kind))));
    }
  }
  for (const std::string& node : outside) {
    out += fmt::format("  {} [shape=ellipse];\n", node);
  }
  return out + "}\n";
}

}  // namespace cacheplan
