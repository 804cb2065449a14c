// Programs that run another program (sudo, env, timeout, xargs …) and scripts handed to a shell as
// a word (`sh -c '…'`, `su -c`, eval): what they run is what counts.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/shell/script_output.h"

namespace cacheplan::script {
namespace {

/// How to find the command after a wrapper's own words.
struct Wrapper {
  std::string_view name;              ///< may be two words: "poetry run"
  std::string_view value_flags = "";  ///< flags whose value is the next word
  int positionals = 0;                ///< own words before the command
  bool numbers = false;               ///< words that are numbers or durations are its own
  bool assignments = false;           ///< NAME=value words may stand before the command
  std::string_view not_with = "";     ///< with one of these flags it runs nothing
};

constexpr Wrapper kWrappers[] = {
    {.name = "arch"},
    {.name = "asdf exec"},
    {.name = "builtin"},
    {.name = "bundle exec"},
    {.name = "busybox"},
    {.name = "ccache"},
    {.name = "chpst", .value_flags = "-u -U -b -e -P -l -L -n"},
    {.name = "chroot", .positionals = 1},
    {.name = "chronic"},
    {.name = "command", .not_with = "-v -V"},
    {.name = "conda run", .value_flags = "-n --name -p --prefix --cwd"},
    {.name = "coproc"},
    {.name = "dbus-run-session"},
    {.name = "direnv exec", .positionals = 1},
    {.name = "doas", .value_flags = "-u -C"},
    {.name = "doppler run", .value_flags = "-p --project -c --config -t --token"},
    {.name = "eatmydata"},
    {.name = "emcmake"},
    {.name = "emconfigure"},
    {.name = "emmake"},
    {.name = "env", .value_flags = "-u --unset -C --chdir -S", .assignments = true},
    {.name = "exec", .value_flags = "-a"},
    {.name = "fakeroot"},
    {.name = "faketime", .positionals = 1},
    {.name = "fnm exec", .value_flags = "--using"},
    {.name = "gosu", .positionals = 1},
    {.name = "ionice", .value_flags = "-c -n -t"},
    {.name = "linux32"},
    {.name = "linux64"},
    {.name = "mamba run", .value_flags = "-n --name -p --prefix --cwd"},
    {.name = "micromamba run", .value_flags = "-n --name -p --prefix --cwd"},
    {.name = "mise exec"},
    {.name = "mise x"},
    {.name = "nice", .value_flags = "-n"},
    {.name = "nohup"},
    {.name = "numactl"},
    {.name = "op run"},
    {.name = "opam exec"},
    {.name = "pipenv run"},
    {.name = "poetry run"},
    {.name = "proxychains"},
    {.name = "proxychains4"},
    {.name = "pyenv exec"},
    {.name = "rbenv exec"},
    {.name = "retry", .value_flags = "-t -d -m -s", .numbers = true},
    {.name = "rvm-exec", .positionals = 1},
    {.name = "s6-setuidgid", .positionals = 1},
    {.name = "scan-build"},
    {.name = "setarch", .positionals = 1},
    {.name = "setpriv", .value_flags = "--reuid --regid --groups"},
    {.name = "setsid"},
    {.name = "setuidgid", .positionals = 1},
    {.name = "stdbuf", .value_flags = "-i -o -e"},
    {.name = "su-exec", .positionals = 1},
    {.name = "sudo",
     .value_flags = "-u -g -h -p -C -r -t -T -U -D -R --user --group --chdir --prompt",
     .assignments = true,
     .not_with = "-v -l -k -K -e -V --validate --list --version"},
    {.name = "taskset", .positionals = 1},
    {.name = "time", .value_flags = "-f -o"},
    {.name = "timeout", .value_flags = "-s -k --signal --kill-after", .positionals = 1},
    {.name = "torsocks"},
    {.name = "travis_retry"},
    {.name = "unbuffer"},
    {.name = "with-contenv"},
    {.name = "xargs",
     .value_flags = "-n -P -I -d -L -s -a -E --max-args --max-procs --replace --delimiter "
                    "--max-lines --arg-file"},
    {.name = "xvfb-run",
     .value_flags = "-s -n -e -f -p -w --server-args --server-num --error-file"},
};

bool HasWord(std::string_view list, std::string_view word) {
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(' ', at), list.size());
    if (list.substr(at, end - at) == word) {
      return true;
    }
    at = end + 1;
  }
  return false;
}

bool IsFlag(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

bool IsAssignment(std::string_view word) {
  const std::size_t sign = word.find('=');
  return sign != std::string_view::npos && sign > 0 &&
         word.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == sign;
}

bool IsNumber(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789.smhd") == std::string_view::npos &&
         word.front() >= '0' && word.front() <= '9';
}

std::string_view NameOf(const std::vector<ShellWord>& words) {
  return words.empty() ? std::string_view() : ProgramName(words.front().word.text);
}

const Wrapper* FindWrapper(const std::vector<ShellWord>& words, std::size_t& length) {
  const std::string_view name = NameOf(words);
  for (const Wrapper& wrapper : kWrappers) {
    const std::size_t blank = wrapper.name.find(' ');
    if (wrapper.name.substr(0, blank) != name) {
      continue;
    }
    length = blank == std::string_view::npos ? 1 : 2;
    if (length == 1 || (words.size() > 1 && words[1].word.text == wrapper.name.substr(blank + 1))) {
      return &wrapper;
    }
  }
  return nullptr;
}

/// The index of the command that a wrapper runs; words.size() when it runs none.
std::size_t WrappedAt(const Wrapper& wrapper, std::size_t at, const std::vector<ShellWord>& words,
                      std::vector<ScriptWord>& assignments) {
  int positionals = wrapper.positionals;
  for (; at < words.size(); ++at) {
    const std::string& text = words[at].word.text;
    if (text == "--") {
      ++at;
      break;
    }
    if (IsFlag(text)) {
      if (HasWord(wrapper.not_with, text)) {
        return words.size();
      }
      if (HasWord(wrapper.value_flags, text)) {
        ++at;
      }
    } else if (wrapper.assignments && IsAssignment(text)) {
      assignments.push_back(words[at].word);
    } else if (positionals > 0) {
      --positionals;
    } else if (!(wrapper.numbers && IsNumber(text))) {
      break;
    }
  }
  while (positionals > 0 && at < words.size()) {  // own words may also follow the --
    ++at;
    --positionals;
  }
  return std::min(at, words.size());
}

/// A script in one word, to be read on its own.
struct Inner {
  std::string text;
  ScriptDialect dialect = ScriptDialect::kPosix;
  bool substituted = false;
  std::size_t first_command = 0;
  std::size_t last_command = 0;
  std::uint32_t offset = 0;
  bool eval = false;
};

Inner ScriptIn(const ShellWord& word, ScriptDialect dialect) {
  return {word.word.text,   dialect, word.substituted, word.first_command, word.last_command,
          word.word.offset, false};
}

Inner JoinFrom(const std::vector<ShellWord>& words, std::size_t at, ScriptDialect dialect) {
  Inner inner;
  inner.dialect = dialect;
  inner.offset = words[at].word.offset;
  for (; at < words.size(); ++at) {
    inner.text += (inner.text.empty() ? "" : " ") + words[at].word.text;
    if (words[at].substituted) {
      inner.first_command = inner.substituted ? inner.first_command : words[at].first_command;
      inner.last_command = words[at].last_command;
      inner.substituted = true;
    }
  }
  return inner;
}

/// The word after `-c`, which may be bundled (`-lc`, `-euxo pipefail -c`); also finds a script
/// file.
struct ShellArguments {
  std::optional<std::size_t> command;  ///< index of the word that holds the script
  std::optional<std::size_t> file;     ///< index of the first word that is no option
  bool reads_stdin = false;            ///< `-s` or `-`
};

ShellArguments ReadShellArguments(const std::vector<ShellWord>& words) {
  ShellArguments found;
  bool command = false;
  std::size_t at = 1;
  for (; at < words.size(); ++at) {
    const std::string& text = words[at].word.text;
    if (text == "-") {
      found.reads_stdin = true;
      continue;
    }
    if (text == "--rcfile" || text == "--init-file") {
      ++at;
    } else if (text.size() > 1 && (text[0] == '-' || text[0] == '+')) {
      const bool option = text.compare(0, 2, "--") != 0;
      command = command || (option && text[0] == '-' && text.find('c') != std::string::npos);
      found.reads_stdin = found.reads_stdin || (option && text.find('s') != std::string::npos);
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

/// `su [-] [USER] -c SCRIPT`, `runuser -l USER -c SCRIPT`.
std::optional<Inner> SwitchUserScript(const std::vector<ShellWord>& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& text = words[i].word.text;
    const bool short_c = text.size() > 1 && text[0] == '-' && text[1] != '-' && text.back() == 'c';
    if ((short_c || text == "--command" || text == "--session-command") && i + 1 < words.size()) {
      return ScriptIn(words[i + 1], ScriptDialect::kPosix);
    }
    if (text.compare(0, 10, "--command=") == 0) {
      Inner inner = ScriptIn(words[i], ScriptDialect::kPosix);
      inner.text.erase(0, 10);
      return inner;
    }
  }
  return std::nullopt;
}

/// `powershell [-Flag …] [-Command] SCRIPT…` and `cmd /c SCRIPT…`.
std::optional<Inner> WindowsScript(const std::vector<ShellWord>& words, bool powershell) {
  constexpr std::array<std::string_view, 6> kValued = {
      "-executionpolicy", "-ep", "-ex", "-version", "-windowstyle", "-outputformat"};
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string text = words[i].word.text;
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
      return JoinFrom(words, i, powershell ? ScriptDialect::kPowerShell : ScriptDialect::kCmd);
    }
  }
  return std::nullopt;
}

/// `scl enable X Y -- cmd…` or `scl enable X 'script'`; `nix-shell --run 'script'`; `flock F -c s`.
std::optional<Inner> ToolScript(const std::vector<ShellWord>& words, std::string_view name) {
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
        return JoinFrom(words, i + 1, ScriptDialect::kPosix);
      }
    }
    return ScriptIn(words.back(), ScriptDialect::kPosix);
  }
  return std::nullopt;
}

/// The script that this command hands to a shell, if it does.
std::optional<Inner> FindInner(const std::vector<ShellWord>& words) {
  const std::string_view name = NameOf(words);
  if (IsPosixShell(name)) {
    const ShellArguments arguments = ReadShellArguments(words);
    if (arguments.command) {
      return ScriptIn(words[*arguments.command], ScriptDialect::kPosix);
    }
    return std::nullopt;
  }
  if (name == "eval" && words.size() > 1) {
    Inner inner = JoinFrom(words, 1, ScriptDialect::kPosix);
    inner.eval = true;
    return inner;
  }
  if (name == "su" || name == "runuser") {
    return SwitchUserScript(words);
  }
  if (name == "powershell" || name == "pwsh") {
    return WindowsScript(words, true);
  }
  if (name == "cmd") {
    return WindowsScript(words, false);
  }
  return ToolScript(words, name);
}

Directory ReadInner(const Inner& inner, std::size_t slot, Output& out) {
  const Directory start{out.At(slot).directory, out.At(slot).directory_known};
  if (out.depth >= kMaxDepth) {
    out.Opaque("scripts are nested too deep", inner.offset);
    return start;
  }
  if (inner.substituted) {  // sh -c "$(curl …)"
    out.MarkPipedIntoShell(inner.first_command, inner.last_command);
    if (inner.text.front() == '`' || inner.text.compare(0, 2, "$(") == 0) {
      return start;  // nothing but what a command prints, and that is marked
    }
  }
  ++out.depth;
  Directory end = start;
  switch (inner.dialect) {
    case ScriptDialect::kPosix:
      end = ReadPosix(inner.text, out, start, inner.offset, inner.substituted);
      break;
    case ScriptDialect::kPowerShell:
      ReadPowerShell(inner.text, out, start, inner.offset);
      break;
    case ScriptDialect::kCmd:
      ReadCmd(inner.text, out, start, inner.offset);
      break;
  }
  --out.depth;
  return end;
}

/// Each `-exec …` of a find is a command of its own.
void ReadFindActions(std::size_t slot, const std::vector<ShellWord>& words, Output& out) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& text = words[i].word.text;
    if (text != "-exec" && text != "-execdir" && text != "-ok" && text != "-okdir") {
      continue;
    }
    std::vector<ShellWord> action;
    for (++i; i < words.size() && words[i].word.text != ";" && words[i].word.text != "+"; ++i) {
      action.push_back(words[i]);
    }
    const std::size_t own = out.Open();
    SimpleCommand& command = out.At(own);
    command.directory = out.At(slot).directory;
    command.directory_known = false;
    command.more_words = true;
    command.offset = out.At(slot).offset;
    ++out.depth;
    Finish(own, std::move(action), out);
    --out.depth;
  }
}

/// `bash ./gradlew build` runs ./gradlew: the shell's own words go.
bool PeelShell(std::vector<ShellWord>& words) {
  const ShellArguments arguments = ReadShellArguments(words);
  if (!arguments.file || arguments.reads_stdin) {
    return false;
  }
  const std::string& file = words[*arguments.file].word.text;
  if (file.compare(0, 2, "<(") == 0 || file == "/dev/stdin") {
    return false;
  }
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(*arguments.file));
  return true;
}

}  // namespace

bool IsPosixShell(std::string_view program) {
  constexpr std::array<std::string_view, 8> kShells = {"sh",  "bash", "dash", "ash",
                                                       "zsh", "ksh",  "mksh", "fish"};
  return std::find(kShells.begin(), kShells.end(), program) != kShells.end();
}

bool RunsStandardInput(const SimpleCommand& command) {
  std::string_view name = command.name();
  while (!name.empty() && ((name.back() >= '0' && name.back() <= '9') || name.back() == '.')) {
    name.remove_suffix(1);  // python3.11
  }
  constexpr std::array<std::string_view, 6> kInterpreters = {"python", "perl", "ruby",
                                                             "node",   "php",  "iex"};
  if (IsPosixShell(name)) {
    std::vector<ShellWord> words;
    for (const ScriptWord& word : command.words) {
      words.push_back({word});
    }
    const ShellArguments arguments = ReadShellArguments(words);
    return !arguments.command && (!arguments.file || arguments.reads_stdin);
  }
  if (std::find(kInterpreters.begin(), kInterpreters.end(), name) == kInterpreters.end()) {
    return false;
  }
  // `python3 - --yes`, `python3 -u`: no file before the options end.
  return command.words.size() == 1 || command.words[1].text == "-" ||
         (command.words[1].text == "--" && name == "php");
}

std::optional<Directory> Finish(std::size_t slot, std::vector<ShellWord> words, Output& out) {
  std::vector<ScriptWord> assignments;
  bool more_words = out.At(slot).more_words;
  for (int peeled = 0; !words.empty() && peeled < kMaxDepth; ++peeled) {
    if (const std::optional<Inner> inner = FindInner(words)) {
      out.At(slot).words.clear();
      out.Drop(slot);
      const Directory end = ReadInner(*inner, slot, out);
      return inner->eval ? std::optional<Directory>(end) : std::nullopt;
    }
    std::size_t at = 0;
    if (IsPosixShell(NameOf(words))) {
      if (words.size() > 1 && words[1].word.text.compare(0, 2, "<(") == 0) {
        out.MarkPipedIntoShell(words[1].first_command, words[1].last_command);
      }
      if (!PeelShell(words)) {
        break;
      }
      continue;
    }
    const Wrapper* wrapper = FindWrapper(words, at);
    if (wrapper == nullptr) {
      break;
    }
    at = WrappedAt(*wrapper, at, words, assignments);
    if (at >= words.size()) {
      break;  // alone: `env`, `sudo -v`
    }
    more_words = more_words || wrapper->name == "xargs";
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at));
  }

  SimpleCommand& command = out.At(slot);
  command.more_words = more_words;
  command.assignments.insert(command.assignments.end(), assignments.begin(), assignments.end());
  command.words.reserve(words.size());
  for (const ShellWord& word : words) {
    command.words.push_back(word.word);
  }
  if (command.words.empty()) {
    return std::nullopt;
  }
  if (command.name().empty()) {
    out.Opaque("the command's name is not known: " + command.words.front().text,
               command.words.front().offset);
  } else if (command.name() == "find" && out.depth < kMaxDepth) {
    ReadFindActions(slot, words, out);
  }
  return std::nullopt;
}

}  // namespace cacheplan::script
