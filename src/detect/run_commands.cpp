#include "src/detect/run_commands.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/globs.h"
#include "cacheplan/text.h"

#include "src/detect/programs.h"
#include "src/detect/variables.h"

namespace cacheplan::detect {
namespace {

constexpr std::size_t kMaxText = 200;

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool IsScriptFile(std::string_view word) {
  constexpr std::array<std::string_view, 13> kEndings = {".sh", ".bash", ".py",  ".pl", ".rb",
                                                         ".js", ".mjs",  ".cjs", ".R",  ".r",
                                                         ".jl", ".php",  ".ps1"};
  const std::size_t dot = word.rfind('.');
  return dot != std::string_view::npos && dot > 0 &&
         std::find(kEndings.begin(), kEndings.end(), word.substr(dot)) != kEndings.end();
}

/// The file of the context or image that the command runs and the Dockerfile does not show; empty
/// when it is none.
std::string_view LocalScript(const SimpleCommand& command, const Program& program) {
  const std::string_view first = command.words.front().text;
  if (first.substr(0, 2) == "./" || IsScriptFile(first)) {
    return first;
  }
  std::string_view plain = command.name();
  while (plain.size() > 1 &&
         ((plain.back() >= '0' && plain.back() <= '9') || plain.back() == '.')) {
    plain.remove_suffix(1);
  }
  const bool runs_file =
      plain.size() == command.name().size() ? program.runs_file : ProgramOf(plain).runs_file;
  if (!runs_file) {
    return {};
  }
  for (const ScriptWord& own : command.words.subspan(1)) {
    const std::string_view word = own.text;
    if (IsOneOf(word, {"-c", "-e", "-m"})) {
      return {};
    }
    if (plain == "powershell" || plain == "pwsh") {  // -ExecutionPolicy Bypass -File x.ps1
      if (IsScriptFile(word)) {
        return word;
      }
      continue;
    }
    if (!word.empty() && word.front() != '-') {
      // The environments of tools are read from places of the system or of the user.
      if ((plain == "." || plain == "source") &&
          (word[0] == '/' || word[0] == '~' || word[0] == '$')) {
        return {};
      }
      // Django's runs what the project defines, and downloads nothing of its own accord.
      return IsScriptFile(word) && !word.ends_with("manage.py") ? word : std::string_view();
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
  // `cat <<EOF | sh`: the text is here, and was read.
  const bool shown =
      std::any_of(command.redirections.begin(), command.redirections.end(),
                  [](const Redirection& from) { return from.op == "<<" || from.op == "<<-"; });
  if (known.facts.empty() && command.piped_into_shell && !program.prints_environment && !shown) {
    reading.unknown.push_back(
        fmt::format("what {} prints is run by a shell, and is not in this file", command.name()));
  }
  const std::string_view target = program.has_targets ? HiddenTarget(command) : std::string_view();
  if (!target.empty()) {
    reading.unknown.push_back(
        fmt::format("{} {} is run, and what it does is not in this file", command.name(), target));
    return;
  }
  const std::string_view script =
      known.facts.empty() ? LocalScript(command, program) : std::string_view();
  if (script.empty() || command.name() == "configure" ||
      std::find(functions.begin(), functions.end(), command.name()) != functions.end()) {
    return;
  }
  reading.unknown.push_back(fmt::format("{} is run, and what it does is not in this file", script));
  if (reading.hidden_build.empty() && NameSaysBuild(script)) {
    reading.hidden_build = script;
  }
}

/// NAME is set to a true value, NAME=PATTERN to one that fits.
bool IsSet(std::string_view variable, const SimpleCommand& command,
           const KnownVariables& variables) {
  const std::size_t sign = std::min(variable.find('='), variable.size());
  const std::string_view value = variables.ValueFor(command, variable.substr(0, sign));
  return sign < variable.size() ? GlobMatches(variable.substr(sign + 1), value)
                                : !value.empty() && value != "0" && !EqualFold(value, "false");
}

/// Facts of a command that cannot resolve anew because of what was set before it.
void NoteFrozen(const SimpleCommand& command, const KnownVariables& variables, Settings& settings,
                std::span<CommandFact> facts) {
  for (CommandFact& fact : facts) {
    const auto same = std::find(settings.frozen.begin(), settings.frozen.end(), fact.manager);
    if (fact.freezes && same == settings.frozen.end()) {
      settings.frozen.push_back(fact.manager);
    }
    const std::vector<std::string>& names = fact.manager->frozen_env;
    fact.frozen = fact.frozen || same != settings.frozen.end() ||
                  std::any_of(names.begin(), names.end(), [&](const std::string& name) {
                    return IsSet(name, command, variables);
                  });
  }
}

/// The manifest that a variable names, where the command itself names none.
void NoteManifest(const SimpleCommand& command, const KnownVariables& variables, Arena& arena,
                  std::span<CommandFact> facts) {
  for (CommandFact& fact : facts) {
    for (const std::string& name : fact.manager->manifest_env) {
      const std::string_view value = variables.ValueFor(command, name);
      if (!value.empty() && fact.manifests.empty()) {
        fact.manifests = arena.Copy(std::span<const std::string_view>(&value, 1));
      }
    }
  }
}

/// What a command does that has no network: it takes what is there, or fails.
Activity WithoutNetwork(Activity activity) {
  switch (activity) {
    case Activity::kProject:
    case Activity::kTool:
    case Activity::kSystem:
    case Activity::kFetch:
    case Activity::kIndex:
      return Activity::kNothing;
    case Activity::kProjectBuild:
      return Activity::kCompile;
    case Activity::kProjectTest:
      return Activity::kTest;
    default:
      return activity;
  }
}

/// Facts of a command that a flag of its RUN or a variable keeps off the network.
void NoteOffline(const SimpleCommand& command, const KnownVariables& variables, bool no_network,
                 std::span<CommandFact> facts) {
  for (CommandFact& fact : facts) {
    const auto any_set = [&](const std::vector<std::string>& names) {
      return std::any_of(names.begin(), names.end(),
                         [&](const std::string& name) { return IsSet(name, command, variables); });
    };
    const bool builds =
        fact.activity == Activity::kProjectBuild || fact.activity == Activity::kProjectTest;
    if (no_network || any_set(fact.manager->offline_env) ||
        (builds && any_set(fact.manager->vendored_env))) {
      fact.activity = WithoutNetwork(fact.activity);
      fact.brings_source = false;
    }
  }
}

/// Only Windows has a program of that name, and there the default shell is cmd.
bool StartsWindowsShell(std::string_view text) {
  const auto* const end = std::find_if(text.begin(), text.end(),
                                       [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
  const std::string_view first = ProgramName({text.begin(), end});
  constexpr std::string_view kPowerShell = "powershell";
  constexpr std::string_view kCmd = "cmd";
  return (first.size() == kPowerShell.size() && EqualFold(first, kPowerShell)) ||
         (first.size() == kCmd.size() && EqualFold(first, kCmd));
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
    return interpreter.empty() ? ParseShellForm(heredoc->content, step.shell, windows, arena)
                               : ParseScript(heredoc->content, arena);
  }
  if (!run.heredocs.empty()) {
    return ParseShellForm(arena.Copy(WithHeredocs(run)), step.shell, windows, arena);
  }
  return ParseShellForm(run.script.text, step.shell, windows || StartsWindowsShell(run.script.text),
                        arena);
}

/// The words as they stand in the script, where a blank is all that parts each from the next;
/// nothing where it is not. Most commands have neither quotes nor continuations.
std::string_view AsWritten(ScriptWords words) {
  if (words.empty() || words.front().text.empty()) {
    return {};
  }
  const char* const begin = words.front().text.data();
  const char* end = begin + words.front().text.size();
  for (const ScriptWord& word : words.subspan(1)) {
    if (word.text.data() != end + 1 || *end != ' ') {
      return {};
    }
    end = word.text.data() + word.text.size();
  }
  return {begin, static_cast<std::size_t>(end - begin)};
}

bool IsShown(std::string_view text) {
  return text.size() <= kMaxText && text.find('\n') == std::string_view::npos;
}

/// What a command runs.
struct Runs {
  const Program* program;
};

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

std::string_view CommandText(const SimpleCommand& command, Arena& arena) {
  const std::string_view written = AsWritten(command.words);
  if (!written.empty() && IsShown(written)) {
    return written;
  }
  std::size_t size = 0;
  for (const ScriptWord& word : command.words) {
    size += (size == 0 ? 0 : 1) + word.text.size();
  }
  // One byte more than is shown, so that what is left out is seen to be.
  size = std::min(size, kMaxText + 1);
  char* const begin = arena.Room(size);
  char* at = begin;
  for (const ScriptWord& word : command.words) {
    if (at == begin + size) {
      break;
    }
    if (at != begin) {
      *at++ = ' ';
    }
    at = std::copy_n(word.text.data(), std::min<std::size_t>(word.text.size(), begin + size - at),
                     at);
  }
  const std::string_view text(begin, size);
  return IsShown(text) ? text : CutText(text, arena);
}

RunReading ReadRun(const Knowledge& knowledge, const Step& step, const RunCommand& run,
                   bool windows, Settings& settings, Arena& arena) {
  RunReading reading;
  Script script = ReadScript(step, run, windows, arena, reading);
  KnownVariables variables(settings.variables, arena);
  std::unordered_set<std::uint32_t> resolved;
  const std::span<Runs> programs = arena.Items<Runs>(script.commands.size());
  for (std::size_t i = 0; i < programs.size(); ++i) {
    SimpleCommand& command = script.commands[i];
    const bool unnamed = command.name().empty();
    programs[i].program = &ProgramOf(command.name());
    variables.Learn(command, *programs[i].program);
    variables.Expand(command);
    if (unnamed && !command.name().empty()) {  // it is known what is called after all
      programs[i].program = &ProgramOf(command.name());
      resolved.insert(command.offset);
      resolved.insert(command.words.front().offset);  // without its wrappers
    }
  }
  for (const OpaquePart& part : script.opaque) {
    const bool known = part.reason.starts_with("the command's name is not known") &&
                       resolved.contains(part.offset);
    if (!known) {
      reading.unknown.push_back(part.reason);
    }
  }
  const std::span<KnownCommand> commands = arena.Items<KnownCommand>(script.commands.size());
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const SimpleCommand& command = script.commands[i];
    const std::span<CommandFact> facts = knowledge.Match(command, arena);
    NoteFrozen(command, variables, settings, facts);
    NoteOffline(command, variables, run.offline, facts);
    NoteManifest(command, variables, arena, facts);
    commands[i] = {command, facts};
    reading.unpacks = reading.unpacks || programs[i].program->unpacks;
    const std::size_t unknown = reading.unknown.size();
    NoteUnknown(commands[i], *programs[i].program, script.functions, reading);
    if (reading.unreadable == nullptr &&
        (reading.unknown.size() > unknown || (!command.words.empty() && command.name().empty()))) {
      reading.unreadable = &commands[i].command;
    }
  }
  reading.commands = commands;
  // One sentence each, however often the script repeats itself.
  std::unordered_set<std::string> said;
  std::erase_if(reading.unknown,
                [&said](const std::string& sentence) { return !said.insert(sentence).second; });
  return reading;
}

}  // namespace cacheplan::detect
