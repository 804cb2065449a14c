// Commands that a script runs once for each of several known values: those of loops and functions.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cacheplan/script.h"

#include "src/detect/variables.h"

namespace cacheplan::detect {

class Repeats {
 public:
  /// Whether the script has any; where it has none, each command is run once.
  static bool Any(const Script& script) {
    return !script.loops.empty() || !script.functions.empty();
  }
  /// Both must outlive it.
  Repeats(const Script& script, KnownVariables& variables);

  /// Goes on to the command of that number; false when nothing runs it: it stands in a function
  /// that the script never calls.
  bool Reach(std::size_t number);
  /// It calls a function of the script: what that does is read where the function stands. One in
  /// the function itself is the program of the same name.
  [[nodiscard]] bool IsCall(const SimpleCommand& command) const;
  /// A `shift` in a function: its arguments are others from here on. False outside of one.
  bool Shift(const SimpleCommand& command);
  /// The command with its variables put in, once for each value that it depends on.
  template <typename Take>
  void Each(const SimpleCommand& command, const Take& take) {
    SimpleCommand first = command;
    if (active_.empty()) {
      variables_.Expand(first);
      take(first);
      return;
    }
    BindFirst();
    variables_.Expand(first);
    const std::size_t rounds = CountRounds();
    if (rounds == 1) {
      take(first);
    }
    for (std::size_t round = 0; rounds != 1 && round < std::max<std::size_t>(rounds, 1); ++round) {
      SimpleCommand own = command;
      if (rounds == 0) {
        BindCertain();
      } else {
        Bind(round);
      }
      variables_.Expand(own);
      take(own);
    }
    BindCertain();
  }

 private:
  struct Active {
    std::uint32_t last;            ///< it ends before this command
    std::vector<Binding> choices;  ///< none: nothing is known of them
    Binding unknown;
    const ScriptFunction* function = nullptr;
    bool runs = true;
    bool asked = false;  ///< the command depends on which choice it is
  };
  void Start(const ScriptLoop& loop);
  void Start(const ScriptFunction& function);
  /// Each first choice.
  void BindFirst();
  /// The choices of that round.
  void Bind(std::size_t round);
  /// What holds whatever is chosen.
  void BindCertain();
  /// After the first choices were asked for; 0: too many to tell.
  std::size_t CountRounds();

  const Script& script_;
  KnownVariables& variables_;
  struct Calls {
    const ScriptFunction* function;
    std::vector<ScriptWords> arguments;
  };
  std::unordered_map<std::string_view, Calls> calls_;
  std::vector<bool> called_;    ///< by number of the function
  std::vector<Active> active_;  ///< inner ones last
  std::size_t loop_ = 0;        ///< the next one to start
  std::size_t function_ = 0;
  std::size_t budget_ = 1000;  ///< rounds of all commands: a script must not grow without end
};

}  // namespace cacheplan::detect
