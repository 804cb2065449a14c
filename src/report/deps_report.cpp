// `cacheplan deps --format json`: every value of the answer.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cacheplan/report.h"

#include "src/report/graph_parts.h"
#include "src/report/json_text.h"

namespace cacheplan {
namespace {

using Json = nlohmann::ordered_json;

Json CommandJson(const Dockerfile& file, const StepCommand& command) {
  const Position begin = file.source->At(command.span.begin);
  const Position end = file.source->At(command.span.end);
  Json json = {{"command", command.text},
               {"line", begin.line},
               {"column", begin.column},
               {"end_line", end.line},
               {"end_column", end.column},
               {"manager", command.manager},
               {"activity", Name(command.activity)},
               {"directory", command.directory},
               {"lock", Name(command.lock)},
               {"frozen", command.frozen}};
  if (!command.frozen_form.empty()) {
    json["frozen_form"] = command.frozen_form;
  }
  return json;
}

Json FileJson(const VisibleFile& file) {
  return {{"path", file.path},
          {"place", file.place},
          {"is", Name(file.kind)},
          {"manager", file.manager},
          {"how", Name(file.how)},
          {"line", file.instruction->start_line},
          {"in_directory", file.in_directory}};
}

Json StepJson(const Dockerfile& file, const DependencyStep& step) {
  Json json = {{"line", step.line}, {"kind", Name(step.kind)}};
  if (step.mode) {
    json["mode"] = Name(*step.mode);
  }
  json["ecosystem"] = step.ecosystem;
  json["manager"] = step.manager;
  if (step.kind == StepKind::kProject) {
    json["manifests_first"] = step.manifests_first ? Json(*step.manifests_first) : Json(nullptr);
  }
  json["command"] = step.command;
  json["annotated"] = step.annotated;
  json["manifests"] = step.manifests;
  if (step.source) {
    json["source"] = {{"cause", Name(step.source->cause)},
                      {"what", step.source->what},
                      {"line", step.source->instruction->start_line}};
  } else {
    json["source"] = nullptr;
  }
  json["files"] = Json::array();
  for (const VisibleFile& visible : step.files) {
    json["files"].push_back(FileJson(visible));
  }
  json["commands"] = Json::array();
  for (const StepCommand& command : step.commands) {
    json["commands"].push_back(CommandJson(file, command));
  }
  json["why"] = step.why;
  return json;
}

Json StageJson(const Dockerfile& file, const Stage& stage, const StageDependencies& deps) {
  Json steps = Json::array();
  for (const DependencyStep& step : deps.steps) {
    steps.push_back(StepJson(file, step));
  }
  Json unknown = Json::array();
  for (const UnknownPart& part : deps.unknown) {
    unknown.push_back({{"line", part.line}, {"reason", part.reason}});
  }
  return {{"index", stage.index},
          {"name", stage.name},
          {"line", stage.line},
          {"role", Name(deps.role)},
          {"dependency_stage", deps.is_dependency_stage},
          {"steps", std::move(steps)},
          {"unknown", std::move(unknown)},
          {"why", deps.why}};
}

}  // namespace

std::string RenderDepsJson(const Dockerfile& file, const Graph& graph, const Dependencies& deps) {
  Json stages = Json::array();
  for (const Stage& stage : graph.stages) {
    stages.push_back(StageJson(file, stage, Of(deps, stage)));
  }
  return JsonLine(
      {{"version", 1}, {"file", std::string(file.source->name())}, {"stages", std::move(stages)}});
}

}  // namespace cacheplan
