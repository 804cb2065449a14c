// The text of --help: the same whatever version of CLI11 the program is built with, since
// docs/usage.md holds it.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace cacheplan::cli {

/// Of the program itself, or of one of its subcommands.
std::string HelpText(const CLI::App& app);

}  // namespace cacheplan::cli
