// The command line, callable in-process.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace cacheplan {

/// Exit statuses, one enumerator a row of grammar/exit_codes.def: ExitCode::kFindings = 1.
enum class ExitCode : int {
#define EXIT_CODE(id_, number_, ...) k##id_ = (number_),
#include "grammar/exit_codes.def"
#undef EXIT_CODE
};

/// Runs one command: `args` without the program's name. Product goes to `out`, all else to `err`.
int Main(std::vector<std::string> args, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace cacheplan
