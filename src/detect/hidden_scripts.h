// Commands that run what the Dockerfile does not show: scripts, recipes, verbs in variables.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/script.h"

#include "src/detect/arrivals.h"
#include "src/detect/programs.h"
#include "src/detect/run_commands.h"

namespace cacheplan::detect {

/// "x.sh is run, and what it does is not in this file"
std::string RunsUnseen(std::string_view what);

/// The programs among the commands that a COPY of the context brought to a bin folder: what they do
/// is in another file. Each once.
std::vector<std::string_view> CopiedPrograms(const RunReading& reading, const Arrivals& arrivals);

class HiddenScripts {
 public:
  /// `files`: scripts whose texts stand in the Dockerfile. All must outlive it.
  HiddenScripts(const Script& script, std::span<const ScriptFile> files, RunReading& reading);

  /// Adds what the command hides to the reading. `hidden_verb`: see Knowledge::Match. True where it
  /// hides all that it does: what is said of such a command is no fact (`make deps` builds
  /// nothing).
  bool Note(const KnownCommand& known, const Program& program, bool hidden_verb);

 private:
  bool NoteTargets(const SimpleCommand& command, const Program& program);
  void NoteScript(const KnownCommand& known, const Program& program);
  void Say(std::string sentence);
  [[nodiscard]] bool IsShown(std::string_view file) const;
  [[nodiscard]] bool IsWrittenProgram(const SimpleCommand& command) const;

  [[nodiscard]] bool IsFunction(std::string_view name) const {
    return functions_ && functions_->contains(name);
  }

  const Script& script_;
  std::span<const ScriptFile> files_;
  RunReading& reading_;
  // Most scripts have none of these.
  std::optional<std::unordered_set<std::string_view>> functions_;
  std::optional<std::unordered_set<std::string>> said_;  ///< where it is very much
};

}  // namespace cacheplan::detect
