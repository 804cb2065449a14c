// `cacheplan deps --format json`: every value of the answer.
#include <span>
#include <string>
#include <string_view>

#include "cacheplan/report.h"

#include "src/report/graph_parts.h"
#include "src/report/json_writer.h"

namespace cacheplan {
namespace {

using report::JsonWriter;

void WriteTexts(JsonWriter& json, std::span<const std::string_view> texts) {
  json.Open('[');
  for (const std::string_view text : texts) {
    json.Text(text);
  }
  json.Close(']');
}

void WriteCommand(JsonWriter& json, const Source& source, const StepCommand& command,
                  std::uint32_t near) {
  const Position begin = source.At(command.span.begin, near);
  const Position end = source.At(command.span.end, begin.line);
  json.Open('{').Text("command", command.text);
  json.Number("line", begin.line).Number("column", begin.column);
  json.Number("end_line", end.line).Number("end_column", end.column);
  json.Text("manager", command.manager).Name("activity", Name(command.activity));
  json.Text("directory", command.directory).Name("lock", Name(command.lock));
  if (command.needs_lock) {
    json.Bool("needs_lock", true);
  }
  json.Bool("frozen", command.frozen);
  if (!command.frozen_form.empty()) {
    json.Text("frozen_form", command.frozen_form);
  }
  json.Close('}');
}

void WriteFile(JsonWriter& json, const VisibleFile& file) {
  json.Open('{').Text("path", file.path).Text("place", file.place);
  json.Name("is", Name(file.kind)).Text("manager", file.manager).Name("how", Name(file.how));
  json.Number("line", file.instruction->start_line).Bool("in_directory", file.in_directory);
  if (!file.read) {
    json.Bool("read", false);
  }
  json.Close('}');
}

void WriteStep(JsonWriter& json, const Dockerfile& file, const DependencyStep& step) {
  json.Open('{').Number("line", step.line).Name("kind", Name(step.kind));
  if (step.mode) {
    json.Name("mode", Name(*step.mode));
  }
  json.Text("ecosystem", step.ecosystem).Text("manager", step.manager);
  if (step.kind == StepKind::kProject) {
    json.Key("manifests_first");
    step.manifests_first ? json.Bool(*step.manifests_first) : json.Null();
  }
  json.Text("command", step.command).Bool("annotated", step.annotated);
  WriteTexts(json.Key("manifests"), step.manifests);
  json.Key("source");
  if (step.source) {
    json.Open('{').Name("cause", Name(step.source->cause)).Text("what", step.source->what);
    json.Number("line", step.source->instruction->start_line).Close('}');
  } else {
    json.Null();
  }
  if (step.needs_no_source) {
    json.Bool("needs_no_source", true);
  }
  json.Open("files", '[');
  for (const VisibleFile& visible : step.files) {
    WriteFile(json, visible);
  }
  json.Close(']');
  if (step.files_left_out > 0) {
    json.Number("files_left_out", step.files_left_out);
  }
  json.Open("commands", '[');
  for (const StepCommand& command : step.commands) {
    WriteCommand(json, *file.source, command, step.line);
  }
  json.Close(']');
  WriteTexts(json.Key("why"), step.why);
  json.Close('}');
}

void WriteStage(JsonWriter& json, const Dockerfile& file, const Stage& stage,
                const StageDependencies& deps) {
  json.Open('{').Number("index", stage.index).Text("name", stage.name);
  json.Number("line", stage.line).Name("role", Name(deps.role));
  json.Bool("dependency_stage", deps.is_dependency_stage).Open("steps", '[');
  for (const DependencyStep& step : deps.steps) {
    WriteStep(json, file, step);
  }
  json.Close(']').Open("unknown", '[');
  for (const UnknownPart& part : deps.unknown) {
    json.Open('{').Number("line", part.line).Text("reason", part.reason).Close('}');
  }
  json.Close(']');
  WriteTexts(json.Key("why"), deps.why);
  json.Close('}');
}

}  // namespace

std::string RenderDepsJson(const Dockerfile& file, const Graph& graph, const Dependencies& deps) {
  std::string out;
  AppendDepsJson(file, graph, deps, out);
  return out;
}

void AppendDepsJson(const Dockerfile& file, const Graph& graph, const Dependencies& deps,
                    std::string& out) {
  JsonWriter json;
  json.Open('{').Number("version", 1).Text("file", file.source->name()).Open("stages", '[');
  for (const Stage& stage : graph.stages) {
    WriteStage(json, file, stage, Of(deps, stage));
  }
  json.Close(']').Close('}');
  json.TakeOnto(out);
}

}  // namespace cacheplan
