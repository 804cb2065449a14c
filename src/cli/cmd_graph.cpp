#include <memory>
#include <ostream>
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

int RunGraph(const Options& options, Io& io) {
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
    if (options.format == "json") {
      outcome.out = RenderGraphJson(file, graph, deps);
    } else if (options.format == "dot") {
      outcome.out = RenderGraphDot(file, graph, deps);
    } else {
      outcome.out = RenderGraphText(file, graph, deps);
    }
    AddAllDiagnostics(file, graph.diagnostics, outcome);
    AddDiagnostics(file, deps.diagnostics, outcome);
    return outcome;
  });
}

}  // namespace

Run SetupGraph(CLI::App& app) {
  auto options = std::make_shared<Options>();
  AddInputOptions(app, options->inputs);
  AddGraphOptions(app, options->graph);
  AddPackagesOption(app, options->packages);
  app.add_option("--format", options->format,
                 "text: for a terminal; dot: for Graphviz; json: one object a line")
      ->capture_default_str()
      ->check(OneOf({"text", "dot", "json"}));
  return [options](Io& io) { return RunGraph(*options, io); };
}

}  // namespace cacheplan::cli
