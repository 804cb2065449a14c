#include <memory>
#include <string>

#include "cacheplan/report.h"

#include "src/cli/command.h"
#include "src/cli/reading.h"

namespace cacheplan::cli {
namespace {

struct Options {
  ReadingOptions reading;
  std::string format = "text";
};

int RunGraph(const Options& options, Io& io) {
  return ReadEach(options.reading, io,
                  options.format == "json"  ? Append<RenderGraphJson>
                  : options.format == "dot" ? Append<RenderGraphDot>
                                            : Append<RenderGraphText>);
}

}  // namespace

Run SetupGraph(CLI::App& app) {
  auto options = std::make_shared<Options>();
  AddReadingOptions(app, options->reading);
  app.add_option("--format", options->format,
                 "text: for a terminal; dot: for Graphviz; json: one object a line")
      ->capture_default_str()
      ->check(OneOf({"text", "dot", "json"}));
  return [options](Io& io) { return RunGraph(*options, io); };
}

}  // namespace cacheplan::cli
