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

Inner JoinFrom(ShellWords words, std::size_t at, ScriptDialect dialect, Arena& arena,
               std::string_view between = " ") {
  Inner inner;
  std::string text;
  inner.dialect = dialect;
  inner.offset = words[at].word.offset;
  for (; at < words.size(); ++at) {
    text += text.empty() ? "" : between;
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
  static constexpr std::array<std::string_view, 6> kValued = {
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

/// The word after one of the flags; behind a `--` they are another program's.
std::optional<Inner> ScriptAfter(ShellWords words, std::initializer_list<std::string_view> flags) {
  for (std::size_t i = 1; i + 1 < words.size() && words[i].word.text != "--"; ++i) {
    if (std::find(flags.begin(), flags.end(), words[i].word.text) != flags.end()) {
      return ScriptIn(words[i + 1], ScriptDialect::kPosix);
    }
  }
  return std::nullopt;
}

/// `scl enable X Y -- cmd…` or `scl enable X 'script'`.
std::optional<Inner> CollectionsScript(ShellWords words, Arena& arena) {
  if (words.size() <= 3 || words[1].word.text != "enable") {
    return std::nullopt;
  }
  for (std::size_t i = 2; i + 1 < words.size(); ++i) {
    if (words[i].word.text == "--") {
      return JoinFrom(words, i + 1, ScriptDialect::kPosix, arena);
    }
  }
  return ScriptIn(words.back(), ScriptDialect::kPosix);
}

/// `env -S 'npm ci'`: the word is cut at its blanks, and those behind it follow.
std::optional<Inner> SplitString(ShellWords words, Arena& arena) {
  for (std::size_t i = 1; i < words.size() && words[i].word.text.starts_with('-'); ++i) {
    std::string_view text = words[i].word.text;
    if ((text == "-S" || text == "--split-string") && i + 1 < words.size()) {
      return JoinFrom(words, i + 1, ScriptDialect::kPosix, arena);
    }
    constexpr std::string_view kLong = "--split-string=";
    if (text.starts_with(kLong) || (text.starts_with("-S") && text.size() > 2)) {
      Inner inner = JoinFrom(words, i, ScriptDialect::kPosix, arena);
      inner.text.remove_prefix(text.starts_with(kLong) ? kLong.size() : 2);
      return inner;
    }
  }
  return std::nullopt;
}

/// `trap 'npm ci' EXIT`, but not `trap - EXIT`.
std::optional<Inner> TrapScript(ShellWords words) {
  if (words.size() < 3 || words[1].word.text.empty() || words[1].word.text.starts_with('-')) {
    return std::nullopt;
  }
  return ScriptIn(words[1], ScriptDialect::kPosix);
}

/// `parallel ::: 'npm ci' 'yarn'`: without a command of its own, each argument is one.
std::optional<Inner> ParallelScript(ShellWords words, Arena& arena) {
  std::size_t at = 1;
  while (at < words.size() && words[at].word.text.starts_with('-')) {
    ++at;
  }
  if (at + 1 >= words.size() || words[at].word.text != ":::") {
    return std::nullopt;
  }
  return JoinFrom(words, at + 1, ScriptDialect::kPosix, arena, "\n");
}

/// `mise exec node@20 -c 'npm ci'`.
std::optional<Inner> MiseScript(ShellWords words) {
  const bool runs = words.size() > 1 && (words[1].word.text == "exec" || words[1].word.text == "x");
  return runs ? ScriptAfter(words, {"-c", "--command"}) : std::nullopt;
}

}  // namespace

std::string_view NameOf(ShellWords words) {
  return words.empty()        ? std::string_view()
         : words.front().bare ? words.front().word.text
                              : ProgramName(words.front().word.text);
}

bool IsPosixShell(std::string_view program) { return HolderOf(program) == ScriptHolder::kShell; }

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

std::optional<Inner> FindInner(ScriptHolder holder, ShellWords words, Arena& arena) {
  switch (holder) {
    case ScriptHolder::kNone:
      return std::nullopt;
    case ScriptHolder::kShell: {
      const ShellArguments arguments = ReadShellArguments(words);
      return arguments.command
                 ? std::optional(ScriptIn(words[*arguments.command], ScriptDialect::kPosix))
                 : std::nullopt;
    }
    case ScriptHolder::kEval: {
      if (words.size() < 2) {
        return std::nullopt;
      }
      Inner inner = JoinFrom(words, 1, ScriptDialect::kPosix, arena);
      inner.eval = true;
      return inner;
    }
    case ScriptHolder::kSwitchUser:
      return SwitchUserScript(words);
    case ScriptHolder::kPowerShell:
      return WindowsScript(words, true, arena);
    case ScriptHolder::kCmd:
      return WindowsScript(words, false, arena);
    case ScriptHolder::kNixShell:
      return ScriptAfter(words, {"--run", "--command"});
    case ScriptHolder::kMise:
      return MiseScript(words);
    case ScriptHolder::kFlock:
      return ScriptAfter(words, {"-c", "-qc", "--command"});
    case ScriptHolder::kEnvironment:
      return SplitString(words, arena);
    case ScriptHolder::kTrap:
      return TrapScript(words);
    case ScriptHolder::kParallel:
      return ParallelScript(words, arena);
    case ScriptHolder::kCollections:
      return CollectionsScript(words, arena);
  }
  return std::nullopt;
}

bool RunsStandardInput(const SimpleCommand& command) {
  std::string_view name = command.name();
  while (!name.empty() && ((name.back() >= '0' && name.back() <= '9') || name.back() == '.')) {
    name.remove_suffix(1);  // python3.11
  }
  if (name == "su") {
    return true;  // one that is given a script was read as that
  }
  static constexpr std::array<std::string_view, 6> kInterpreters = {"python", "perl", "ruby",
                                                                    "node",   "php",  "iex"};
  if (IsPosixShell(name)) {
    std::vector<ShellWord> words;
    words.reserve(command.words.size());
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

bool TakesExpressions(const SimpleCommand& command) {
  const std::string_view name = command.name();
  return (name == "R" || name == "Rscript" || name == "r" || name == "littler" ||
          name == "julia") &&
         std::all_of(command.words.begin() + 1, command.words.end(),
                     [](const ScriptWord& word) { return word.text.starts_with('-'); });
}

void AddProgram(std::size_t slot, std::string_view delimiter, std::string_view body, Output& out) {
  SimpleCommand& command = out.At(slot);
  while (!body.empty() && (body.back() == '\n' || body.back() == '\r')) {
    body.remove_suffix(1);
  }
  std::vector<ScriptWord> words(command.words.begin(), command.words.end());
  words.push_back({.text = out.arena.Concat({"<<", delimiter}), .offset = command.offset});
  words.push_back({.text = body, .offset = command.offset, .quoted = true});
  command.SetWords(out.arena.Copy(words), command.name());
}

void GiveInput(std::size_t slot, Output& out) {
  const std::span<const Redirection> from = out.At(slot).redirections;
  constexpr std::size_t kFar = 32;  // commands of a loop
  for (std::size_t i = slot; !from.empty() && i-- > 0 && slot - i <= kFar;) {
    SimpleCommand& command = out.At(i);
    if (command.name() == "read" && !out.IsDropped(i) && command.redirections.empty()) {
      command.redirections = from;
      return;
    }
  }
}

}  // namespace cacheplan::script
