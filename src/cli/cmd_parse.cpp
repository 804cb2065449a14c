#include <memory>
#include <ostream>

#include "cacheplan/report.h"
#include "cacheplan/syntax.h"

#include "src/cli/command.h"
#include "src/cli/inputs.h"

namespace cacheplan::cli {
namespace {

struct Options {
  InputOptions inputs;
  std::string format = "text";
};

int RunParse(const Options& options, Io& io) {
  const bool many = options.inputs.files.size() > 1 || !options.inputs.files_from.empty();
  return ForEachInput(options.inputs, io,
                      [&](std::shared_ptr<const Source> source, Outcome& outcome) {
                        const Dockerfile file = Parse(std::move(source));
                        if (options.format == "json") {
                          outcome.out += RenderParseJson(file);
                        } else if (options.format == "sexp") {
                          if (many) {
                            outcome.out += "==> " + std::string(file.source->name()) + " <==\n";
                          }
                          outcome.out += DumpSexp(file) + "\n";
                        } else {
                          outcome.out += RenderParseText(file);
                        }
                        AddAllDiagnostics(file, {}, outcome);
                      });
}

}  // namespace

Run SetupParse(CLI::App& app) {
  auto options = std::make_shared<Options>();
  AddInputOptions(app, options->inputs);
  app.add_option(
         "--format", options->format,
         "text: instructions with their lines; json: one object a line; sexp: BuildKit's dump")
      ->capture_default_str()
      ->check(OneOf({"text", "json", "sexp"}));
  return [options](Io& io) { return RunParse(*options, io); };
}

}  // namespace cacheplan::cli
