#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/report.h"

#include "src/cli/command.h"
#include "src/cli/inputs.h"
#include "src/cli/packages_option.h"

namespace cacheplan::cli {

Run SetupSummary(CLI::App& app) {
  auto path = std::make_shared<std::string>("Dockerfile");
  auto packages = std::make_shared<std::vector<std::string>>();
  app.add_option("-f,--file", *path, "The Dockerfile of the summary; - is standard input")
      ->type_name("FILE");
  AddPackagesOption(app, *packages);
  return [path, packages](Io& io) {
    const Result<Knowledge> knowledge = LoadKnowledge(*packages, io);
    if (!knowledge.ok()) {
      return Fail(io, knowledge.status());
    }
    Result<std::shared_ptr<const Source>> source = ReadDockerfile(*path, io);
    if (!source.ok()) {
      const int status = Fail(io, source.status());
      io.err << "Try 'cacheplan --help'.\n";
      return status;
    }
    const Dockerfile file = Parse(std::move(source.value()));
    const Graph graph = BuildGraph(file);
    Outcome outcome;
    AddAllDiagnostics(file, graph.diagnostics, outcome);
    const Dependencies deps = Detect(file, graph, knowledge.value());
    AddDiagnostics(file, deps.diagnostics, outcome);
    io.out << RenderSummary(file, graph, deps);
    io.err << outcome.err;
    return outcome.status;
  };
}

}  // namespace cacheplan::cli
