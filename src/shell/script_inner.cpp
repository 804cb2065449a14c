#include "src/shell/script_inner.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace cacheplan::script {
namespace {

Inner ScriptIn(const ShellWord& word, ScriptDialect dialect) {
  return {word.word.text,   dialect, word.substituted, word.first_command, word.last_command,
          word.word.offset, false};
}

Inner JoinFrom(ShellWords words, std::size_t at, ScriptDialect dialect, Arena& arena) {
  Inner inner;
  std::string text;
  inner.dialect = dialect;
  inner.offset = words[at].word.offset;
  for (; at < words.size(); ++at) {
    text += text.empty() ? "" : " ";
    text += words[at].word.text;
    if (words[at].substituted) {
      inner.first_command = inner.substituted ? inner.first_command : words[at].first_command;
      inner.last_command = words[at].last_command;
      inner.substituted = true;
    }
  }
  inner.text = arena.Copy(text);
  return inner;
}

/// `su [-] [USER] -c SCRIPT`, `runuser -l USER -c SCRIPT`.
std::optional<Inner> SwitchUserScript(ShellWords words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view text = words[i].word.text;
    const bool short_c = text.size() > 1 && text[0] == '-' && text[1] != '-' && text.back() == 'c';
    if ((short_c || text == "--command" || text == "--session-command") && i + 1 < words.size()) {
      return ScriptIn(words[i + 1], ScriptDialect::kPosix);
    }
    if (text.compare(0, 10, "--command=") == 0) {
      Inner inner = ScriptIn(words[i], ScriptDialect::kPosix);
      inner.text.remove_prefix(10);
      return inner;
    }
  }
  return std::nullopt;
}

/// `powershell [-Flag …] [-Command] SCRIPT…` and `cmd /c SCRIPT…`.
std::optional<Inner> WindowsScript(ShellWords words, bool powershell, Arena& arena) {
  constexpr std::array<std::string_view, 6> kValued = {
      "-executionpolicy", "-ep", "-ex", "-version", "-windowstyle", "-outputformat"};
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string text(words[i].word.text);
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (powershell && (text == "-command" || text == "-c" || text == "/command" || text == "/c")) {
      continue;
    }
    if (powershell && (text == "-file" || text == "-f" || text == "-encodedcommand")) {
      return std::nullopt;
    }
    if (powershell && std::find(kValued.begin(), kValued.end(), text) != kValued.end()) {
      ++i;
    } else if (!(text.size() > 1 && (text[0] == '-' || (!powershell && text[0] == '/')))) {
      return JoinFrom(words, i, powershell ? ScriptDialect::kPowerShell : ScriptDialect::kCmd,
                      arena);
    }
  }
  return std::nullopt;
}

/// `scl enable X Y -- cmd…` or `scl enable X 'script'`; `nix-shell --run 'script'`; `flock F -c s`.
std::optional<Inner> ToolScript(ShellWords words, std::string_view name, Arena& arena) {
  const auto after = [&](std::initializer_list<std::string_view> flags) -> std::optional<Inner> {
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
      if (std::find(flags.begin(), flags.end(), words[i].word.text) != flags.end()) {
        return ScriptIn(words[i + 1], ScriptDialect::kPosix);
      }
    }
    return std::nullopt;
  };
  if (name == "nix-shell") {
    return after({"--run", "--command"});
  }
  if (name == "flock" || name == "script") {
    return after({"-c", "-qc", "--command"});
  }
  if (name == "scl" && words.size() > 3 && words[1].word.text == "enable") {
    for (std::size_t i = 2; i + 1 < words.size(); ++i) {
      if (words[i].word.text == "--") {
        return JoinFrom(words, i + 1, ScriptDialect::kPosix, arena);
      }
    }
    return ScriptIn(words.back(), ScriptDialect::kPosix);
  }
  return std::nullopt;
}

}  // namespace

std::string_view NameOf(ShellWords words) {
  return words.empty() ? std::string_view() : ProgramName(words.front().word.text);
}

bool IsPosixShell(std::string_view program) {
  constexpr std::array<std::string_view, 8> kShells = {"sh",  "bash", "dash", "ash",
                                                       "zsh", "ksh",  "mksh", "fish"};
  return std::find(kShells.begin(), kShells.end(), program) != kShells.end();
}

ShellArguments ReadShellArguments(ShellWords words) {
  ShellArguments found;
  bool command = false;
  std::size_t at = 1;
  for (; at < words.size(); ++at) {
    const std::string_view text = words[at].word.text;
    if (text == "-") {
      found.reads_stdin = true;
      continue;
    }
    if (text == "--rcfile" || text == "--init-file") {
      ++at;
    } else if (text.size() > 1 && (text[0] == '-' || text[0] == '+')) {
      const bool option = text.compare(0, 2, "--") != 0;
      command = command || (option && text[0] == '-' && text.find('c') != std::string_view::npos);
      found.reads_stdin = found.reads_stdin || (option && text.find('s') != std::string_view::npos);
      if (option && (text.back() == 'o' || text.back() == 'O')) {
        ++at;  // -o pipefail, -eo pipefail
      }
    } else {
      break;
    }
  }
  if (at < words.size()) {
    (command ? found.command : found.file) = at;
  }
  return found;
}

std::optional<Inner> FindInner(ShellWords words, Arena& arena) {
  const std::string_view name = NameOf(words);
  if (IsPosixShell(name)) {
    const ShellArguments arguments = ReadShellArguments(words);
    if (arguments.command) {
      return ScriptIn(words[*arguments.command], ScriptDialect::kPosix);
    }
    return std::nullopt;
  }
  if (name == "eval" && words.size() > 1) {
    Inner inner = JoinFrom(words, 1, ScriptDialect::kPosix, arena);
    inner.eval = true;
    return inner;
  }
  if (name == "su" || name == "runuser") {
    return SwitchUserScript(words);
  }
  if (name == "powershell" || name == "pwsh") {
    return WindowsScript(words, true, arena);
  }
  if (name == "cmd") {
    return WindowsScript(words, false, arena);
  }
  return ToolScript(words, name, arena);
}

}  // namespace cacheplan::script
