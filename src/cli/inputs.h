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
  unsigned jobs = 0;               ///< files worked on at a time; 0 = the number of cores
};
void AddInputOptions(CLI::App& app, InputOptions& options);

/// What came of one input, or of several in a row: printed in the order of the inputs, whichever is
/// done first, `out` before `err`.
struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

/// One input; "-" reads `io.in` and is called "-".
Result<std::shared_ptr<const Source>> ReadInput(const std::string& path, Io& io);
/// The same for a Dockerfile; when there is none, the message says how to name another.
Result<std::shared_ptr<const Source>> ReadDockerfile(const std::string& path, Io& io);

/// Calls `use` for each input, which adds to an outcome that may have what came of others before
/// it, and gives the worst exit status. One that cannot be read is reported and the others still
/// looked at. Without any input: ./Dockerfile. `use` runs on several threads at a time and must
/// touch nothing but its arguments.
int ForEachInput(const InputOptions& options, Io& io,
                 const std::function<void(std::shared_ptr<const Source>, Outcome&)>& use);

/// The paths of the options, in order; a Status where the list cannot be read.
Result<std::vector<std::string>> InputPaths(const InputOptions& options, Io& io);
/// As ForEachInput, with the path's place in the list, from 0.
int ForEachPath(
    const std::vector<std::string>& paths, unsigned jobs, Io& io,
    const std::function<void(std::size_t, std::shared_ptr<const Source>, Outcome&)>& use);

/// Findings about the file onto `outcome`, with the exit status that they call for: a target that
/// does not exist is wrong usage, anything else a finding.
void AddDiagnostics(const Dockerfile& file, const std::vector<Diagnostic>& diagnostics,
                    Outcome& outcome);
/// The same for the parser's findings and `more`.
void AddAllDiagnostics(const Dockerfile& file, const std::vector<Diagnostic>& more,
                       Outcome& outcome);

}  // namespace cacheplan::cli
