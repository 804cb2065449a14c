// Scripts whose text stands in the script that runs them: a file that an echo, a printf or a
// here-document makes, a text that is piped into a shell.
#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/byte_set.h"
#include "cacheplan/paths.h"
#include "cacheplan/text.h"

#include "src/shell/script_inner.h"
#include "src/shell/script_output.h"

namespace cacheplan::script {
namespace {

/// A change of what `word` names may change the file. From where a relative path starts is not
/// known here, so the last component decides, and for folders what can be told.
bool MayChange(const ScriptWord& word, std::string_view path) {
  static constexpr ByteSet kPattern("*?[");
  static constexpr ByteSet kChanges("$`*?[{~\"'");
  std::string_view text = word.text;
  const bool pattern = !word.quoted && kPattern.HasAnyOf(text);
  if (!word.literal ||
      pattern) {  // a variable, a pattern: what it ends with still tells it from others
    const std::string_view last = LastComponent(text);
    if (last.empty() || kChanges.HasAnyOf(last)) {
      return !text.starts_with('/') || text.find('$') != std::string_view::npos ||
             path.starts_with(text.substr(0, text.rfind('/') + 1));
    }
  }
  text = WithoutSlash(text);
  if (text.ends_with(LastComponent(path)) || text == "/") {
    return true;
  }
  if (text.starts_with('/') && path.starts_with('/')) {
    return path.starts_with(text) && path.size() > text.size() && path[text.size()] == '/';
  }
  const std::string_view last = LastComponent(text);
  if (last == "." || last == ".." || last.empty()) {
    return true;
  }
  // Another of its folders may have that name.
  const std::size_t at = path.find(last);
  return !text.starts_with('-') && at != std::string_view::npos &&
         path.find('/', at) != std::string_view::npos;
}

/// `\n` and `\t` as echo and printf have them.
void AppendUnescaped(std::string_view text, std::string& out) {
  while (true) {
    const std::size_t escape = text.find('\\');
    out += text.substr(0, escape);
    if (escape == std::string_view::npos) {
      return;
    }
    text.remove_prefix(escape + 1);
    const char next = text.empty() ? '\0' : text.front();
    out += next == 'n' ? '\n' : next == 't' ? '\t' : '\\';
    text.remove_prefix(next == 'n' || next == 't' || next == '\\' ? 1 : 0);
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
  text.reserve(std::accumulate(
      command.words.begin(), command.words.end(), std::size_t{0},
      [](std::size_t size, const ScriptWord& word) { return size + word.text.size() + 1; }));
  bool options = true;
  for (const ScriptWord& word : command.words.subspan(1)) {
    options = options && word.text.size() > 1 && word.text[0] == '-' &&
              word.text.find_first_not_of("neE", 1) == std::string_view::npos;
    if (!options) {
      text += text.empty() ? "" : " ";
      AppendUnescaped(word.text, text);
    }
  }
  text += '\n';
  return arena.Copy(text);
}

void ScriptFiles::ForgetBefore(std::size_t index) {
  gone_.resize(before_.size());
  gone_[index] = true;
}

void ScriptFiles::Write(std::string_view path, std::string_view text, bool append,
                        std::uint32_t branch) {
  constexpr std::size_t kLongest = 65536;  // of one that is written piece by piece
  const std::string_view name = LastComponent(path);
  std::optional<std::string> whole;
  for (std::size_t i = 0; i < before_.size(); ++i) {
    if (LastComponent(before_[i].path) == name) {
      if (append && !IsGone(i) && before_[i].path == path && before_[i].text.size() <= kLongest) {
        whole = before_[i].text;
      }
      ForgetBefore(i);
    }
  }
  Own* same = nullptr;
  for (Own& file : own_) {
    if (file.path == path) {
      same = &file;
    } else if (file.path.starts_with('/') != path.starts_with('/') &&
               LastComponent(file.path) == name) {
      file.known = false;  // perhaps the same
    }
  }
  if (same == nullptr) {
    if ((!append || whole) && own_.size() < kMost) {
      own_.push_back({path, text, {}, false, true, branch});
      if (append) {
        own_.back().joined = *whole;
        own_.back().joined += text;
      }
    }
  } else if (!append) {
    *same = {path, text, {}, false, true, branch};
  } else if (!same->known || same->read || same->branch != branch ||
             same->text.size() + same->joined.size() + text.size() > kLongest) {
    same->known = false;  // it would be a part
  } else {
    if (same->joined.empty()) {
      same->joined = same->text;
      same->text = {};
    }
    same->joined += text;
  }
}

void ScriptFiles::Forget(const ScriptWord& word) {
  for (Own& file : own_) {
    file.known = file.known && !MayChange(word, file.path);
  }
  for (std::size_t i = 0; i < before_.size(); ++i) {
    if (!IsGone(i) && MayChange(word, before_[i].path)) {
      ForgetBefore(i);
    }
  }
}

std::optional<ScriptFiles::Found> ScriptFiles::Run(std::string_view path, std::uint32_t branch,
                                                   Arena& arena) {
  for (Own& file : own_) {
    if (file.path == path) {
      if (!file.known || (file.branch != 0 && file.branch != branch)) {
        return std::nullopt;
      }
      const bool read = std::exchange(file.read, true);
      return Found{read ? std::string_view() : TextOf(file, arena), read};
    }
  }
  for (std::size_t i = 0; i < before_.size(); ++i) {
    if (before_[i].path == path && !IsGone(i)) {
      const bool read = std::ranges::find(read_, i) != read_.end();
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
  for (std::size_t i = 0; i < gone_.size(); ++i) {
    if (gone_[i]) {
      files.push_back({before_[i].path, {}});
    }
  }
  for (Own& file : own_) {
    const bool known = file.known && file.branch == 0;
    files.push_back({file.path, known ? TextOf(file, arena) : std::string_view()});
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

void ForgetChanged(std::size_t slot, Output& out) {
  static constexpr std::array<std::string_view, 27> kChange = {
      "rm",     "mv",  "cp",    "sed",   "curl",     "wget",  "install", "ln",  "dd",
      "perl",   "tar", "unzip", "patch", "truncate", "rsync", "aria2c",  "scp", "unlink",
      "sponge", "git", "find",  "awk",   "gawk",     "ed",    "ex",      "7z",  "shred"};
  const SimpleCommand& command = out.At(slot);
  if (out.files.empty() || std::ranges::find(kChange, command.name()) == kChange.end()) {
    return;
  }
  for (const ScriptWord& word : command.words.subspan(1)) {
    out.files.Forget(word);
  }
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
  const std::optional<ScriptFiles::Found> file =
      out.files.Run(place.path, command.branch, out.arena);
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
