// `cacheplan graph --format json`: stages, what they need, what is wrong.
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/report.h"

#include "src/report/graph_parts.h"
#include "src/report/json_writer.h"

namespace cacheplan {
namespace {

using report::JsonWriter;

/// Known: the text; unknown: null and why.
void WriteValue(JsonWriter& json, std::string_view key, const Value& value) {
  if (value.known) {
    json.Text(key, value.text);
  } else {
    json.Key(key).Null().Text("written", value.text).Text("reason", value.reason);
  }
}

void WriteSource(JsonWriter& json, std::string_view key, const StageSource& source) {
  json.Open(key, '{').Text("kind", Name(source.kind));
  if (source.kind == SourceKind::kStage) {
    json.Number("stage", source.stage);
  }
  WriteValue(json, "name", source.name);
  json.Close('}');
}

void WriteStage(JsonWriter& json, const Stage& stage, const StageDependencies& deps) {
  json.Open('{').Number("index", stage.index).Text("name", stage.name).Number("line", stage.line);
  WriteSource(json, "base", stage.base);
  json.Bool("reachable", stage.reachable).Text("role", Name(deps.role));
  json.Bool("dependency_stage", deps.is_dependency_stage);
  if (stage.platform) {
    json.Open("platform", '{');
    WriteValue(json, "value", *stage.platform);
    json.Close('}');
  }
  json.Open("edges", '[');
  for (const Edge& edge : stage.edges) {
    json.Open('{').Text("kind", Name(edge.kind)).Number("line", edge.instruction->start_line);
    WriteSource(json, "source", edge.source);
    json.Close('}');
  }
  json.Close(']').Open("steps", '[');
  for (const DependencyStep& step : deps.steps) {
    json.Open('{').Number("line", step.line).Text("kind", Name(step.kind));
    json.Text("ecosystem", step.ecosystem).Text("command", step.command).Close('}');
  }
  json.Close(']').Close('}');
}

}  // namespace

std::string RenderGraphJson(const Dockerfile& file, const Graph& graph, const Dependencies& deps) {
  JsonWriter json;
  json.Open('{').Number("version", 1).Text("file", file.source->name()).Key("target");
  graph.target == kNoStage ? json.Null() : json.Number(graph.target);
  json.Open("stages", '[');
  for (const Stage& stage : graph.stages) {
    WriteStage(json, stage, Of(deps, stage));
  }
  json.Close(']').Open("order", '[');
  for (const std::size_t stage : graph.order) {
    json.Number(stage);
  }
  json.Close(']').Open("errors", '[');
  for (const std::vector<Diagnostic>* list : {&file.diagnostics, &graph.diagnostics}) {
    for (const Diagnostic& diagnostic : *list) {
      json.Open('{').Number("line", diagnostic.line);
      json.Number("column", file.source->At(diagnostic.span.begin).column);
      json.Text("code", Info(diagnostic.diag).code).Text("message", diagnostic.message).Close('}');
    }
  }
  json.Close(']').Close('}');
  return json.Take();
}

}  // namespace cacheplan
