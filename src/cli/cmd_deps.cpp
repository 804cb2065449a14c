#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/report.h"

#include "src/cli/command.h"
#include "src/cli/graph_options.h"
#include "src/cli/inputs.h"

namespace cacheplan::cli {
namespace {

struct Options {
  InputOptions inputs;
  GraphFlags graph;
  std::vector<std::string> packages;
  std::string format = "text";
};

/// The built-in tables with the user's before them.
Result<Knowledge> LoadKnowledge(const std::vector<std::string>& files, Io& io) {
  Knowledge knowledge = Knowledge::BuiltIn();
  for (const std::string& file : files) {
    const Result<std::string> text = io.files.Read(file);
    if (!text.ok()) {
      return text.status();
    }
    Result<Knowledge> more = knowledge.With(file, text.value());
    if (!more.ok()) {  // a table is configuration, not the input that is looked at
      return Status::Usage(more.status().message);
    }
    knowledge = std::move(more.value());
  }
  return knowledge;
}

int RunDeps(const Options& options, Io& io) {
  const Result<GraphOptions> graph_options = ToGraphOptions(options.graph);
  if (!graph_options.ok()) {
    return Fail(io, graph_options.status());
  }
  const Result<Knowledge> knowledge = LoadKnowledge(options.packages, io);
  if (!knowledge.ok()) {
    return Fail(io, knowledge.status());
  }
  return ForEachInput(options.inputs, io, [&](std::shared_ptr<const Source> source) {
    const Dockerfile file = Parse(std::move(source));
    const Graph graph = BuildGraph(file, graph_options.value());
    const Dependencies deps = Detect(file, graph, knowledge.value());
    Outcome outcome;
    outcome.out = options.format == "json" ? RenderDepsJson(file, graph, deps)
                                           : RenderDepsText(file, graph, deps);
    AddAllDiagnostics(file, graph.diagnostics, outcome);
    return outcome;
  });
}

}  // namespace

Run SetupDeps(CLI::App& app) {
  auto options = std::make_shared<Options>();
  AddInputOptions(app, options->inputs);
  AddGraphOptions(app, options->graph);
  app.add_option("--packages", options->packages,
                 "A file of package managers in the form of the built-in tables; repeatable")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--format", options->format, "text: for a terminal; json: one object a line")
      ->capture_default_str()
      ->check(OneOf({"text", "json"}));
  return [options](Io& io) { return RunDeps(*options, io); };
}

}  // namespace cacheplan::cli
