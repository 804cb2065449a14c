#include "src/detect/run_commands.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace cacheplan::detect {
namespace {

constexpr std::size_t kMaxText = 200;

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool IsScriptFile(std::string_view word) {
  constexpr std::array<std::string_view, 8> kEndings = {".sh", ".bash", ".py", ".pl",
                                                        ".rb", ".js",   ".R",  ".ps1"};
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [word](std::string_view end) { return EndsWith(word, end); });
}

/// The file of the context or image that the command runs and the Dockerfile does not show; empty
/// when it is none.
std::string_view LocalScript(const SimpleCommand& command) {
  const std::string_view first = command.words.front().text;
  const std::string_view name = command.name();
  if (first.substr(0, 2) == "./" || IsScriptFile(first)) {
    return first;
  }
  std::string_view plain = name;
  while (!plain.empty() && ((plain.back() >= '0' && plain.back() <= '9') || plain.back() == '.')) {
    plain.remove_suffix(1);
  }
  if (IsOneOf(plain, {"python", "perl", "ruby", "node", "Rscript", ".", "source"})) {
    for (std::size_t i = 1; i < command.words.size(); ++i) {
      const std::string_view word = command.words[i].text;
      if (IsOneOf(word, {"-c", "-e", "-m"})) {
        return {};
      }
      if (!word.empty() && word.front() != '-') {
        return IsScriptFile(word) ? word : std::string_view();
      }
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
  if (!IsOneOf(command.name(), {"make", "gmake", "just", "task", "invoke", "inv", "rake"})) {
    return {};
  }
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

void NoteUnknown(const KnownCommand& known, const std::vector<std::string>& functions,
                 RunReading& reading) {
  const SimpleCommand& command = known.command;
  if (command.words.empty() || command.name().empty()) {
    return;  // assignments alone; a variable name is in the script's own list
  }
  if (known.facts.empty()) {
    const std::string_view script = LocalScript(command);
    const bool defined =
        std::find(functions.begin(), functions.end(), command.name()) != functions.end();
    if (!script.empty() && !defined && command.name() != "configure") {
      reading.unknown.push_back(
          fmt::format("{} is run, and what it does is not in this file", script));
      if (reading.hidden_build.empty() && NameSaysBuild(script)) {
        reading.hidden_build = script;
      }
    }
  } else if (const std::string_view target = HiddenTarget(command); !target.empty()) {
    reading.unknown.push_back(
        fmt::format("{} {} is run, and what it does is not in this file", command.name(), target));
  }
}

/// Only Windows has a program of that name, and there the default shell is cmd.
bool StartsWindowsShell(std::string_view text) {
  std::string first(ProgramName(text.substr(0, text.find_first_of(" \t\n"))));
  std::transform(first.begin(), first.end(), first.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return first == "powershell" || first == "cmd";
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

Script ReadScript(const Step& step, const RunCommand& run, bool windows, RunReading& reading) {
  if (run.exec) {
    return ParseExec(std::vector<std::string>(run.argv.begin(), run.argv.end()));
  }
  if (const Heredoc* heredoc = run.heredoc_script()) {
    const std::string_view interpreter = Interpreter(heredoc->content);
    if (!interpreter.empty() &&
        !IsOneOf(interpreter, {"sh", "bash", "dash", "ash", "zsh", "ksh"})) {
      reading.unknown.push_back(
          fmt::format("the script is run by {}, which is not read", interpreter));
      return {};
    }
    return interpreter.empty() ? ParseShellForm(heredoc->content, *step.shell, windows)
                               : ParseScript(heredoc->content);
  }
  if (!run.heredocs.empty()) {
    return ParseShellForm(WithHeredocs(run), *step.shell, windows);
  }
  return ParseShellForm(run.script.text, *step.shell,
                        windows || StartsWindowsShell(run.script.text));
}

}  // namespace

std::string CutText(std::string_view text) {
  std::size_t end = std::min(text.size(), kMaxText);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;  // not within a character
  }
  std::string cut(text.substr(0, end));
  std::replace(cut.begin(), cut.end(), '\n', ' ');
  return end < text.size() ? cut + "…" : cut;
}

std::string CommandText(const SimpleCommand& command) {
  std::string text;
  for (const ScriptWord& word : command.words) {
    if (text.size() > kMaxText) {
      break;
    }
    text += (text.empty() ? "" : " ") + word.text;
  }
  return CutText(text);
}

RunReading ReadRun(const Knowledge& knowledge, const Step& step, const RunCommand& run,
                   bool windows) {
  RunReading reading;
  Script script = ReadScript(step, run, windows, reading);
  for (const OpaquePart& part : script.opaque) {
    reading.unknown.push_back(part.reason);
  }
  reading.commands.reserve(script.commands.size());
  for (SimpleCommand& command : script.commands) {
    KnownCommand known;
    known.facts = knowledge.Match(command);
    known.command = std::move(command);
    if (IsOneOf(known.command.name(), {"tar", "unzip", "bsdtar", "jar", "7z", "gunzip", "unxz"})) {
      reading.unpacks = true;
    }
    NoteUnknown(known, script.functions, reading);
    reading.commands.push_back(std::move(known));
  }
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
