#include <memory>
#include <ostream>

#include "cacheplan/detect.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/report.h"

#include "src/cli/command.h"
#include "src/cli/inputs.h"

namespace cacheplan::cli {

Run SetupSummary(CLI::App& app) {
  auto path = std::make_shared<std::string>("Dockerfile");
  app.add_option("-f,--file", *path, "The Dockerfile of the summary; - is standard input")
      ->type_name("FILE");
  return [path](Io& io) {
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
    io.out << RenderSummary(file, graph, Detect(file, graph, Knowledge::BuiltIn()));
    io.err << outcome.err;
    return outcome.status;
  };
}

}  // namespace cacheplan::cli
