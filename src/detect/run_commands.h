// The commands of one RUN and what is known of them.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "cacheplan/arena.h"
#include "cacheplan/commands.h"
#include "cacheplan/detect.h"
#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/script.h"

namespace cacheplan::detect {

struct RunReading {
  std::span<const KnownCommand> commands;  ///< in the order of the text
  std::vector<std::string> unknown;        ///< sentences on what could not be read
  std::string_view hidden_build;           ///< a script outside this file whose name says it builds
  bool unpacks = false;                    ///< tar, unzip, jar: a part of fetching
};

/// Variables of a stage whose values are written in the file.
using Variables = std::map<std::string, std::string, std::less<>>;
/// Adds those of an ENV or ARG whose values are written out; what others are is not known.
void LearnVariables(const Instruction& instruction, Variables& variables);

/// `windows`: without a SHELL the script is cmd's. `variables` are those of the stage; what the
/// script itself assigns is known as well. What is read lives as long as the arena and the
/// instruction.
RunReading ReadRun(const Knowledge& knowledge, const Step& step, const RunCommand& run,
                   bool windows, const Variables& variables, Arena& arena);

/// A text on one line, cut where it would become too long to read.
std::string_view CutText(std::string_view text, Arena& arena);
/// The words joined, cut where a line would become too long to read.
std::string_view CommandText(const SimpleCommand& command, Arena& arena);

}  // namespace cacheplan::detect
