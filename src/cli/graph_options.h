// `--target`, `--build-arg`, `--platform` and `--build-context`: what decides how a file is read.
#pragma once

#include <string>
#include <vector>

#include "cacheplan/graph.h"

#include "src/cli/command.h"

namespace cacheplan::cli {

struct GraphFlags {
  std::string target;
  std::string platform;
  std::vector<std::string> build_args;      ///< K=V, or K for the value in the environment
  std::vector<std::string> build_contexts;  ///< NAME=…
};
void AddGraphOptions(CLI::App& app, GraphFlags& flags);

/// As docker takes them: a `--build-arg K` whose K is not in the environment sets nothing. Fails on
/// a build argument without a name and on a build context without a value.
Result<GraphOptions> ToGraphOptions(const GraphFlags& flags);

}  // namespace cacheplan::cli
