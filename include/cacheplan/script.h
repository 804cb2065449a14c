// Shell scripts of RUN instructions, cut into simple commands.
//
// A real reading of POSIX sh (with the bash forms that Dockerfiles use), not a search for words.
// What cannot be read for sure becomes `opaque` with a reason: never a guess. Nothing is copied
// that stands in the script as it is: a result is made of views into the script's text and into the
// arena, and both must outlive it. Time is linear in the script; nesting is bounded. Source of the
// rules: POSIX.1-2024, Shell Command Language; the bash manual for what is bash alone.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/arena.h"

namespace cacheplan {

enum class ScriptDialect : std::uint8_t { kPosix, kPowerShell, kCmd };

/// One word after quote removal. `text` keeps `$x`, `$(…)` and globs as written.
struct ScriptWord {
  std::string_view text;
  std::uint32_t offset = 0;     ///< first byte in the script text; see SimpleCommand::offset
  bool literal : 1 = true;      ///< false when the shell would still expand something in it
  bool quoted : 1 = false;      ///< some part of it was quoted
  bool splits : 1 = false;      ///< an expansion in it stands outside of quotes
  bool mixed : 1 = false;       ///< it has a `$` or a backtick that stands for itself as well
  bool only_flags : 1 = false;  ///< whatever it expands to: flags or nothing, no word of its own
};
using ScriptWords = std::span<const ScriptWord>;

struct Redirection {
  std::string_view op;  ///< ">", ">>", "<", "<<", "2>", "<<<", "&>", …
  ScriptWord target;
};

struct SimpleCommand {
  ScriptWords assignments;  ///< leading VAR=x words, those of `env` included
  ScriptWords words;        ///< command name and arguments; empty for assignments alone; SetWords
  std::span<const Redirection> redirections;
  std::string_view directory;  ///< where `cd` led, relative to the start ("" = there; or absolute)
  /// First byte in the script text. Commands of a script inside a word (`sh -c '…'`) have the
  /// offset of that word.
  std::uint32_t offset = 0;
  /// One past its last byte in the script text; that of the whole word or body for a command whose
  /// script stands inside one.
  std::uint32_t end = 0;
  /// False after `cd "$x"` and the like; `directory` is then "", or what variables would complete:
  /// "$x/web".
  bool directory_known = true;
  bool piped_into_shell = false;  ///< `curl … | sh`: a shell or interpreter runs its output
  bool more_words = false;        ///< xargs or find adds words that the text does not show
  bool script_file = false;       ///< `sh install`: its first word is a file that a shell reads
  ScriptDialect dialect = ScriptDialect::kPosix;
  std::uint32_t branch = 0;  ///< what it stands in may not run, or runs apart: Script::branches

  /// The command's name without its directory: "pip" for "$VENV/bin/pip". Empty when there is none
  /// or when the name itself is not literal.
  [[nodiscard]] std::string_view name() const { return name_; }
  /// Sets `words` and, by them, the name.
  void SetWords(ScriptWords own);
  /// The same, for who knows the ProgramName of the first word.
  void SetWords(ScriptWords own, std::string_view program);

 private:
  std::string_view name_;  // asked for by nearly everything that looks at a command
};

struct OpaquePart {
  std::string reason;  ///< "the command's name is a variable", "a quote is never closed", …
  std::uint32_t offset = 0;
};

/// Commands that run once for each of several values: the body of a `for`. They are those from
/// `first` up to `last` in Script::commands.
struct ScriptLoop {
  std::string_view name;  ///< of its variable
  ScriptWords values;
  bool listed = false;  ///< it has an `in`
  bool stays = false;   ///< each round starts where the loop did: no `cd` in it lasts
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// A function and its body, likewise.
struct ScriptFunction {
  std::string_view name;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t branch = 0;  ///< of what it surely runs
};

/// A branch that runs only where a file is there, or only where it is not: `[ -f FILE ] && …`,
/// `if [ -f FILE ]; then … else …`.
struct ScriptGuard {
  std::uint32_t branch = 0;
  std::string_view file;  ///< as it is written
  bool there = true;
};

/// A file whose text is written out where it is made: by a heredoc, an echo, a printf.
struct ScriptFile {
  std::string_view path;  ///< relative to where the script starts, or absolute
  std::string_view text;
};

struct Script {
  std::span<SimpleCommand> commands;  ///< in the order of the text, nested ones included
  std::vector<OpaquePart> opaque;
  std::vector<ScriptFunction> functions;  ///< in order
  std::vector<ScriptLoop> loops;          ///< in order, an outer one before those in it
  /// The branch that each branch stands in; those of commands are counted from 1, and 0 is the
  /// script itself. What a branch assigns may hold after it, or not.
  std::vector<std::uint32_t> branches;
  std::vector<ScriptFile> files;    ///< that it writes
  std::vector<ScriptGuard> guards;  ///< in order of their branches
};

/// Every simple command of the script: across && || ; | & newlines, subshells, groups,
/// if/for/while/ case bodies, command substitutions, functions, and scripts handed to `sh -c`,
/// `bash -lc`, `eval`, `su -c`. Wrappers (sudo, env, exec, time, nice, gosu, timeout, xargs …) are
/// peeled off. PowerShell and cmd are cut at their separators, quotes respected. `files` were
/// written before: a script among them that is run is read.
Script ParseScript(std::string_view text, Arena& arena,
                   ScriptDialect dialect = ScriptDialect::kPosix,
                   std::span<const ScriptFile> files = {});

/// The same for an exec-form argument list. Offsets are 0.
Script ParseExec(std::span<const std::string_view> argv, Arena& arena,
                 std::span<const ScriptFile> files = {});

/// The same for one command whose words have changed: what its first word stands for is known now.
Script ParseCommand(const SimpleCommand& command, Arena& arena);

/// The same for a shell-form command under `SHELL [shell…]` (empty: the default shell, which is cmd
/// when `windows`). A shell that is not known to be one gets the text as its last argument.
Script ParseShellForm(std::string_view text, std::span<const std::string_view> shell, bool windows,
                      Arena& arena, std::span<const ScriptFile> files = {});

/// The interpreter of `#!/usr/bin/env python3`; empty without such a line.
std::string_view ShebangProgram(std::string_view text);

/// The last component of a path with either kind of slash, without .exe, .cmd, .bat or .ps1.
std::string_view ProgramName(std::string_view path);

}  // namespace cacheplan
