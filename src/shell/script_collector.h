// What the readers of PowerShell and cmd share: words gathered into commands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/shell/powershell_value.h"
#include "src/shell/script_output.h"

namespace cacheplan::script {

inline bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// ASCII letters alone: what these languages do not tell apart in the names that are known.
std::string Lower(std::string_view text);

/// Gathers words into commands and tracks the directory.
class Collector {
 public:
  /// In PowerShell a command line that starts with a variable or a string is an expression, unless
  /// `&` calls it.
  Collector(Output& out, const Directory& start, std::optional<std::uint32_t> offset,
            ScriptDialect dialect)
      : out_(out), directory_(start), offset_(offset), dialect_(dialect) {
    statement_.first = out.size();
  }

  [[nodiscard]] bool empty() const { return words_.empty(); }
  [[nodiscard]] std::string_view first() const { return words_.front().word.text; }

  void Add(std::string_view text, bool literal, bool quoted, std::size_t pos);
  /// The word added last, or about to be, ends here.
  void Reach(std::size_t pos) { end_ = pos; }
  void Forget() { words_.clear(); }
  /// `$x =`: what follows, a command or an expression, is its value, and not known.
  void Assign(std::string_view name, std::size_t pos);
  /// The same for the name that was added last.
  void Assign();
  /// `$x = 'npm'`, as an assignment of a shell: x=npm.
  void Assign(const PowerShellAssignment& assignment, const PowerShellValue& value,
              std::size_t pos);
  /// Ends a command.
  void End();
  /// Ends a statement, and the last command of it.
  void EndStatement();
  /// A `|` ends the last command.
  void Pipe();
  /// Nothing stands behind the `|` yet.
  [[nodiscard]] bool GoesOn() const { return empty() && last_pipe_ == out_.size(); }
  /// A block begins or ends: what is assigned in one may not be.
  void Enter();
  void Leave();
  /// Ends what is still open.
  void Close();
  void Call() { called_ = true; }
  void Opaque(std::string_view reason, std::size_t pos);

 private:
  /// Commands that stand in one pipeline, or in the parentheses of it.
  struct Statement {
    std::size_t first = 0;               ///< its first command
    std::optional<std::size_t> piped{};  ///< the first one behind a `|`
    std::optional<std::size_t> runs{};   ///< an Invoke-Expression of what they print
  };
  struct Block {
    Statement around;
    std::uint32_t branch = 0;
  };

  std::size_t Open(std::uint32_t offset);
  /// Invoke-Expression: reads what it is told to run.
  void Evaluate(std::size_t slot);
  void OpaqueEvaluation(std::size_t slot, std::string_view script);
  /// What an Invoke-Expression runs is what the commands of its statement print.
  void MarkEvaluated();
  [[nodiscard]] bool Shows(std::size_t slot) const;
  [[nodiscard]] bool AnyOf(std::size_t first, std::size_t last) const;
  static bool IsValue(const ScriptWord& word);
  [[nodiscard]] std::uint32_t At(std::size_t pos) const {
    return offset_ ? *offset_ : static_cast<std::uint32_t>(pos);
  }

  Output& out_;
  Directory directory_;
  std::optional<std::uint32_t> offset_;
  ScriptDialect dialect_;
  Statement statement_;
  std::optional<std::size_t> last_pipe_;  ///< how many commands there were
  std::vector<Block> blocks_;
  bool called_ = false;
  std::optional<ScriptWord> assigned_;
  std::size_t end_ = 0;
  std::vector<ShellWord> words_;
};

}  // namespace cacheplan::script
