// Shell variables whose values are written in the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/arena.h"
#include "cacheplan/graph.h"
#include "cacheplan/script.h"

#include "src/detect/expansion.h"
#include "src/detect/programs.h"

namespace cacheplan::detect {

/// The variables of a stage as its ENV and ARG set them. Views into the Dockerfile, the graph and
/// the arena. Each stage on one base has a copy: of very many variables the first count, and one
/// that is not learned is one that is not known.
class Variables {
 public:
  [[nodiscard]] KnownValue Find(std::string_view name) const;
  /// As Windows has it.
  [[nodiscard]] KnownValue FindAnyCase(std::string_view name) const;
  void Set(std::string_view name, const KnownValue& value);
  /// What an ENV or ARG sets.
  void Learn(const Step& step);

 private:
  static constexpr std::size_t kMost = 256;
  struct Variable {
    std::string_view name;
    KnownValue value;
  };
  std::vector<Variable> all_;
};

/// Puts the variables of the stage into the text, as BuildKit does it. It stays as it is written
/// where one of them is not known.
void PutVariables(const Variables& stage, std::string& text);

/// A variable, or the arguments of a function, while commands are read for one of several values.
struct Binding {
  std::string_view name{};  ///< of a variable; "" for arguments
  KnownValue value{};       ///< of the variable
  bool arguments_known = false;
  ScriptWords arguments{};
  bool stays = true;  ///< each value is taken where the first one was
  bool used = false;  ///< something asked for it
};

/// The variables that a script has assigned so far, before those of the stage.
class KnownVariables : private VariableSource {
 public:
  /// All must outlive it, and `arena` the commands that Expand fills in. `branches`: of the script.
  KnownVariables(const Variables& stage, std::span<const std::uint32_t> branches, Arena& arena)
      : stage_(stage), branches_(branches), arena_(arena) {}

  /// The commands from here on stand in that branch. What one that is left has assigned may hold or
  /// not.
  void Enter(std::uint32_t branch) {
    if (this->branch() != branch) {
      Change(branch);
    }
  }
  /// `program`: what is known of the program that the command runs.
  void Learn(const SimpleCommand& command, const Program& program);
  /// The command with its variables put in. Values with blanks become several words, as the shell
  /// would have it, and empty ones none. A word stays as written where not all of it is known, but
  /// for the variables beside what a command prints.
  void Expand(SimpleCommand& command);
  /// The same for one word, added to `words`. False: it stays as it is.
  bool ExpandWord(const ScriptWord& word, ScriptDialect dialect, ArenaList<ScriptWord>& words);
  /// The value that the command sees; "" when that is not known.
  [[nodiscard]] std::string_view ValueFor(const SimpleCommand& command, std::string_view name);

  std::vector<Binding> bindings;  ///< inner ones last

 private:
  struct Entry {
    KnownValue value;
    std::uint32_t noted = 0;  ///< the branch that knows what it was before
  };
  struct Before {
    std::string_view name;
    std::optional<KnownValue> value;  ///< nothing: the script had not assigned it
    std::uint32_t noted;
  };
  struct Level {
    std::uint32_t branch;
    std::size_t first;  ///< of its own in before_
  };

  KnownValue Find(std::string_view name, ScriptDialect dialect) override;
  void AssignDefault(std::string_view name, std::string_view value) override;
  std::optional<ScriptWords> Arguments() override;
  [[nodiscard]] KnownValue FindOwn(std::string_view name, ScriptDialect dialect);

  void Change(std::uint32_t branch);
  void Leave();
  [[nodiscard]] std::uint32_t branch() const { return levels_.empty() ? 0 : levels_.back().branch; }
  void Assign(const ScriptWord& word, ScriptDialect dialect);
  void SetOwn(std::string_view name, const KnownValue& value);
  void ExpandDirectory(SimpleCommand& command);
  [[nodiscard]] std::optional<std::string_view> DirectoryOf(std::string_view path,
                                                            ScriptDialect dialect);
  void SetArguments(ScriptWords words);
  /// Puts into a word with what a command prints the variables that are known.
  bool PutKnown(ScriptWord& word);
  /// The text with its variables put in, within the budget.
  [[nodiscard]] std::optional<std::string_view> Put(std::string_view text, ScriptDialect dialect);

  const Variables& stage_;
  std::span<const std::uint32_t> branches_;
  Arena& arena_;
  std::map<std::string_view, Entry> own_;
  struct Place {
    std::string_view path;
    bool known = false;
  };
  std::map<const char*, Place> directories_;  ///< by the text that a `cd` left
  std::vector<Level> levels_;
  std::vector<Before> before_;
  std::optional<ScriptWords> arguments_;  ///< that `set --` has set
  std::string scratch_;
  std::vector<std::uint32_t> path_;  // to the branch that is entered
  std::size_t budget_ = 65536;  // bytes put in: a long value in many places must not grow the text
};

}  // namespace cacheplan::detect
