#include "src/detect/hidden_scripts.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

#include "src/detect/local_script.h"

namespace cacheplan::detect {
namespace {

/// `make deps`: the target may well download, but its recipe is in another file.
bool IsHiddenTarget(std::string_view word) {
  word.remove_prefix(word.starts_with('+') ? 1 : 0);  // earthly +deps
  if (IsOneOf(word, "bootstrap", "setup", "prepare", "tools", "init", "install-tools", "devtools",
              "get", "node_modules")) {
    return true;
  }
  static constexpr ByteSet kBetween("-_.:/");
  while (!word.empty()) {  // `go-deps`, `get_vendor_deps`
    const std::size_t end = kBetween.Find(word);
    if (IsOneOf(word.substr(0, end), "deps", "dep", "dependencies", "dependency", "requirements",
                "vendor", "download", "fetch")) {
      return true;
    }
    word.remove_prefix(std::min(end + 1, word.size()));
  }
  return false;
}

/// The words among which targets are: behind `run` of `mise run build`.
ScriptWords TargetWords(const SimpleCommand& command, const Program& program) {
  const ScriptWords words = command.words.subspan(1);
  if (program.targets_behind.empty()) {
    return words;
  }
  const std::string_view verb =
      program.targets_behind.substr(program.targets_behind.rfind(' ') + 1);
  return !words.empty() && words.front().text == verb ? words.subspan(1) : ScriptWords();
}

/// A number, or what stands for one.
bool IsCount(const ScriptWord& word) {
  static constexpr ByteSet kBegins("0123456789$`");
  return !word.text.empty() && kBegins.Has(word.text.front());
}

/// The words that are neither a flag nor the value of one, nor an assignment.
template <typename Use>
void EachTarget(ScriptWords words, const Use& use) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const ScriptWord& word = words[i];
    // `make -j deps`: as many as it likes.
    const bool counts = IsOneOf(word.text, "-j", "-l");
    if (counts || IsOneOf(word.text, "-C", "-f", "-I", "-o", "--directory", "--file", "-d")) {
      const bool value = !counts || (i + 1 < words.size() && IsCount(words[i + 1]));
      i += value ? 1 : 0;
    } else if (!word.only_flags && !word.text.starts_with('-') &&
               word.text.find('=') == std::string_view::npos) {
      use(word);
    }
  }
}

bool IsExpanded(const ScriptWord& word) {
  return !word.literal && (word.text.starts_with('$') || word.text.starts_with('`'));
}

/// The path is one where shells look for a program of that name.
bool IsProgram(std::string_view path, std::string_view name) {
  return path.ends_with(name) && path.substr(0, path.size() - name.size()).ends_with("bin/");
}

}  // namespace

std::string RunsUnseen(std::string_view what) {
  return fmt::format("{} is run, and what it does is not in this file", what);
}

std::vector<std::string_view> CopiedPrograms(const RunReading& reading, const Arrivals& arrivals) {
  std::vector<std::string_view> programs;
  if (!arrivals.programs || !arrivals.MayRead(reading.commands.size() * arrivals.files.size())) {
    return programs;
  }
  for (const KnownCommand& known : reading.commands) {
    if (!known.facts.empty() || known.command.words.empty()) {
      continue;
    }
    const std::string_view called = known.command.words.front().text;
    const std::string_view name = called.substr(called.rfind('/') + 1);
    const auto is_called = [&](const Content& file) {
      return file.how == Arrived::kCopied && IsProgram(file.place, name) &&
             (name.size() == called.size() || file.place == called);
    };
    if (std::ranges::any_of(arrivals.files, is_called) &&
        std::ranges::find(programs, called) == programs.end()) {
      programs.push_back(called);
    }
  }
  return programs;
}

HiddenScripts::HiddenScripts(const Script& script, std::span<const ScriptFile> files,
                             RunReading& reading)
    : script_(script), files_(files), reading_(reading) {
  if (!script.functions.empty()) {
    functions_.emplace();
    for (const ScriptFunction& function : script.functions) {
      functions_->insert(function.name);
    }
  }
}

void HiddenScripts::Say(std::string sentence) {
  // An instruction may hide very much: from a few on a set tells what was said.
  constexpr std::size_t kFew = 16;
  std::vector<std::string>& said = reading_.unknown;
  if (said.size() == kFew && !said_) {
    said_.emplace(said.begin(), said.end());
  }
  const bool again = said.size() < kFew ? std::ranges::find(said, sentence) != said.end()
                                        : !said_->insert(sentence).second;
  if (!again) {
    said.push_back(std::move(sentence));
  }
}

bool HiddenScripts::Note(const KnownCommand& known, const Program& program, bool hidden_verb) {
  const SimpleCommand& command = known.command;
  if (command.words.empty() || command.name().empty()) {
    return false;  // assignments alone; a variable name is in the script's own list
  }
  if (hidden_verb) {
    const auto verb = std::find_if(command.words.begin() + 1, command.words.end(), IsExpanded);
    const bool shown = verb != command.words.end();
    Say(fmt::format("what {} is told to do is not known{}{}", command.name(), shown ? ": " : "",
                    shown ? verb->text : std::string_view()));
    return false;
  }
  // `cat <<EOF | sh`: the text is here, and was read.
  const auto shown = [&command] {
    return std::any_of(command.redirections.begin(), command.redirections.end(),
                       [](const Redirection& from) { return from.op == "<<" || from.op == "<<-"; });
  };
  if (known.facts.empty() && command.piped_into_shell && !program.prints_environment && !shown()) {
    Say(fmt::format("what {} prints is run by a shell, and is not in this file", command.name()));
  }
  reading_.configures = reading_.configures || program.configures;
  if (program.has_targets) {
    return NoteTargets(command, program);
  }
  if (known.facts.empty()) {
    NoteScript(known, program);
  }
  return false;
}

bool HiddenScripts::NoteTargets(const SimpleCommand& command, const Program& program) {
  const ScriptWords words = TargetWords(command, program);
  if (!program.targets_behind.empty() && words.empty()) {
    return false;  // it runs no target
  }
  const std::string_view name =
      program.targets_behind.empty() ? command.name() : program.targets_behind;
  const ScriptWord* first = nullptr;
  const ScriptWord* hidden = nullptr;
  bool all_hidden = true;
  EachTarget(words, [&](const ScriptWord& word) {
    const bool hides = IsHiddenTarget(word.text);
    first = first == nullptr ? &word : first;
    hidden = hides && hidden == nullptr ? &word : hidden;
    all_hidden = all_hidden && hides;
  });
  if (hidden != nullptr) {
    Say(RunsUnseen(fmt::format("{} {}", name, hidden->text)));
    return all_hidden;
  }
  if (first != nullptr && IsExpanded(*first)) {
    Say(fmt::format("what {} is told to do is not known: {}", name, first->text));
  } else if (reading_.recipe.empty()) {
    reading_.recipe = name;
    reading_.target = first == nullptr ? std::string_view() : first->text;
  }
  return false;
}

bool HiddenScripts::IsShown(std::string_view file) const {
  const auto same = [name = LastComponent(file)](const ScriptFile& known) {
    return known.text.data() != nullptr && LastComponent(known.path) == name;
  };
  return std::any_of(files_.begin(), files_.end(), same) ||
         std::any_of(script_.files.begin(), script_.files.end(), same);
}

/// `inst`, where /usr/local/bin/inst was written before.
bool HiddenScripts::IsWrittenProgram(const SimpleCommand& command) const {
  if (files_.empty() && script_.files.empty()) {
    return false;
  }
  const std::string_view name = command.words.front().text;
  const auto same = [name](const ScriptFile& known) { return IsProgram(known.path, name); };
  return name.find('/') == std::string_view::npos && !IsFunction(name) &&
         (std::any_of(files_.begin(), files_.end(), same) ||
          std::any_of(script_.files.begin(), script_.files.end(), same));
}

void HiddenScripts::NoteScript(const KnownCommand& known, const Program& program) {
  const SimpleCommand& command = known.command;
  if (program.runs_file && (command.name() == "powershell" || command.name() == "pwsh")) {
    for (const ScriptWord& word : command.words) {
      if (EqualFold(word.text, "-EncodedCommand") || EqualFold(word.text, "-enc")) {
        Say(fmt::format("{} runs an encoded command, which is not read", command.name()));
        return;
      }
    }
  }
  if (IsWrittenProgram(command)) {
    Say(fmt::format("{} is run, a script that this file writes and that is not read",
                    command.name()));
    return;
  }
  const std::string_view script = LocalScript(command, program);
  if (script.empty() || IsFunction(command.name())) {
    return;
  }
  if (script.data() != command.words.front().text.data() && IsShown(script)) {
    Say(fmt::format("{} is run by {}, which is not read", script, command.name()));
    return;
  }
  Say(RunsUnseen(script));
  if (reading_.hidden_build.empty() && NameSaysBuild(script)) {
    reading_.hidden_build = script;
  }
}

}  // namespace cacheplan::detect
