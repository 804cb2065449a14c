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

int RunDeps(const Options& options, Io& io) {
  return ReadEach(options.reading, io,
                  options.format == "json" ? AppendDepsJson : Append<RenderDepsText>);
}

}  // namespace

Run SetupDeps(CLI::App& app) {
  auto options = std::make_shared<Options>();
  AddReadingOptions(app, options->reading);
  app.add_option("--format", options->format, "text: for a terminal; json: one object a line")
      ->capture_default_str()
      ->check(OneOf({"text", "json"}));
  return [options](Io& io) { return RunDeps(*options, io); };
}

}  // namespace cacheplan::cli
