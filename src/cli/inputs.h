// FILE…, `-` and `--files-from`: the Dockerfiles that a command looks at, with paths as given.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cacheplan/source.h"
#include "cacheplan/syntax.h"

#include "src/cli/command.h"

namespace cacheplan::cli {

struct InputOptions {
  std::vector<std::string> files;  ///< "-" is standard input
  std::string files_from;          ///< a list, one path a line; "-" is standard input
};
void AddInputOptions(CLI::App& app, InputOptions& options);

/// One input; "-" reads `io.in` and is called "-".
Result<std::shared_ptr<const Source>> ReadInput(const std::string& path, Io& io);

/// Calls `use` for each input in order and gives the worst exit status. One that cannot be read is
/// reported and the others still looked at. Without any input: ./Dockerfile.
int ForEachInput(const InputOptions& options, Io& io,
                 const std::function<int(std::shared_ptr<const Source>)>& use);

/// Prints what is wrong with the file, the parser's findings and `more`; the exit status for it.
int ReportDiagnostics(const Dockerfile& file, const std::vector<Diagnostic>& more, Io& io);

}  // namespace cacheplan::cli
