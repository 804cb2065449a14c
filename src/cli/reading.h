// What `deps` and `graph` do alike: each Dockerfile that is named is parsed, its graph built, its
// dependency steps found, and the whole shown in a form that the command chooses.
#pragma once

#include <string>
#include <vector>

#include "cacheplan/detect.h"

#include "src/cli/command.h"
#include "src/cli/graph_options.h"
#include "src/cli/inputs.h"

namespace cacheplan::cli {

struct ReadingOptions {
  InputOptions inputs;
  GraphFlags graph;
  std::vector<std::string> packages;
};

void AddReadingOptions(CLI::App& app, ReadingOptions& options);

/// Adds what is shown of a file to `out`.
using Render = void (*)(const Dockerfile&, const Graph&, const Dependencies&, std::string& out);
/// From a function that gives what is shown.
template <std::string (*kRender)(const Dockerfile&, const Graph&, const Dependencies&)>
void Append(const Dockerfile& file, const Graph& graph, const Dependencies& deps,
            std::string& out) {
  out += kRender(file, graph, deps);
}

/// The exit code. Standard output has what `render` adds of each file, in their order.
int ReadEach(const ReadingOptions& options, Io& io, Render render);

}  // namespace cacheplan::cli
