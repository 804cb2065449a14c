// Scripts that a command hands to a shell as a word: `sh -c '…'`, `su -c '…'`, eval, powershell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/name_table.h"

#include "src/shell/script_output.h"

namespace cacheplan::script {

/// A script in one word, to be read on its own.
struct Inner {
  std::string_view text;
  ScriptDialect dialect = ScriptDialect::kPosix;
  bool substituted = false;
  std::size_t first_command = 0;
  std::size_t last_command = 0;
  std::uint32_t offset = 0;
  bool eval = false;
};

/// The word after `-c`, which may be bundled (`-lc`, `-euxo pipefail -c`); also finds a script
/// file.
struct ShellArguments {
  std::optional<std::size_t> command;  ///< index of the word that holds the script
  std::optional<std::size_t> file;     ///< index of the first word that is no option
  bool reads_stdin = false;            ///< `-s` or `-`
};

ShellArguments ReadShellArguments(ShellWords words);

/// Programs that may be given a script in their words.
enum class ScriptHolder {
  kNone,
  kShell,
  kEval,
  kSwitchUser,  ///< su, runuser
  kPowerShell,
  kCmd,
  kNixShell,
  kMise,
  kFlock,
  kCollections,  ///< scl
  kEnvironment,  ///< env
  kTrap,
  kParallel,
};
struct Holder {
  std::string_view name;
  ScriptHolder is;
};
inline constexpr Holder kHolders[] = {
    {"ash", ScriptHolder::kShell},
    {"bash", ScriptHolder::kShell},
    {"cmd", ScriptHolder::kCmd},
    {"dash", ScriptHolder::kShell},
    {"env", ScriptHolder::kEnvironment},
    {"eval", ScriptHolder::kEval},
    {"fish", ScriptHolder::kShell},
    {"flock", ScriptHolder::kFlock},
    {"ksh", ScriptHolder::kShell},
    {"mksh", ScriptHolder::kShell},
    {"mise", ScriptHolder::kMise},
    {"nix-shell", ScriptHolder::kNixShell},
    {"parallel", ScriptHolder::kParallel},
    {"powershell", ScriptHolder::kPowerShell},
    {"pwsh", ScriptHolder::kPowerShell},
    {"rtx", ScriptHolder::kMise},
    {"runuser", ScriptHolder::kSwitchUser},
    {"scl", ScriptHolder::kCollections},
    {"script", ScriptHolder::kFlock},
    {"sg", ScriptHolder::kSwitchUser},
    {"sh", ScriptHolder::kShell},
    {"su", ScriptHolder::kSwitchUser},
    {"trap", ScriptHolder::kTrap},
    {"zsh", ScriptHolder::kShell},
};
inline constexpr NameTable kHoldersByName(kHolders);

inline ScriptHolder HolderOf(std::string_view program) {
  const Holder* const holder = kHoldersByName.Find(program);
  return holder == nullptr ? ScriptHolder::kNone : holder->is;
}

/// The script that this command, which a holder starts, hands to a shell, if it does.
std::optional<Inner> FindInner(ScriptHolder holder, ShellWords words, Arena& arena);

/// The first word as a program's name; empty when there is no word.
std::string_view NameOf(ShellWords words);

}  // namespace cacheplan::script
