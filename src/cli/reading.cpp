#include "src/cli/reading.h"

#include <memory>
#include <utility>

#include "src/cli/packages_option.h"

namespace cacheplan::cli {

void AddReadingOptions(CLI::App& app, ReadingOptions& options) {
  AddInputOptions(app, options.inputs);
  AddGraphOptions(app, options.graph);
  AddPackagesOption(app, options.packages);
}

int ReadEach(const ReadingOptions& options, Io& io, Render render) {
  const Result<GraphOptions> graph_options = ToGraphOptions(options.graph);
  if (!graph_options.ok()) {
    return Fail(io, graph_options.status());
  }
  const Result<Knowledge> knowledge = LoadKnowledge(options.packages, io);
  if (!knowledge.ok()) {
    return Fail(io, knowledge.status());
  }
  return ForEachInput(options.inputs, io,
                      [&](std::shared_ptr<const Source> source, Outcome& outcome) {
                        const Dockerfile file = Parse(std::move(source));
                        const Graph graph = BuildGraph(file, graph_options.value());
                        const Dependencies deps = Detect(file, graph, knowledge.value());
                        render(file, graph, deps, outcome.out);
                        AddAllDiagnostics(file, graph.diagnostics, outcome);
                        AddDiagnostics(file, deps.diagnostics, outcome);
                      });
}

}  // namespace cacheplan::cli
