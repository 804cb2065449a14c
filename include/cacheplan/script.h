// Shell scripts of RUN instructions, cut into simple commands.
//
// A real reading of POSIX sh (with the bash forms that Dockerfiles use), not a search for words.
// What cannot be read for sure becomes `opaque` with a reason: never a guess. The result owns its
// text. Time is linear in the script; nesting is bounded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cacheplan {

/// One word after quote removal. `text` keeps `$x`, `$(…)` and globs as written.
struct ScriptWord {
  std::string text;
  bool literal = true;    ///< false when the shell would still expand something in it
  bool quoted = false;    ///< some part of it was quoted
  std::uint32_t offset = 0;  ///< first byte in the script text given to ParseScript
};

struct Redirection {
  std::string op;  ///< ">", ">>", "<", "<<", "2>", …
  ScriptWord target;
};

struct SimpleCommand {
  std::vector<ScriptWord> assignments;  ///< leading VAR=x words
  std::vector<ScriptWord> words;        ///< command name and arguments; empty for assignments alone
  std::vector<Redirection> redirections;
  std::string directory;     ///< where `cd` has led, relative to the start ("" = unchanged, absolute starts with '/')
  bool directory_known = true;
  bool piped_into_shell = false;  ///< `curl … | sh`: its output is run
  std::uint32_t offset = 0;       ///< first byte in the script text
};

struct OpaquePart {
  std::string reason;  ///< "command substitution as command name", "unclosed quote", …
  std::uint32_t offset = 0;
};

struct Script {
  std::vector<SimpleCommand> commands;  ///< in the order of the text, nested ones included
  std::vector<OpaquePart> opaque;
};

enum class ScriptDialect { kPosix, kPowerShell, kCmd };

/// Every simple command of the script: across && || ; | & newlines, subshells, groups, if/for/while/
/// case bodies, command substitutions, functions, and scripts handed to `sh -c`, `bash -lc`, `eval`,
/// `su -c`. Wrappers (sudo, env, exec, time, nice, gosu, timeout, xargs …) are peeled off.
Script ParseScript(std::string_view text, ScriptDialect dialect = ScriptDialect::kPosix);

/// The same for an exec-form argument list.
Script ParseExec(const std::vector<std::string>& argv);

}  // namespace cacheplan
