#include <nlohmann/json.hpp>

#include "cacheplan/report.h"

#include "src/report/graph_parts.h"
#include "src/report/json_text.h"

namespace cacheplan {
namespace {

using Json = nlohmann::ordered_json;

/// Known: the text; unknown: null and why.
void PutValue(Json& out, const char* key, const Value& value) {
  out[key] = value.known ? Json(value.text) : Json(nullptr);
  if (!value.known) {
    out["written"] = value.text;
    out["reason"] = value.reason;
  }
}

Json SourceJson(const StageSource& source) {
  Json out = {{"kind", Name(source.kind)}};
  if (source.kind == SourceKind::kStage) {
    out["stage"] = source.stage;
  }
  PutValue(out, "name", source.name);
  return out;
}

Json StageJson(const Stage& stage, const StageDependencies& deps) {
  Json out = {{"index", stage.index},
              {"name", stage.name},
              {"line", stage.line},
              {"base", SourceJson(stage.base)},
              {"reachable", stage.reachable},
              {"role", Name(deps.role)},
              {"dependency_stage", deps.is_dependency_stage}};
  if (stage.platform) {
    out["platform"] = Json::object();
    PutValue(out["platform"], "value", *stage.platform);
  }
  Json edges = Json::array();
  for (const Edge& edge : stage.edges) {
    edges.push_back({{"kind", Name(edge.kind)},
                     {"line", edge.instruction->start_line},
                     {"source", SourceJson(edge.source)}});
  }
  out["edges"] = std::move(edges);
  Json steps = Json::array();
  for (const DependencyStep& step : deps.steps) {
    steps.push_back({{"line", step.line},
                     {"kind", Name(step.kind)},
                     {"ecosystem", step.ecosystem},
                     {"command", step.command}});
  }
  out["steps"] = std::move(steps);
  return out;
}

}  // namespace

std::string RenderGraphJson(const Dockerfile& file, const Graph& graph, const Dependencies& deps) {
  Json stages = Json::array();
  for (const Stage& stage : graph.stages) {
    stages.push_back(StageJson(stage, Of(deps, stage)));
  }
  Json errors = Json::array();
  for (const std::vector<Diagnostic>* list : {&file.diagnostics, &graph.diagnostics}) {
    for (const Diagnostic& diagnostic : *list) {
      errors.push_back({{"line", diagnostic.line},
                        {"column", file.source->At(diagnostic.span.begin).column},
                        {"code", Info(diagnostic.diag).code},
                        {"message", diagnostic.message}});
    }
  }
  return JsonLine({{"version", 1},
                   {"file", file.source->name()},
                   {"target", graph.target == kNoStage ? Json(nullptr) : Json(graph.target)},
                   {"stages", std::move(stages)},
                   {"order", graph.order},
                   {"errors", std::move(errors)}});
}

}  // namespace cacheplan
