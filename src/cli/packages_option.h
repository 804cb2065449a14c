// `--packages FILE`: package managers of the user's own, before those of the program.
#pragma once

#include <string>
#include <vector>

#include "cacheplan/knowledge.h"

#include "src/cli/command.h"

namespace cacheplan::cli {

void AddPackagesOption(CLI::App& app, std::vector<std::string>& files);

/// The built-in tables with those of the files before them, the last file first. A file that
/// cannot be read or is no table is wrong usage, not a finding about a Dockerfile.
Result<Knowledge> LoadKnowledge(const std::vector<std::string>& files, Io& io);

}  // namespace cacheplan::cli
