// Texts of scripts with their variables put in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cacheplan/script.h"

namespace cacheplan::detect {

/// What is known of a variable.
struct KnownValue {
  enum class Is : std::uint8_t {
    kUnknown,
    kUnset,  ///< declared by an ARG, and not set
    kText,
  };
  Is is = Is::kUnknown;
  bool only_flags = false;  ///< of an unknown one: whatever it is, it is flags or nothing
  std::string_view text;

  static KnownValue Of(std::string_view text) { return {Is::kText, false, text}; }
  static KnownValue Unset() { return {Is::kUnset, false, {}}; }
  [[nodiscard]] bool known() const { return is == Is::kText; }
};

/// Where the values come from.
class VariableSource {
 public:
  virtual KnownValue Find(std::string_view name, ScriptDialect dialect) = 0;
  /// `${NAME:=value}` of one that is not set.
  virtual void AssignDefault(std::string_view name, std::string_view value) = 0;
  /// `$1`, `$2` …; nothing when they are not known.
  virtual std::optional<ScriptWords> Arguments() = 0;

 protected:
  ~VariableSource() = default;
};

/// Appends the text with its variables put in; false when one of them is not known, or when the
/// shell would do more. `quoted`: it stood in quotes.
bool PutVariables(std::string_view text, bool quoted, ScriptDialect dialect, VariableSource& source,
                  std::string& out);

/// Bytes of the `$name`, `${…}`, `$(…)` or backticks that the text begins with, all of it where
/// they never end; of another `$` 1.
std::size_t ExpansionSize(std::string_view text);

/// Of a word that has what a command prints in it: appends it with the variables put in that are
/// known, all else as it is written. `splits`: a value with blanks would become several words.
/// False when nothing was put in.
bool PutKnownVariables(std::string_view text, bool splits, VariableSource& source,
                       std::string& out);

/// The NAME of a text that is one variable and nothing else: `$NAME`, `${NAME}`, `${NAME:-x}`,
/// `${NAME[@]}`, `%NAME%`; "" for any other.
std::string_view OneVariable(std::string_view text, ScriptDialect dialect);

/// Of `$@`, `${@}`, `$*` 0, of `${@:2}` 1: the first of the arguments that a word stands for, where
/// it stands for all from there on.
std::optional<std::size_t> FirstArgument(std::string_view text);
/// How many arguments a `shift` takes away, where it says that.
std::optional<std::size_t> ShiftCount(const SimpleCommand& command);

/// NPM_FLAGS, OPTS …: by its name it holds flags, and nothing that is a word of its own.
bool NameSaysFlags(std::string_view name);

}  // namespace cacheplan::detect
