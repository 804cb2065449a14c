// The commands of one RUN and what is known of them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cacheplan/arena.h"
#include "cacheplan/commands.h"
#include "cacheplan/detect.h"
#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/script.h"

#include "src/detect/limits.h"
#include "src/detect/variables.h"

namespace cacheplan::detect {

/// A command of a RUN, by its number, and behind it those that it substitutes.
struct CommandRange {
  std::size_t first = 0;
  std::size_t end = 0;
};

struct RunReading {
  std::span<const KnownCommand> commands;     ///< in the order of the text
  std::vector<std::string> unknown;           ///< sentences on what could not be read
  const SimpleCommand* unreadable = nullptr;  ///< the first command that runs what is not shown
  std::string_view hidden_build;  ///< a script outside this file whose name says it builds
  /// `make`, `just build`: a recipe that stands in another file, perhaps of the project.
  std::string_view recipe;
  std::string_view target;          ///< of the recipe, where one is named
  bool configures = false;          ///< `./configure`, cmake: what it builds brings its own recipes
  bool unpacks = false;             ///< tar, unzip, jar: a part of fetching
  bool copies = false;              ///< cp, mv, ln, rsync
  bool redirects = false;           ///< a command reads a file by its redirections, or writes one
  bool names_manifests = false;     ///< a command does, by a flag, a variable or a list
  std::vector<ScriptGuard> guards;  ///< those of the script
  std::vector<std::uint32_t> branches;  ///< likewise
};

/// What the instructions of a stage have set for the commands that follow.
struct Settings {
  Variables variables;
  std::vector<const PackageManager*> frozen;  ///< told to take their lock files as they are
  std::vector<ScriptFile> files;              ///< whose texts stand in the Dockerfile
  ImageVersion image;                         ///< that the stage starts from

  void AddFile(const ScriptFile& file);
};

/// The files that a script leaves, for the instructions that follow.
void KeepWrittenFiles(const Script& script, const Step& step, Arena& arena, Settings& settings);
/// Those that a COPY <<EOF makes.
void KeepCopiedFiles(const Step& step, Arena& arena, Settings& settings);

/// `windows`: without a SHELL the script is cmd's. `settings` are those of the stage; what the
/// script itself assigns is known as well, and what it sets for later ones is added. What is read
/// lives as long as the arena and the instruction.
RunReading ReadRun(const Knowledge& knowledge, const Step& step, const RunCommand& run,
                   bool windows, Settings& settings, Arena& arena);

}  // namespace cacheplan::detect
