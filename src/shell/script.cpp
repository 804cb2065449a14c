#include "cacheplan/script.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

#include "src/shell/script_output.h"

namespace cacheplan {
namespace {

constexpr ByteSet kSlashes("/\\");  // Windows has both

}  // namespace

namespace script {

// NOLINTNEXTLINE(*-member-init): room_ is filled as it is used
Output::Output(Script& script, Arena& texts, std::size_t size) : arena(texts), script_(script) {
  constexpr std::size_t kBytesOfCommand = 32;  // most are longer
  constexpr std::size_t kMostExpected = 64;
  constexpr std::size_t kUsualWords = 16;  // of a command
  words.reserve(kUsualWords);
  slots_.reserve(1 + std::min(size / kBytesOfCommand, kMostExpected));
}

std::size_t Output::Open() {
  slots_.emplace_back(branch_, suppressed > 0);
  return slots_.size() - 1;
}

std::size_t Output::Function(std::string_view name) {
  script_.functions.push_back({name, Next(), Next()});
  function_names_.insert(name);
  return script_.functions.size() - 1;
}

std::size_t Output::Loop(const ScriptLoop& loop) {
  script_.loops.push_back(loop);
  script_.loops.back().first = script_.loops.back().last = Next();
  return script_.loops.size() - 1;
}

void Output::EndFrom(std::size_t first, std::size_t end) {
  for (std::size_t i = first; i < slots_.size(); ++i) {
    if (At(i).end == 0) {
      At(i).end = static_cast<std::uint32_t>(end);
    }
  }
}

void Output::Opaque(std::string reason, std::size_t offset) {
  if (suppressed == 0) {
    script_.opaque.push_back({std::move(reason), static_cast<std::uint32_t>(offset)});
  }
}

ScriptWords Output::Words(ShellWords words) {
  const std::span<ScriptWord> own = arena.Room<ScriptWord>(words.size());
  std::transform(words.begin(), words.end(), own.begin(),
                 [](const ShellWord& word) { return word.word; });
  return own;
}

void Output::MarkPipedIntoShell(std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    At(i).piped_into_shell = true;
  }
}

void Output::Close() {
  const std::span<SimpleCommand> commands = arena.Room<SimpleCommand>(slots_.size());
  std::size_t kept = 0;
  for (const Slot& slot : slots_) {
    if (slot.IsKept()) {
      commands[kept++] = slot.command;
    }
  }
  script_.commands = commands.first(kept);
  if (!files.empty()) {
    script_.files = files.Written(arena);
  }
  if (script_.functions.empty() && script_.loops.empty()) {
    return;
  }
  std::vector<std::uint32_t> kept_before = {0};  // for each slot, and for the end
  for (const Slot& slot : slots_) {
    kept_before.push_back(kept_before.back() + (slot.IsKept() ? 1 : 0));
  }
  const auto renumber = [&](auto& list) {
    for (auto& part : list) {
      part.first = kept_before[part.first];
      part.last = kept_before[part.last];
    }
  };
  renumber(script_.functions);
  renumber(script_.loops);
}

/// PATH_MAX of Linux: no shell gets further.
constexpr std::size_t kMaxPath = 4096;

namespace {

/// A path that leads to itself from the root, or from where a script starts: none of its parts
/// begins with a dot or is empty.
bool IsResolved(std::string_view path) {
  static constexpr ByteSet kBeginsNoPart("./");
  if (path.empty() || path.size() > kMaxPath || path.back() == '/' || path.front() == '.') {
    return false;
  }
  char before = 'x';
  for (const char c : path) {
    if (c == '\\' || c == ':' || (before == '/' && kBeginsNoPart.Has(c))) {
      return false;
    }
    before = c;
  }
  return true;
}

}  // namespace

Directory ChangeTo(const Directory& from, const ScriptWord& target, Arena& arena) {
  static constexpr ByteSet kUnknown("`(*?[");
  if (target.text.starts_with('~') || (!target.literal && kUnknown.HasAnyOf(target.text))) {
    return {"", false};
  }
  if (!target.literal) {  // whoever knows the variables may complete it
    const bool variable = target.text.starts_with('$');
    const bool whole = target.text.starts_with('/') || (variable && !from.known);
    if (target.mixed || (!whole && !from.known)) {
      return {"", false};
    }
    // "/./": what a variable begins may be absolute, and then leads from nowhere.
    const std::string_view between = variable ? "/./" : "/";
    return {whole               ? target.text
            : from.path.empty() ? arena.Concat({variable ? "./" : "", target.text})
                                : arena.Concat({from.path, between, target.text}),
            false};
  }
  const bool absolute = target.text.starts_with('/');
  if ((absolute || from.path.empty()) && IsResolved(target.text)) {
    return {target.text, absolute || from.known};
  }
  std::string path(from.path);
  bool known = from.known;
  std::string_view rest = target.text;
  const bool windows_root = rest.size() > 1 && rest[1] == ':';
  if (absolute || windows_root) {
    path = windows_root ? "" : "/";
    known = true;
  }
  while (!rest.empty()) {
    if (path.size() > kMaxPath) {
      return {"", false};
    }
    const std::size_t slash = kSlashes.Find(rest);
    const std::string_view part = rest.substr(0, slash);
    rest.remove_prefix(std::min(slash + 1, rest.size()));
    if (part.empty() || part == ".") {
      continue;
    }
    const std::size_t last = path.rfind('/');
    const std::string_view tail =
        std::string_view(path).substr(last == std::string::npos ? 0 : last + 1);
    // Above what a variable holds is told by whoever knows it.
    const bool above = part == ".." && tail.find('$') == std::string_view::npos;
    if (above && !path.empty() && tail != "..") {
      if (path != "/") {
        path.erase(last == std::string::npos ? 0 : std::max<std::size_t>(last, 1));
        if (last == 0) {
          path = "/";
        }
      }
      continue;
    }
    if (!path.empty() && path.back() != '/') {
      path += '/';
    }
    path += part;
  }
  return {arena.Copy(path), known};
}

}  // namespace script

std::string_view ProgramName(std::string_view path) {
  path.remove_prefix(kSlashes.FindLastEnd(path));
  constexpr std::size_t kEnding = 4;
  if (path.size() > kEnding && path[path.size() - kEnding] == '.') {
    for (const std::string_view end : {"exe", "cmd", "bat", "ps1", "EXE"}) {
      if (path.substr(path.size() - end.size()) == end) {
        path.remove_suffix(kEnding);
        break;
      }
    }
  }
  return path;
}

void SimpleCommand::SetWords(ScriptWords own) {
  SetWords(own, own.empty() ? std::string_view() : ProgramName(own.front().text));
}

void SimpleCommand::SetWords(ScriptWords own, std::string_view program) {
  words = own;
  // Of "$VENV/bin/pip" only the directory is unknown.
  static constexpr ByteSet kExpands("$`*?%");
  const bool unsure = !words.empty() && !words.front().literal && kExpands.HasAnyOf(program);
  name_ = unsure ? std::string_view() : program;
}

Script ParseScript(std::string_view text, Arena& arena, ScriptDialect dialect,
                   std::span<const ScriptFile> files) {
  Script script;
  script::Output out(script, arena, text.size());
  out.files.Start(files);
  switch (dialect) {
    case ScriptDialect::kPosix:
      script::ReadPosix(text, out, {}, std::nullopt, false);
      break;
    case ScriptDialect::kPowerShell:
      script::ReadPowerShell(text, out, {}, std::nullopt);
      break;
    case ScriptDialect::kCmd:
      script::ReadCmd(text, out, {}, std::nullopt);
      break;
  }
  out.Close();
  return script;
}

Script ParseExec(std::span<const std::string_view> argv, Arena& arena,
                 std::span<const ScriptFile> files) {
  Script script;
  script::Output out(script, arena, 0);
  out.files.Start(files);
  if (!argv.empty()) {
    std::vector<script::ShellWord> words(argv.size());
    for (std::size_t i = 0; i < argv.size(); ++i) {
      words[i].word.text = argv[i];
      words[i].word.quoted = true;  // no shell looks at it
    }
    const std::size_t slot = out.Open();
    script::Finish(slot, words, out);
    script::ForgetChanged(slot, out);
    script::ReadWrittenFile(slot, out);
  }
  out.Close();
  return script;
}

Script ParseCommand(const SimpleCommand& command, Arena& arena) {
  Script script;
  script::Output out(script, arena, 0);
  const std::size_t slot = out.Open();
  out.At(slot) = command;
  std::vector<script::ShellWord> words(command.words.size());
  std::transform(command.words.begin(), command.words.end(), words.begin(),
                 [](const ScriptWord& word) { return script::ShellWord{word}; });
  script::Finish(slot, words, out);
  for (std::size_t i = slot; i < out.size(); ++i) {
    out.At(i).offset = command.offset;
    out.At(i).end = command.end;
  }
  out.Close();
  return script;
}

Script ParseShellForm(std::string_view text, std::span<const std::string_view> shell, bool windows,
                      Arena& arena, std::span<const ScriptFile> files) {
  if (shell.empty()) {
    return ParseScript(text, arena, windows ? ScriptDialect::kCmd : ScriptDialect::kPosix, files);
  }
  std::string program(ProgramName(shell.front()));
  std::transform(program.begin(), program.end(), program.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (script::IsPosixShell(program)) {
    return ParseScript(text, arena, ScriptDialect::kPosix, files);
  }
  if (program == "powershell" || program == "pwsh") {
    return ParseScript(text, arena, ScriptDialect::kPowerShell);
  }
  if (program == "cmd") {
    return ParseScript(text, arena, ScriptDialect::kCmd);
  }
  std::vector<std::string_view> argv(shell.begin(), shell.end());
  argv.push_back(text);
  Script script = ParseExec(argv, arena, files);
  // Not a shell that is known, nor a program that starts one.
  if (script.commands.size() == 1 && !script.commands.front().words.empty() &&
      script.commands.front().words.back().text.data() == text.data()) {
    script.opaque.push_back({fmt::format("the commands are run by {}, which is not read",
                                         script.commands.front().name()),
                             0});
  }
  return script;
}

}  // namespace cacheplan
