#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/report.h"

#include "src/cli/command.h"
#include "src/cli/graph_options.h"
#include "src/cli/inputs.h"
#include "src/cli/packages_option.h"

namespace cacheplan::cli {
namespace {

struct Options {
  InputOptions inputs;
  GraphFlags graph;
  std::vector<std::string> packages;
  std::string format = "text";
};

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
    AddDiagnostics(file, deps.diagnostics, outcome);
    return outcome;
  });
}

}  // namespace

Run SetupDeps(CLI::App& app) {
  auto options = std::make_shared<Options>();
  AddInputOptions(app, options->inputs);
  AddGraphOptions(app, options->graph);
  AddPackagesOption(app, options->packages);
  app.add_option("--format", options->format, "text: for a terminal; json: one object a line")
      ->capture_default_str()
      ->check(OneOf({"text", "json"}));
  return [options](Io& io) { return RunDeps(*options, io); };
}

}  // namespace cacheplan::cli
