// How a subcommand is made: a row in grammar/commands.def and a file cmd_<name>.cpp that defines
// Setup<Id>, which adds its options to the given CLI11 subcommand and returns what to run.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cacheplan/cli.h"
#include "cacheplan/io.h"
#include "cacheplan/result.h"

namespace cacheplan::cli {

/// What a command may touch. Product to `out`, everything else to `err`.
struct Io {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  FileSystem& files;
  std::vector<std::string> rest;  ///< the words after `--`, for a passthrough command
};

using Run = std::function<int(Io&)>;

struct CommandInfo {
  std::string_view name;
  std::string_view help;
  bool hidden = false;
  bool passthrough = false;
};
/// The rows of grammar/commands.def, in order.
const std::vector<CommandInfo>& Commands();

#define COMMAND(id_, ...) Run Setup##id_(CLI::App& app);
#include "grammar/commands.def"
#undef COMMAND
/// The bare `cacheplan`: a one-screen summary of one Dockerfile.
Run SetupSummary(CLI::App& app);

/// A value that CLI11 checks and completes in its error message: one of `names`.
CLI::Validator OneOf(const std::vector<std::string>& names);
/// A value that is not empty: a variable of a script that nobody set is an error.
CLI::Validator NotEmpty();

inline int Exit(ExitCode code) { return static_cast<int>(code); }
/// The exit status that belongs to a code.
int ExitFor(StatusCode code);
/// Prints `cacheplan: message` and gives the exit status that belongs to the code.
int Fail(Io& io, const Status& status);

}  // namespace cacheplan::cli
