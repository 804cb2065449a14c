// Programs that run another program (sudo, env, timeout, xargs …) and scripts handed to a shell as
// a word (`sh -c '…'`, `su -c`, eval): what they run is what counts.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/name_table.h"

#include "src/shell/script_inner.h"
#include "src/shell/script_output.h"

namespace cacheplan::script {
namespace {

/// How to find the command after a wrapper's own words: see grammar/wrappers.def.
// NOLINTNEXTLINE(*.Padding): rows name the fields in this order, and there are few of them
struct Wrapper {
  std::string_view name;
  std::string_view value_flags{};
  int positionals = 0;
  bool own_until_dashes = false;
  std::string_view behind{};
  bool numbers = false;
  bool assignments = false;
  std::string_view not_with{};
  std::string_view directory_flags{};
  bool works = false;
  bool version = false;
  bool pinned = false;
};

constexpr Wrapper kWrappers[] = {
#define WRAPPER(name_, ...) Wrapper{.name = name_, __VA_ARGS__},
#include "grammar/wrappers.def"
#undef WRAPPER
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

/// `20`, `v20.1`, `lts/*`: as Node's version managers write it.
bool IsVersion(std::string_view word) {
  word.remove_prefix(word.starts_with('v') ? 1 : 0);
  return IsNumber(word) || word.starts_with("lts/") || word.starts_with("iojs") ||
         word == "stable" || word == "unstable" || word == "current" || word == "default" ||
         word == "system";
}

/// How many words of the command its name takes, with the flags between them (`nix
/// --experimental-features flakes develop`); 0 when it is another one.
std::size_t NameLength(const Wrapper& wrapper, std::string_view name, ShellWords words) {
  std::string_view known = wrapper.name;
  // Where its first word ends tells it from most others.
  if (known.size() < name.size() || (known.size() > name.size() && known[name.size()] != ' ') ||
      !known.starts_with(name)) {
    return 0;
  }
  known.remove_prefix(name.size());
  std::size_t length = 1;
  for (; !known.empty() && length < words.size(); ++length) {
    const std::string_view word = words[length].word.text;
    if (IsFlag(word)) {
      length += HasWord(wrapper.value_flags, word) ? 1 : 0;
      continue;
    }
    if (word.empty() || known.front() != ' ' || !known.substr(1).starts_with(word)) {
      return 0;
    }
    known.remove_prefix(1 + word.size());
  }
  return known.empty() ? length : 0;
}

constexpr NameTable kByName(kWrappers);

const Wrapper* FindWrapper(std::string_view name, ShellWords words, std::size_t& length) {
  for (const Wrapper& wrapper : kByName.Near(name)) {
    length = NameLength(wrapper, name, words);
    if (length > 0) {
      return &wrapper;
    }
  }
  return nullptr;
}

/// `-iu USER`: the last of the flags in one word takes the next word.
bool EndsInValueFlag(std::string_view list, std::string_view word) {
  if (list.empty() || word.size() < 3 || word[1] == '-') {
    return false;
  }
  for (std::size_t i = 1; i < word.size(); ++i) {
    const char flag[] = {'-', word[i]};
    if (HasWord(list, {flag, 2})) {
      return i + 1 == word.size();
    }
  }
  return false;
}

/// What a wrapper says of the command that it runs.
struct Wrapped {
  std::vector<ScriptWord> assignments;
  std::optional<ScriptWord> directory;
};

/// The folder that a flag of the wrapper says the command works in.
void NoteDirectory(const Wrapper& wrapper, ShellWords words, std::size_t at, Wrapped& wrapped) {
  const std::string_view text = words[at].word.text;
  const std::size_t sign = text.find('=');
  if (!HasWord(wrapper.directory_flags, text.substr(0, sign))) {
    return;
  }
  if (sign != std::string_view::npos) {
    wrapped.directory = words[at].word;
    wrapped.directory->text.remove_prefix(sign + 1);
  } else if (at + 1 < words.size()) {
    wrapped.directory = words[at + 1].word;
  }
}

/// The index of the command that a wrapper runs; words.size() when it runs none.
std::size_t WrappedAt(const Wrapper& wrapper, std::size_t at, ShellWords words, Wrapped& wrapped) {
  if (wrapper.own_until_dashes || !wrapper.behind.empty()) {
    const std::string_view ends = wrapper.behind.empty() ? "--" : wrapper.behind;
    const auto end =
        std::find_if(words.begin() + static_cast<std::ptrdiff_t>(at), words.end(),
                     [&](const ShellWord& word) { return HasWord(ends, word.word.text); });
    if (end != words.end() || !wrapper.behind.empty()) {
      for (; words.begin() + static_cast<std::ptrdiff_t>(at) < end; ++at) {
        NoteDirectory(wrapper, words, at, wrapped);
      }
      return std::min(static_cast<std::size_t>(end - words.begin()) + 1, words.size());
    }
  }
  int positionals = wrapper.positionals;
  bool versioned = false;
  for (; at < words.size(); ++at) {
    const std::string_view text = words[at].word.text;
    if (text == "--") {
      ++at;
      break;
    }
    if (IsFlag(text)) {
      if (HasWord(wrapper.not_with, text)) {
        return words.size();
      }
      NoteDirectory(wrapper, words, at, wrapped);
      if (HasWord(wrapper.value_flags, text) || EndsInValueFlag(wrapper.value_flags, text)) {
        ++at;
      }
    } else if (wrapper.assignments && IsAssignment(text)) {
      wrapped.assignments.push_back(words[at].word);
    } else if (positionals > 0) {
      --positionals;
    } else if (wrapper.version && !versioned && IsVersion(text)) {
      versioned = true;
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

Directory ReadInner(const Inner& inner, std::size_t slot, Output& out) {
  Directory start{out.At(slot).directory, out.At(slot).directory_known};
  if (out.depth >= kMaxDepth) {
    out.Opaque("scripts are nested too deep", inner.offset);
    return start;
  }
  if (inner.substituted && (inner.text.starts_with('`') || inner.text.starts_with("$("))) {
    // sh -c "$(curl …)": what a command prints is run. In `sh -c "make -j$(nproc)"` it is not.
    out.MarkPipedIntoShell(inner.first_command, inner.last_command);
    return start;
  }
  ++out.depth;
  Directory end = start;
  const std::uint32_t branch = out.branch();
  if (!inner.eval) {
    out.OpenBranch();  // a shell of its own: what it assigns does not last
  }
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
  out.SetBranch(branch);
  return end;
}

/// The program that a wrapper runs which stays a command itself; `pinned`: a version may stand at
/// its name, as in `uvx poetry@1.8`.
void ReadAlso(std::size_t slot, ShellWords words, bool pinned, Output& out) {
  if (out.depth >= kMaxDepth || words.empty()) {
    return;
  }
  std::vector<ShellWord> plain;
  const std::string_view program = words.front().word.text;
  const std::size_t version = program.find_first_of("@=[");
  if (pinned && version != std::string_view::npos && version > 0) {
    plain.assign(words.begin(), words.end());
    plain.front().word.text = program.substr(0, version);
    words = plain;
  }
  const std::size_t own = out.Open();
  out.At(own) = out.At(slot);
  ++out.depth;
  Finish(own, words, out);
  --out.depth;
}

/// Each `-exec …` of a find is a command of its own.
void ReadFindActions(std::size_t slot, ShellWords words, Output& out) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view text = words[i].word.text;
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
    Finish(own, action, out);
    --out.depth;
  }
}

/// `bash ./gradlew build` runs ./gradlew: the shell's own words go.
bool PeelShell(ShellWords& words) {
  const ShellArguments arguments = ReadShellArguments(words);
  if (!arguments.file || arguments.reads_stdin) {
    return false;
  }
  const std::string_view file = words[*arguments.file].word.text;
  if (file.compare(0, 2, "<(") == 0 || file == "/dev/stdin") {
    return false;
  }
  words = words.subspan(*arguments.file);
  return true;
}

/// What is left of a command are these words, the first of which is called `name`.
void TakeWords(std::size_t slot, ShellWords words, std::string_view name, Output& out) {
  if (words.empty()) {
    return;
  }
  SimpleCommand& command = out.At(slot);
  command.SetWords(out.Words(words), name);
  if (command.name().empty() && !command.words.front().text.empty()) {
    out.Opaque(fmt::format("the command's name is not known: {}", command.words.front().text),
               command.words.front().offset);
  } else if (command.name() == "find" && out.depth < kMaxDepth) {
    ReadFindActions(slot, words, out);
  }
}

/// Finish, for a command that may run another one.
std::optional<Directory> FinishRunner(std::size_t slot, ShellWords words, std::string_view name,
                                      Output& out) {
  Wrapped wrapped;
  bool more_words = out.At(slot).more_words;
  bool script_file = false;
  for (int peeled = 0; !words.empty(); ++peeled, name = NameOf(words)) {
    if (peeled == kMaxDepth) {
      out.Opaque("wrappers are nested too deep", words.front().word.offset);
      break;
    }
    const ScriptHolder holder = HolderOf(name);
    if (holder != ScriptHolder::kNone) {
      if (const std::optional<Inner> inner = FindInner(holder, words, out.arena)) {
        if (holder == ScriptHolder::kNixShell) {  // it fetches what it names as well
          ReadInner(*inner, slot, out);
          break;
        }
        out.Drop(slot);
        const Directory end = ReadInner(*inner, slot, out);
        return inner->eval ? std::optional<Directory>(end) : std::nullopt;
      }
    }
    if (holder == ScriptHolder::kShell) {
      if (words.size() > 1 && words[1].word.text.starts_with("<(")) {
        out.MarkPipedIntoShell(words[1].first_command, words[1].last_command);
      }
      if (!PeelShell(words)) {
        break;
      }
      script_file = true;
      continue;
    }
    std::size_t at = 0;
    const Wrapper* wrapper = FindWrapper(name, words, at);
    if (wrapper == nullptr || out.HasFunction(name)) {
      break;
    }
    at = WrappedAt(*wrapper, at, words, wrapped);
    if (at >= words.size()) {
      break;  // alone: `env`, `sudo -v`
    }
    if (wrapper->works) {
      ReadAlso(slot, words.subspan(at), wrapper->pinned, out);
      break;
    }
    more_words = more_words || wrapper->name == "xargs" || wrapper->name == "parallel";
    script_file = false;
    words = words.subspan(at);
  }

  SimpleCommand& command = out.At(slot);
  command.more_words = more_words;
  command.script_file = script_file;
  if (!wrapped.assignments.empty()) {
    wrapped.assignments.insert(wrapped.assignments.begin(), command.assignments.begin(),
                               command.assignments.end());
    command.assignments = out.arena.Copy(wrapped.assignments);
  }
  if (wrapped.directory) {
    const Directory there =
        ChangeTo({command.directory, command.directory_known}, *wrapped.directory, out.arena);
    command.directory = there.path;
    command.directory_known = there.known;
  }
  TakeWords(slot, words, name, out);
  return std::nullopt;
}

}  // namespace

std::optional<Directory> Finish(std::size_t slot, ShellWords words, Output& out) {
  const std::string_view name = NameOf(words);
  if (HolderOf(name) != ScriptHolder::kNone || !kByName.Near(name).empty()) {
    return FinishRunner(slot, words, name, out);
  }
  out.At(slot).script_file = false;
  TakeWords(slot, words, name, out);
  return std::nullopt;
}

}  // namespace cacheplan::script
