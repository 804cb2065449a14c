// Shell variables whose values are written in the file.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/arena.h"
#include "cacheplan/script.h"
#include "cacheplan/syntax.h"

#include "src/detect/programs.h"

namespace cacheplan::detect {

/// The variables of a stage whose values are written in the file. Views into the Dockerfile and the
/// arena that they were learned with. Each stage on one base has a copy: of very many variables the
/// first count, and one that is not learned is one that is not known.
class Variables {
 public:
  /// "" when that is not known.
  [[nodiscard]] std::string_view ValueOf(std::string_view name) const;
  void Set(std::string_view name, std::string_view value);

 private:
  static constexpr std::size_t kMost = 256;
  struct Variable {
    std::string_view name;
    std::string_view value;
  };
  std::vector<Variable> all_;
};
/// Adds those of an ENV or ARG whose values are written out; what others are is not known.
void LearnVariables(const Instruction& instruction, Arena& arena, Variables& variables);

/// The variables that a script has assigned so far, before those of the stage.
class KnownVariables {
 public:
  /// Both must outlive it, and `arena` the commands that Expand fills in.
  KnownVariables(const Variables& stage, Arena& arena) : stage_(stage), arena_(arena) {}

  /// `program`: what is known of the program that the command runs.
  void Learn(const SimpleCommand& command, const Program& program);
  /// The command with the variables that stand alone as words put in: `$PIP install`. Values with
  /// blanks become several words, as the shell would have it. Those within its name and within the
  /// directory of a `cd` before it are put in too.
  void Expand(SimpleCommand& command);
  /// The value that the command sees; "" when that is not known.
  [[nodiscard]] std::string_view ValueFor(const SimpleCommand& command,
                                          std::string_view name) const;

 private:
  void ExpandName(SimpleCommand& command);
  void ExpandDirectory(SimpleCommand& command);
  [[nodiscard]] std::optional<std::string> Put(std::string_view text);
  void Assign(const ScriptWord& word);
  [[nodiscard]] std::string_view ValueOf(std::string_view name) const;

  const Variables& stage_;
  Arena& arena_;
  std::map<std::string_view, std::string_view> own_;
  std::size_t budget_ = 65536;  // bytes put in: a long value in many places must not grow the text
};

}  // namespace cacheplan::detect
