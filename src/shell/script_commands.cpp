// Simple commands of a POSIX script: words, assignments, redirections, here-documents, cd.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/name_table.h"

#include "src/shell/script_posix.h"

namespace cacheplan::script {
namespace {

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// The index of the `=` of `NAME=…`, `NAME+=…`, `NAME[i]=…`; npos when the word is none of them.
std::size_t AssignmentSign(std::string_view word) {
  if (word.empty() || !IsNameStart(word.front())) {
    return std::string_view::npos;
  }
  std::size_t i = 1;
  while (i < word.size() && (IsNameStart(word[i]) || IsDigit(word[i]))) {
    ++i;
  }
  if (i < word.size() && word[i] == '[') {
    i = word.find(']', i);
    i = i == std::string_view::npos ? word.size() : i + 1;
  }
  if (i < word.size() && word[i] == '+') {
    ++i;
  }
  return i < word.size() && word[i] == '=' ? i : std::string_view::npos;
}

/// What a command means for those behind it.
enum class Effect : std::uint8_t {
  kNone,
  kAnswers,  ///< it decides whether what an && joins to it runs
  kMoves,    ///< they may stand in another directory
};
struct Named {
  std::string_view name;
  Effect effect;
};
constexpr Named kNamed[] = {
    {"[", Effect::kAnswers},       {"cd", Effect::kMoves},      {"chdir", Effect::kMoves},
    {"command", Effect::kAnswers}, {"grep", Effect::kAnswers},  {"hash", Effect::kAnswers},
    {"popd", Effect::kMoves},      {"pushd", Effect::kMoves},   {"test", Effect::kAnswers},
    {"type", Effect::kAnswers},    {"which", Effect::kAnswers},
};
constexpr NameTable kByName(kNamed);

Effect EffectOf(std::string_view name) {
  const Named* const named = kByName.Find(name);
  return named == nullptr ? Effect::kNone : named->effect;
}

}  // namespace

/// `[[ … ]]`: && || < > ( ) inside it are no shell operators.
void PosixReader::ReadConditional(std::size_t slot) {
  const std::size_t mine = out_.words.size() - 1;
  while (!AtEnd()) {
    SkipBlanks();
    if (!PushWord()) {
      if (AtEnd()) {
        break;
      }
      out_.words.push_back({{text_.substr(pos_, 1), Offset(pos_)}});
      ++pos_;
    }
    if (out_.words.back().word.text == "]]") {
      break;
    }
  }
  Finish(slot, ShellWords(out_.words).subspan(mine), out_);
  out_.words.resize(mine);
  CloseCommand(slot, pos_);
  list_.tests = true;
  NoteAsked(slot);
}

void PosixReader::ForgetAsked() {
  negated_ = false;
  asked_ = {};
  if (!pipeline_.after_or) {
    list_asked_.clear();
  }
}

void PosixReader::ReadSimple(std::size_t slot, bool begun) {
  const std::size_t mine = out_.words.size() - (begun ? 1 : 0);
  std::vector<ScriptWord> assignments;
  std::vector<Redirection> redirections;
  bool named = false;  // what comes are words of the command, no assignments before it
  const auto settle_last = [&] {
    ShellWord& last = out_.words.back();
    const std::size_t sign = last.bare ? std::string_view::npos : AssignmentSign(last.word.text);
    const bool assigns = sign != std::string_view::npos;
    // X=(a b): an array. Only right after the sign; `declare -a X=(a b)` as well.
    if (assigns && Peek() == '(' && sign + 1 == last.word.text.size()) {
      last.word.literal = false;
      ReadArray();
    }
    named = named || !assigns;
    if (!named) {
      assignments.push_back(out_.words.back().word);
      out_.words.pop_back();
    }
  };
  if (begun) {
    settle_last();
  }
  static constexpr ByteSet kEndsCommand("#;&|\n)");
  std::size_t end = pos_;
  for (;; end = pos_) {
    SkipBlanks();
    if (AtEnd()) {
      break;
    }
    const char c = text_[pos_];
    if (kEndsCommand.Has(c) && !(c == '&' && Peek(1) == '>')) {
      break;
    }
    if (AtRedirection()) {
      if (ReadRedirection(slot, redirections)) {
        continue;
      }
      break;
    }
    if (PushWord()) {
      if (!named || Peek() == '(') {
        settle_last();
      }
    } else if (c == '(') {
      Opaque("a ( where none may stand", pos_);
      ++pos_;
    } else {
      break;
    }
  }

  SimpleCommand& command = out_.At(slot);
  command.assignments = out_.arena.Copy(assignments);
  command.redirections = out_.arena.Copy(redirections);
  if (!named) {
    ForgetAsked();
    GiveInput(slot, out_);
    if (!redirections.empty() && !out_.files.empty()) {
      NoteFiles(slot);  // that of a group
    }
    CloseCommand(slot, end);
    return;
  }
  const std::optional<Directory> moved = Finish(slot, ShellWords(out_.words).subspan(mine), out_);
  out_.words.resize(mine);
  CloseCommand(slot, end);
  const std::string_view name = out_.At(slot).name();
  const Effect effect = EffectOf(name);
  if (effect == Effect::kAnswers) {
    NoteAsked(slot);
  } else {
    ForgetAsked();
  }
  if (moved) {
    directory_ = *moved;
    return;
  }
  if (pipeline_.piped && RunsStandardInput(out_.At(slot))) {
    ReadPipe(slot);
  }
  list_.tests = list_.tests || effect == Effect::kAnswers;
  if (effect == Effect::kMoves) {
    ApplyChange(out_.At(slot));
  }
  if (!redirections.empty()) {
    ReadHereString(slot);
    ReadInput(slot);
  }
  if (!redirections.empty() || name == "tee" || !out_.files.empty()) {
    NoteFiles(slot);
  }
  if (!out_.files.empty() || !heredocs_.empty()) {
    if (!ReadWrittenFile(slot, out_) && !heredocs_.empty()) {
      late_.push_back(slot);
    }
  }
}

/// `(a b c)` of an array assignment; substitutions in it count.
void PosixReader::ReadArray() {
  ++pos_;
  while (!AtEnd() && Peek() != ')') {
    SkipBlanks();
    const std::size_t before = pos_;
    if (Peek() == '#') {
      pos_ = std::min(text_.find('\n', pos_), text_.size());
    } else if (!AtEnd() && Peek() != ')') {
      ReadShellWord();
    }
    if (pos_ == before && !AtEnd() && Peek() != ')') {
      ++pos_;
    }
  }
  if (!AtEnd()) {
    ++pos_;
  }
}

bool PosixReader::IsRedirection() const {
  std::size_t i = pos_;
  if (i < text_.size() && text_[i] == '&') {
    return i + 1 < text_.size() && text_[i + 1] == '>';
  }
  while (i < text_.size() && IsDigit(text_[i]) && i - pos_ < 10) {
    ++i;
  }
  if (i >= text_.size() || (text_[i] != '<' && text_[i] != '>')) {
    return false;
  }
  return !(i + 1 < text_.size() && text_[i + 1] == '(' && i == pos_);  // <(…) is a word
}

bool PosixReader::ReadRedirection(std::size_t slot, std::vector<Redirection>& redirections) {
  const std::size_t start = pos_;
  while (IsDigit(Peek()) || Peek() == '&') {
    ++pos_;
  }
  const char direction = Peek();
  ++pos_;
  bool heredoc = false;
  bool strip_tabs = false;
  if (direction == '<' && Peek() == '<') {
    ++pos_;
    if (Peek() == '<') {
      ++pos_;
    } else {
      heredoc = true;
      strip_tabs = Peek() == '-';
      pos_ += strip_tabs ? 1 : 0;
    }
  } else if (Peek() == direction || Peek() == '&' || Peek() == '|' ||
             (direction == '<' && Peek() == '>')) {
    ++pos_;
  }
  const std::string_view op = text_.substr(start, pos_ - start);
  SkipBlanks();
  const std::size_t before = pos_;
  const ShellWord target = ReadShellWord();
  if (pos_ == before) {
    Opaque("a redirection without its target", start);
    return false;
  }
  if (heredoc) {
    heredocs_.push_back({.slot = slot,
                         .delimiter = target.word.text,
                         .strip_tabs = strip_tabs,
                         .quoted = target.word.quoted});
  }
  redirections.push_back({op, target.word});
  if (op == "<") {
    input_ = target;
  }
  return true;
}

/// After the newline that ends the line of `<<EOF`: its lines are data, unless a shell reads them.
void PosixReader::ReadHeredocBodies() {
  const std::vector<PendingHeredoc> pending = std::exchange(heredocs_, {});
  for (const PendingHeredoc& heredoc : pending) {
    const std::size_t begin = pos_;
    std::size_t body_end = text_.size();
    while (!AtEnd()) {
      const std::size_t line_end = std::min(text_.find('\n', pos_), text_.size());
      std::string_view line = text_.substr(pos_, line_end - pos_);
      const std::size_t line_start = pos_;
      pos_ = std::min(line_end + 1, text_.size());
      while (heredoc.strip_tabs && !line.empty() && line.front() == '\t') {
        line.remove_prefix(1);
      }
      if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
      }
      if (line == heredoc.delimiter) {
        body_end = line_start;
        break;
      }
    }
    const SimpleCommand reader = out_.At(heredoc.slot);  // its place may move
    const std::string_view body = text_.substr(begin, body_end - begin);
    const Directory where{reader.directory, reader.directory_known};
    if (!heredoc.file.empty()) {
      out_.files.Write(heredoc.file, body, heredoc.append, reader.branch);
    }
    const bool read_by_shell =
        reader.piped_into_shell || (RunsStandardInput(reader) && ReadsScripts(reader.name())) ||
        (reader.words.empty() && reader.assignments.empty() && reader.redirections.size() == 1);
    if (out_.depth >= kMaxDepth) {
      Opaque("scripts are nested too deep", begin);
    } else if (read_by_shell && body.find_first_not_of(" \t\r\n") != std::string_view::npos) {
      ++out_.depth;
      const std::size_t first = out_.size();
      ReadPosix(body, out_, where, Offset(begin), false);
      CloseCommand(first, body_end);
      --out_.depth;
    } else if (RunsStandardInput(reader)) {
      Opaque("a program in another language is read from a here-document", begin);
    } else if (TakesExpressions(reader)) {
      AddProgram(heredoc.slot, heredoc.delimiter, body, out_);
    } else if (!heredoc.quoted && body.find_first_of("$`") != std::string_view::npos) {
      // Only the substitutions in it run; read it as one quoted word.
      std::string quoted;
      quoted.reserve(body.size() + 8);
      quoted += ": \"";
      for (const char c : body) {
        quoted += c == '"' ? '\'' : c;
      }
      quoted += '"';
      ++out_.depth;
      const std::size_t first = out_.size();
      ReadPosix(out_.arena.Copy(quoted), out_, where, Offset(begin), false);
      CloseCommand(first, body_end);
      out_.Drop(first);
      --out_.depth;
    }
  }
  for (const std::size_t slot : std::exchange(late_, {})) {
    ReadWrittenFile(slot, out_);
  }
}

std::size_t PosixReader::OpenCommand(std::size_t pos) {
  const std::size_t slot = out_.Open();
  SimpleCommand& command = out_.At(slot);
  command.offset = Offset(pos);
  command.directory = directory_.path;
  command.directory_known = directory_.known;
  return slot;
}

void PosixReader::ApplyChange(const SimpleCommand& command) {
  const std::string_view name = command.name();
  if (name == "popd") {
    if (pushed_.empty()) {
      directory_ = {"", false};
    } else {
      directory_ = pushed_.back();
      pushed_.pop_back();
    }
    return;
  }
  if (name == "pushd") {
    pushed_.push_back(directory_);
  }
  const Directory before = std::exchange(previous_, directory_).value_or(Directory{"", false});
  const ScriptWord* target = nullptr;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string_view text = command.words[i].text;
    if (text == "-" || text.empty() || text.front() != '-') {
      target = &command.words[i];
      break;
    }
  }
  if (target == nullptr || pipeline_.after_or) {
    directory_ = {"", false};  // home, or only if something failed
    return;
  }
  if (target->text == "-") {
    directory_ = before;
    return;
  }
  directory_ = ChangeTo(directory_, *target, out_.arena);
}

}  // namespace cacheplan::script
