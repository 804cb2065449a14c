#include "src/detect/run_commands.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/detect/programs.h"

namespace cacheplan::detect {
namespace {

constexpr std::size_t kMaxText = 200;

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool IsScriptFile(std::string_view word) {
  constexpr std::array<std::string_view, 8> kEndings = {".sh", ".bash", ".py", ".pl",
                                                        ".rb", ".js",   ".R",  ".ps1"};
  const std::size_t dot = word.rfind('.');
  return dot != std::string_view::npos && dot > 0 &&
         std::find(kEndings.begin(), kEndings.end(), word.substr(dot)) != kEndings.end();
}

/// The file of the context or image that the command runs and the Dockerfile does not show; empty
/// when it is none.
std::string_view LocalScript(const SimpleCommand& command) {
  const std::string_view first = command.words.front().text;
  if (first.substr(0, 2) == "./" || IsScriptFile(first)) {
    return first;
  }
  std::string_view plain = command.name();
  while (plain.size() > 1 &&
         ((plain.back() >= '0' && plain.back() <= '9') || plain.back() == '.')) {
    plain.remove_suffix(1);
  }
  if (!ProgramOf(plain).runs_file) {
    return {};
  }
  for (const ScriptWord& own : command.words.subspan(1)) {
    const std::string_view word = own.text;
    if (IsOneOf(word, {"-c", "-e", "-m"})) {
      return {};
    }
    if (!word.empty() && word.front() != '-') {
      // The environments of tools are read from places of the system or of the user.
      if ((plain == "." || plain == "source") &&
          (word[0] == '/' || word[0] == '~' || word[0] == '$')) {
        return {};
      }
      return IsScriptFile(word) ? word : std::string_view();
    }
  }
  return {};
}

/// "build.sh", "make_srpm.sh": what it does is in another file, but not what it is for.
bool NameSaysBuild(std::string_view script) {
  script.remove_prefix(script.find_last_of("/\\") + 1);
  while (!script.empty()) {
    const std::size_t end = std::min(script.find_first_of("-_."), script.size());
    if (IsOneOf(script.substr(0, end), {"build", "rebuild", "compile", "make"})) {
      return true;
    }
    script.remove_prefix(std::min(end + 1, script.size()));
  }
  return false;
}

/// `make deps`: the target may well download, but its recipe is in another file.
std::string_view HiddenTarget(const SimpleCommand& command) {
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string_view word = command.words[i].text;
    if (IsOneOf(word, {"deps", "dep", "dependencies", "vendor", "bootstrap", "setup", "download",
                       "prepare", "tools", "install-deps", "install_deps", "get-deps", "init",
                       "requirements", "install-tools", "devtools", "fetch", "get"})) {
      return word;
    }
  }
  return {};
}

void NoteUnknown(const KnownCommand& known, const Program& program,
                 const std::vector<std::string_view>& functions, RunReading& reading) {
  const SimpleCommand& command = known.command;
  if (command.words.empty() || command.name().empty()) {
    return;  // assignments alone; a variable name is in the script's own list
  }
  if (known.facts.empty() && command.piped_into_shell && !program.prints_environment) {
    reading.unknown.push_back(
        fmt::format("what {} prints is run by a shell, and is not in this file", command.name()));
  }
  const std::string_view target = program.has_targets ? HiddenTarget(command) : std::string_view();
  if (!target.empty()) {
    reading.unknown.push_back(
        fmt::format("{} {} is run, and what it does is not in this file", command.name(), target));
    return;
  }
  const std::string_view script = known.facts.empty() ? LocalScript(command) : std::string_view();
  if (script.empty() || command.name() == "configure" ||
      std::find(functions.begin(), functions.end(), command.name()) != functions.end()) {
    return;
  }
  reading.unknown.push_back(fmt::format("{} is run, and what it does is not in this file", script));
  if (reading.hidden_build.empty() && NameSaysBuild(script)) {
    reading.hidden_build = script;
  }
}

/// `$NAME` and `${NAME}`, and nothing else; "" for any other word.
std::string_view VariableName(std::string_view word) {
  if (word.size() < 2 || word.front() != '$') {
    return {};
  }
  word.remove_prefix(1);
  if (word.front() == '{' && word.back() == '}') {
    word = word.substr(1, word.size() - 2);
  }
  const bool name = !word.empty() && !(word.front() >= '0' && word.front() <= '9') &&
                    std::all_of(word.begin(), word.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '_';
                    });
  return name ? word : std::string_view();
}

/// The variables that the script has assigned so far, before those of the stage.
class KnownVariables {
 public:
  KnownVariables(const Variables& stage, Arena& arena) : stage_(stage), arena_(arena) {}

  void Learn(const SimpleCommand& command) {
    if (command.words.empty()) {
      for (const ScriptWord& assignment : command.assignments) {
        Assign(assignment);
      }
      return;
    }
    const Program& program = ProgramOf(command.name());
    if (program.assigns) {
      std::for_each(command.words.begin() + 1, command.words.end(),
                    [this](const ScriptWord& word) { Assign(word); });
    } else if (program.forgets) {
      std::for_each(command.words.begin() + 1, command.words.end(),
                    [this](const ScriptWord& word) { Own(word.text).clear(); });
    }
  }

  /// The command with the variables that stand alone as words put in: `$PIP install`. Values with
  /// blanks become several words, as the shell would have it.
  void Expand(SimpleCommand& command) {
    const auto value_of = [this](const ScriptWord& word) {
      const std::string_view name = word.literal ? std::string_view() : VariableName(word.text);
      return name.empty() ? std::string_view() : ValueOf(name);
    };
    if (std::all_of(command.words.begin(), command.words.end(),
                    [&](const ScriptWord& word) { return value_of(word).empty(); })) {
      return;
    }
    std::vector<ScriptWord> words;
    for (const ScriptWord& word : command.words) {
      const std::string_view known = value_of(word);
      if (known.empty() || known.size() > budget_) {
        words.push_back(word);
        continue;
      }
      budget_ -= known.size();
      const std::string_view value = arena_.Copy(known);
      for (std::size_t at = 0; at < value.size();) {
        const std::size_t end =
            word.quoted ? value.size() : std::min(value.find(' ', at), value.size());
        if (end > at) {
          ScriptWord part = word;
          part.text = value.substr(at, end - at);
          part.literal = true;
          words.push_back(part);
        }
        at = end + 1;
      }
    }
    command.SetWords(arena_.Copy(words));
  }

 private:
  /// NAME=value. What is not literal, or assigned twice (in branches, perhaps), is not known.
  void Assign(const ScriptWord& word) {
    const std::size_t sign = word.text.find('=');
    if (sign == std::string_view::npos) {
      return;
    }
    const std::string_view value = word.literal ? word.text.substr(sign + 1) : std::string_view();
    const std::string_view name = word.text.substr(0, sign);
    const auto own = own_.find(name);
    if (own == own_.end()) {
      own_.emplace(name, value);
    } else if (own->second != value) {
      own->second.clear();
    }
  }
  std::string& Own(std::string_view name) {
    const auto own = own_.find(name);
    return own == own_.end() ? own_.emplace(name, "").first->second : own->second;
  }
  [[nodiscard]] std::string_view ValueOf(std::string_view name) const {
    if (const auto own = own_.find(name); own != own_.end()) {
      return own->second;
    }
    const auto found = stage_.find(name);
    return found == stage_.end() ? std::string_view() : std::string_view(found->second);
  }

  const Variables& stage_;
  Arena& arena_;
  Variables own_;
  std::size_t budget_ = 65536;  // bytes put in: a long value in many places must not grow the text
};

/// Only Windows has a program of that name, and there the default shell is cmd.
bool StartsWindowsShell(std::string_view text) {
  const auto* const end = std::find_if(text.begin(), text.end(),
                                       [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
  const std::string_view first = ProgramName({text.begin(), end});
  return EqualFold(first, "powershell") || EqualFold(first, "cmd");
}

/// The heredocs of `RUN cmd <<EOF` as the shell sees them: below the command line.
std::string WithHeredocs(const RunCommand& run) {
  std::string text(run.script.text);
  for (const Heredoc& heredoc : run.heredocs) {
    text += '\n';
    text += heredoc.content;
    if (!heredoc.content.empty() && heredoc.content.back() != '\n') {
      text += '\n';
    }
    text += heredoc.name;
  }
  text += '\n';
  return text;
}

/// The interpreter of `#!/usr/bin/env python3`; empty without such a line.
std::string_view Interpreter(std::string_view content) {
  if (content.substr(0, 2) != "#!") {
    return {};
  }
  std::string_view line = content.substr(2, content.find_first_of("\r\n") - 2);
  std::string_view program;
  while (!line.empty()) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
      break;
    }
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    program = ProgramName(line.substr(0, end));
    line.remove_prefix(end);
    if (program != "env" && program.substr(0, 1) != "-") {
      break;
    }
  }
  return program;
}

Script ReadScript(const Step& step, const RunCommand& run, bool windows, Arena& arena,
                  RunReading& reading) {
  if (run.exec) {
    return ParseExec(run.argv, arena);
  }
  if (const Heredoc* heredoc = run.heredoc_script()) {
    const std::string_view interpreter = Interpreter(heredoc->content);
    if (!interpreter.empty() &&
        !IsOneOf(interpreter, {"sh", "bash", "dash", "ash", "zsh", "ksh"})) {
      reading.unknown.push_back(
          fmt::format("the script is run by {}, which is not read", interpreter));
      return {};
    }
    return interpreter.empty() ? ParseShellForm(heredoc->content, *step.shell, windows, arena)
                               : ParseScript(heredoc->content, arena);
  }
  if (!run.heredocs.empty()) {
    return ParseShellForm(arena.Copy(WithHeredocs(run)), *step.shell, windows, arena);
  }
  return ParseShellForm(run.script.text, *step.shell,
                        windows || StartsWindowsShell(run.script.text), arena);
}

}  // namespace

std::string_view CutText(std::string_view text, Arena& arena) {
  std::size_t end = std::min(text.size(), kMaxText);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;  // not within a character
  }
  const std::string_view more = end < text.size() ? "…" : "";
  char* const room = arena.Room(end + more.size());
  std::replace_copy(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), room, '\n', ' ');
  std::copy(more.begin(), more.end(), room + end);
  return {room, end + more.size()};
}

void LearnVariables(const Instruction& instruction, Variables& variables) {
  for (const KeyValue& pair : AsPairs(instruction)) {
    if (!pair.value) {
      continue;  // ARG NAME: the value it had, or one from outside
    }
    std::string_view value = pair.value->text;
    if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front()) {
      value = value.substr(1, value.size() - 2);
    }
    const bool plain = std::none_of(value.begin(), value.end(), [](char c) {
      return c == '$' || c == '"' || c == '\'' || c == '\\' || c == '`';
    });
    // Each stage on one base has a copy; a variable that is not learned is one that is not known.
    constexpr std::size_t kMostVariables = 256;
    if (variables.size() < kMostVariables || variables.count(pair.key.text) > 0) {
      variables[std::string(pair.key.text)] = plain ? value : std::string_view();
    }
  }
}

std::string_view CommandText(const SimpleCommand& command, Arena& arena) {
  fmt::memory_buffer text;
  for (const ScriptWord& word : command.words) {
    if (text.size() > kMaxText) {
      break;
    }
    if (text.size() > 0) {
      text.push_back(' ');
    }
    text.append(word.text.substr(0, kMaxText + 1));
  }
  return CutText({text.data(), text.size()}, arena);
}

RunReading ReadRun(const Knowledge& knowledge, const Step& step, const RunCommand& run,
                   bool windows, const Variables& variables, Arena& arena) {
  RunReading reading;
  Script script = ReadScript(step, run, windows, arena, reading);
  KnownVariables known_variables(variables, arena);
  std::unordered_set<std::uint32_t> resolved;
  for (SimpleCommand& command : script.commands) {
    const bool unnamed = !command.words.empty() && command.name().empty();
    known_variables.Learn(command);
    known_variables.Expand(command);
    if (unnamed && !command.name().empty()) {  // it is known what is called after all
      resolved.insert(command.offset);
    }
  }
  for (const OpaquePart& part : script.opaque) {
    const bool known = part.reason.starts_with("the command's name is not known") &&
                       resolved.contains(part.offset);
    if (!known) {
      reading.unknown.push_back(part.reason);
    }
  }
  std::vector<KnownCommand> commands;
  commands.reserve(script.commands.size());
  for (const SimpleCommand& command : script.commands) {
    const KnownCommand known = {command, knowledge.Match(command, arena)};
    const Program& program = ProgramOf(command.name());
    reading.unpacks = reading.unpacks || program.unpacks;
    NoteUnknown(known, program, script.functions, reading);
    commands.push_back(known);
  }
  reading.commands = arena.Copy(commands);
  // One sentence each, however often the script repeats itself.
  std::vector<std::string> once;
  for (std::string& sentence : reading.unknown) {
    if (once.size() < 20 && std::find(once.begin(), once.end(), sentence) == once.end()) {
      once.push_back(std::move(sentence));
    }
  }
  reading.unknown = std::move(once);
  return reading;
}

}  // namespace cacheplan::detect
