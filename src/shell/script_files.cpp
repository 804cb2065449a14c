// Scripts whose text stands in the script that runs them: a file that an echo, a printf or a
// here-document makes, a text that is piped into a shell.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/shell/script_inner.h"
#include "src/shell/script_output.h"

namespace cacheplan::script {
namespace {

/// Two names for one file, as far as that can be told: from where a relative one starts is not.
bool IsSame(std::string_view a, std::string_view b) {
  return a == b || (a.starts_with('/') != b.starts_with('/') &&
                    LastComponent(a) == LastComponent(b) && !LastComponent(a).empty());
}

/// `\n` and `\t` as echo and printf have them.
void AppendUnescaped(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
    if (next == 'n' || next == 't') {
      out += next == 'n' ? '\n' : '\t';
      ++i;
    } else if (next == '\\') {
      out += '\\';
      ++i;
    } else {
      out += text[i];
    }
  }
}

/// What it prints is the word, but for variables.
bool IsShown(const ScriptWord& word) {
  return word.literal || (word.quoted && !word.splits && !word.mixed &&
                          word.text.find('`') == std::string_view::npos &&
                          word.text.find("$(") == std::string_view::npos);
}

std::optional<std::string> PrintedByPrintf(ScriptWords words) {
  std::string text;
  const std::string_view format = words[1].text;
  if (format.find('%') == std::string_view::npos) {
    AppendUnescaped(format, text);
    return text;
  }
  if (format != "%s\\n" && format != "%b\\n" && format != "%s") {
    return std::nullopt;
  }
  for (const ScriptWord& word : words.subspan(2)) {
    if (format[1] == 'b') {
      AppendUnescaped(word.text, text);
    } else {
      text += word.text;
    }
    text += format.size() > 2 ? "\n" : "";
  }
  return text;
}

/// The language of `#!/usr/bin/python3`; empty for a shell and without such a line.
std::string_view OtherLanguage(std::string_view text) {
  const std::string_view interpreter = ShebangProgram(text);
  return IsPosixShell(interpreter) ? std::string_view() : interpreter;
}

}  // namespace

std::optional<std::string_view> PrintedText(const SimpleCommand& command, Arena& arena) {
  const bool echo = command.name() == "echo";
  if ((!echo && command.name() != "printf") || command.words.size() < 2 ||
      !std::all_of(command.words.begin(), command.words.end(), IsShown)) {
    return std::nullopt;
  }
  if (!echo) {
    const std::optional<std::string> printed = PrintedByPrintf(command.words);
    return printed ? std::optional(arena.Copy(*printed)) : std::nullopt;
  }
  std::string text;
  bool options = true;
  for (const ScriptWord& word : command.words.subspan(1)) {
    options = options && word.text.size() > 1 && word.text[0] == '-' &&
              word.text.find_first_not_of("neE", 1) == std::string_view::npos;
    if (!options) {
      text += text.empty() ? "" : " ";
      AppendUnescaped(word.text, text);
    }
  }
  return arena.Copy(text + "\n");
}

void ScriptFiles::Write(std::string_view path, std::string_view text, bool append) {
  auto same =
      std::find_if(own_.begin(), own_.end(), [path](const Own& file) { return file.path == path; });
  constexpr std::size_t kLongest = 65536;  // of one that is written piece by piece
  if (same == own_.end()) {
    if (own_.size() < kMost) {
      own_.push_back({path, text, {}, false});
    }
  } else if (!append) {
    *same = {path, text, {}, false};
  } else if (same->read) {
    // What runs it again is not read again.
  } else if (same->text.size() + same->joined.size() + text.size() <= kLongest) {
    if (same->joined.empty()) {
      same->joined = same->text;
      same->text = {};
    }
    same->joined += text;
  }
}

std::optional<ScriptFiles::Found> ScriptFiles::Run(std::string_view path, Arena& arena) {
  for (Own& file : own_) {
    if (IsSame(file.path, path)) {
      const bool read = std::exchange(file.read, true);
      return Found{read ? std::string_view() : TextOf(file, arena), read};
    }
  }
  for (std::size_t i = 0; i < before_.size(); ++i) {
    if (IsSame(before_[i].path, path)) {
      const bool read = std::find(read_.begin(), read_.end(), i) != read_.end();
      if (!read) {
        read_.push_back(i);
      }
      return Found{before_[i].text, read};
    }
  }
  return std::nullopt;
}

std::vector<ScriptFile> ScriptFiles::Written(Arena& arena) {
  std::vector<ScriptFile> files;
  for (Own& file : own_) {
    files.push_back({file.path, TextOf(file, arena)});
  }
  return files;
}

std::string_view ScriptFiles::TextOf(Own& file, Arena& arena) {
  if (!file.joined.empty()) {
    file.text = arena.Copy(file.joined);
    file.joined.clear();
  }
  return file.text;
}

void ReadShown(std::string_view text, std::size_t slot, Output& out) {
  const SimpleCommand runner = out.At(slot);  // its place may move
  if (out.depth >= kMaxDepth) {
    out.Opaque("scripts are nested too deep", runner.offset);
    return;
  }
  if (const std::string_view other = OtherLanguage(text); !other.empty()) {
    out.Opaque(fmt::format("a script is run by {}, which is not read", other), runner.offset);
    return;
  }
  ++out.depth;
  const std::size_t first = out.size();
  const std::uint32_t branch = out.branch();
  if (runner.name() != "." && runner.name() != "source") {
    out.OpenBranch();  // a shell of its own: what it assigns does not last
  }
  ReadPosix(text, out, {runner.directory, runner.directory_known}, runner.offset, false);
  out.EndFrom(first, runner.end);
  out.SetBranch(branch);
  --out.depth;
}

bool ReadWrittenFile(std::size_t slot, Output& out) {
  if (out.files.empty() || out.IsDropped(slot)) {
    return false;
  }
  const SimpleCommand& command = out.At(slot);
  if (command.words.empty()) {
    return false;
  }
  const std::string_view name = command.name();
  const bool sourced = name == "." || name == "source";
  const ScriptWord& word = command.words[sourced && command.words.size() > 1 ? 1 : 0];
  if (!word.literal ||
      (!sourced && !command.script_file && word.text.find('/') == std::string_view::npos)) {
    return false;
  }
  const Directory place = ChangeTo({command.directory, command.directory_known}, word, out.arena);
  const std::optional<ScriptFiles::Found> file = out.files.Run(place.path, out.arena);
  if (!file) {
    return false;
  }
  if (!file->read) {
    ReadShown(file->text, slot, out);
  }
  out.Drop(slot);
  return true;
}

}  // namespace cacheplan::script

namespace cacheplan {

std::string_view ShebangProgram(std::string_view text) {
  if (!text.starts_with("#!")) {
    return {};
  }
  std::string_view line = text.substr(2, text.find_first_of("\r\n") - 2);
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
    if (program != "env" && program != "busybox" && !program.starts_with('-')) {
      break;
    }
  }
  return program;
}

}  // namespace cacheplan
