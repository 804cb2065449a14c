// Commands of a POSIX script: operators, keywords, redirections, here-documents, directories.
#include "src/shell/script_posix.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace cacheplan::script {
namespace {

/// Groups, loops and branches around one command.
constexpr std::size_t kMaxFrames = 200;

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

}  // namespace

Directory ReadPosix(std::string_view text, Output& out, const Directory& start,
                    std::optional<std::uint32_t> offset, bool substituted) {
  return PosixReader(text, out, start, offset, substituted).Read();
}

PosixReader::PosixReader(std::string_view text, Output& out, const Directory& start,
                         std::optional<std::uint32_t> offset, bool substituted)
    : text_(text),
      out_(out),
      offset_(offset),
      substituted_(substituted),
      directory_(start),
      pipeline_{out.size(), start},
      arithmetic_budget_(8 * text.size()) {}

Directory PosixReader::Read() {
  ReadCommands('\0');
  return directory_;
}

bool PosixReader::ReadCommands(char end) {
  std::vector<Frame> frames;
  while (true) {
    SkipBlanks();
    if (AtEnd()) {
      break;
    }
    if (!frames.empty() && frames.back().kind == FrameKind::kCase && frames.back().want_pattern) {
      ReadPatterns(frames);
      continue;
    }
    const Step step = ReadOperator(frames, end);
    if (step == Step::kDone) {
      EndPipeline();
      return true;
    }
    if (step == Step::kNone) {
      ReadCommand(frames);
    }
  }
  EndPipeline();
  return end == '\0';
}

PosixReader::Step PosixReader::ReadOperator(std::vector<Frame>& frames, char end) {
  const char c = Peek();
  const char next = Peek(1);
  switch (c) {
    case '\n':
      ++pos_;
      EndPipeline();
      ReadHeredocBodies();
      return Step::kMore;
    case '#':
      pos_ = std::min(text_.find('\n', pos_), text_.size());
      return Step::kMore;
    case ';':
      EndPipeline();
      ++pos_;
      if (next == ';' || next == '&') {
        pos_ += next == ';' && Peek(1) == '&' ? 2 : 1;
        PopTo(frames, FrameKind::kCase);
        if (!frames.empty()) {
          frames.back().want_pattern = true;
          NextBranch(frames.back());
        }
      }
      return Step::kMore;
    case '&':
      if (next == '>') {
        return Step::kNone;
      }
      EndPipeline();
      pos_ += next == '&' ? 2 : 1;
      return Step::kMore;
    case '|':
      if (next == '|') {
        EndPipeline();
        pipeline_.after_or = true;
        pos_ += 2;
        return Step::kMore;
      }
      pos_ += next == '&' ? 2 : 1;
      pipeline_.piped = true;
      directory_ = pipeline_.directory;
      return Step::kMore;
    case '(':
      ++pos_;
      if (next == '(' && SkipArithmetic()) {
        return Step::kMore;
      }
      PushFrame(frames, FrameKind::kSubshell);
      return Step::kMore;
    case ')':
      ++pos_;
      if (std::any_of(frames.begin(), frames.end(),
                      [](const Frame& f) { return f.kind == FrameKind::kSubshell; })) {
        PopTo(frames, FrameKind::kSubshell);
        PopFrame(frames);
        return Step::kMore;
      }
      if (end == ')') {
        return Step::kDone;
      }
      Opaque("a ) closes nothing", pos_ - 1);
      return Step::kMore;
    default:
      return Step::kNone;
  }
}

/// Starts at the first byte of a command.
void PosixReader::ReadCommand(std::vector<Frame>& frames) {
  const std::size_t start = pos_;
  if (AtRedirection()) {
    ReadSimple(OpenCommand(start), {});
    return;
  }
  const std::size_t slot = OpenCommand(start);
  ShellWord first = ReadShellWord();
  if (pos_ == start) {  // a byte that starts no word: pass over it rather than stay here
    ++pos_;
    out_.Drop(slot);
    return;
  }
  if (first.word.literal && !first.word.quoted) {
    if (first.word.text == "[[") {
      std::vector<ShellWord> words;
      words.push_back(std::move(first));
      ReadConditional(slot, words);
      return;
    }
    if (ReadKeyword(first.word.text, frames)) {
      out_.Drop(slot);
      return;
    }
    const std::size_t after = pos_;
    if (ReadFunctionParens()) {
      out_.Function(std::move(first.word.text));
      out_.Drop(slot);
      function_next_ = true;
      return;
    }
    pos_ = after;
  }
  std::vector<ShellWord> words;
  words.push_back(std::move(first));
  ReadSimple(slot, std::move(words));
}

bool PosixReader::ReadFunctionParens() {
  SkipBlanks();
  if (Peek() != '(') {
    return false;
  }
  ++pos_;
  SkipBlanks();
  if (Peek() != ')') {
    return false;
  }
  ++pos_;
  return true;
}

/// Handles a reserved word at a command's place. False for any other word.
bool PosixReader::ReadKeyword(std::string_view word, std::vector<Frame>& frames) {
  if (word == "!" || word == "then" || word == "else" || word == "elif" || word == "do") {
    if (!frames.empty() && (word == "else" || word == "elif")) {
      NextBranch(frames.back());
    }
    return true;
  }
  if (word == "if") {
    PushFrame(frames, FrameKind::kBranch);
  } else if (word == "while" || word == "until") {
    PushFrame(frames, FrameKind::kLoop);
  } else if (word == "for" || word == "select") {
    ReadForHead();
    PushFrame(frames, FrameKind::kLoop);
  } else if (word == "case") {
    SkipBlanks();
    ReadShellWord();
    while (!AtEnd() && (Peek() == '\n' || Peek() == ' ' || Peek() == '\t' || Peek() == '\r')) {
      ++pos_;
    }
    SkipBlanks();
    const ShellWord in = ReadShellWord();
    if (in.word.text != "in") {
      Opaque("a case without its in", pos_);
    }
    PushFrame(frames, FrameKind::kCase);
    frames.back().want_pattern = true;
  } else if (word == "function") {
    SkipBlanks();
    out_.Function(ReadShellWord().word.text);
    const std::size_t after = pos_;
    if (!ReadFunctionParens()) {
      pos_ = after;
    }
    function_next_ = true;
  } else if (word == "{") {
    PushFrame(frames, FrameKind::kBrace);
  } else if (word == "fi") {
    PopTo(frames, FrameKind::kBranch);
    PopFrame(frames);
  } else if (word == "done") {
    PopTo(frames, FrameKind::kLoop);
    PopFrame(frames);
  } else if (word == "esac") {
    PopTo(frames, FrameKind::kCase);
    PopFrame(frames);
  } else if (word == "}") {
    PopTo(frames, FrameKind::kBrace);
    PopFrame(frames);
  } else {
    return false;
  }
  return true;
}

/// `for NAME [in WORD…]` up to its `;`, newline or do.
void PosixReader::ReadForHead() {
  SkipBlanks();
  if (Peek() == '(' && Peek(1) == '(') {
    ++pos_;
    if (!SkipArithmetic()) {
      pos_ = std::min(text_.find_first_of(";\n", pos_), text_.size());
    }
    return;
  }
  while (!AtEnd() && Peek() != ';' && Peek() != '\n' && Peek() != ')' && Peek() != '&' &&
         Peek() != '|') {
    const std::size_t before = pos_;
    ReadShellWord();
    if (pos_ == before) {
      ++pos_;
    }
    SkipBlanks();
  }
}

/// `PATTERN | PATTERN )` of a case, or its esac.
void PosixReader::ReadPatterns(std::vector<Frame>& frames) {
  while (!AtEnd()) {
    SkipBlanks();
    const char c = Peek();
    if (c == ')') {
      ++pos_;
      frames.back().want_pattern = false;
      pipeline_ = {out_.size(), directory_};
      return;
    }
    if (c == '#') {
      pos_ = std::min(text_.find('\n', pos_), text_.size());
      continue;
    }
    const std::size_t before = pos_;
    const ShellWord word = ReadShellWord();
    if (pos_ == before) {
      if (!AtEnd()) {
        ++pos_;
      }
    } else if (word.word.text == "esac" && !word.word.quoted) {
      PopFrame(frames);
      return;
    }
  }
}

/// `[[ … ]]`: && || < > ( ) inside it are no shell operators.
void PosixReader::ReadConditional(std::size_t slot, std::vector<ShellWord>& words) {
  while (!AtEnd()) {
    SkipBlanks();
    const std::size_t before = pos_;
    ShellWord word = ReadShellWord();
    if (pos_ == before) {
      if (AtEnd()) {
        break;
      }
      word.word.text = Peek();
      ++pos_;
    }
    const bool last = word.word.text == "]]";
    words.push_back(std::move(word));
    if (last) {
      break;
    }
  }
  Finish(slot, std::move(words), out_);
}

/// The rest of a simple command; `words` holds what was read of it.
void PosixReader::ReadSimple(std::size_t slot, std::vector<ShellWord> words) {
  std::vector<ScriptWord> assignments;
  const auto take_assignment = [&] {
    // X=(a b): an array. Only right after the sign.
    ShellWord& word = words.front();
    const std::size_t sign = AssignmentSign(word.word.text);
    if (sign == std::string_view::npos) {
      return;
    }
    if (sign + 1 == word.word.text.size() && Peek() == '(') {
      ReadArray();
    }
    assignments.push_back(std::move(word.word));
    words.clear();
  };
  if (!words.empty()) {
    take_assignment();
  }
  while (true) {
    SkipBlanks();
    if (AtEnd()) {
      break;
    }
    if (AtRedirection()) {
      if (ReadRedirection(slot)) {
        continue;
      }
      break;
    }
    const char c = Peek();
    if (c == '#' || c == ';' || c == '&' || c == '|' || c == '\n' || c == ')') {
      break;
    }
    const std::size_t before = pos_;
    ShellWord word = ReadShellWord();
    if (pos_ == before) {
      if (c != '(') {
        break;
      }
      Opaque("a ( where none may stand", pos_);
      ++pos_;
      continue;
    }
    words.push_back(std::move(word));
    if (words.size() == 1) {
      take_assignment();
    }
  }

  SimpleCommand& command = out_.At(slot);
  command.assignments = std::move(assignments);
  if (words.empty()) {
    return;
  }
  const std::optional<Directory> moved = Finish(slot, std::move(words), out_);
  if (moved) {
    directory_ = *moved;
    return;
  }
  const SimpleCommand& finished = out_.At(slot);
  if (pipeline_.piped && RunsStandardInput(finished)) {
    const std::size_t first = std::max(pipeline_.first, pipeline_.marked);
    out_.MarkPipedIntoShell(first, slot);
    pipeline_.marked = slot;
  }
  ApplyChange(finished);
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

bool PosixReader::AtRedirection() const {
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

bool PosixReader::ReadRedirection(std::size_t slot) {
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
  std::string op(text_.substr(start, pos_ - start));
  SkipBlanks();
  const std::size_t before = pos_;
  ShellWord target = ReadShellWord();
  if (pos_ == before) {
    Opaque("a redirection without its target", start);
    return false;
  }
  if (heredoc) {
    heredocs_.push_back({slot, target.word.text, strip_tabs, target.word.quoted});
  }
  out_.At(slot).redirections.push_back({std::move(op), std::move(target.word)});
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
    const SimpleCommand& reader = out_.At(heredoc.slot);
    const std::string_view body = text_.substr(begin, body_end - begin);
    const Directory where{reader.directory, reader.directory_known};
    const bool read_by_shell =
        reader.piped_into_shell || (RunsStandardInput(reader) && IsPosixShell(reader.name())) ||
        (reader.words.empty() && reader.assignments.empty() && reader.redirections.size() == 1);
    if (out_.depth >= kMaxDepth) {
      Opaque("scripts are nested too deep", begin);
    } else if (read_by_shell && body.find_first_not_of(" \t\r\n") != std::string_view::npos) {
      ++out_.depth;
      ReadPosix(body, out_, where, Offset(begin), false);
      --out_.depth;
    } else if (RunsStandardInput(reader)) {
      Opaque("a program in another language is read from a here-document", begin);
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
      ReadPosix(quoted, out_, where, Offset(begin), false);
      out_.Drop(first);
      --out_.depth;
    }
  }
}

void PosixReader::PushFrame(std::vector<Frame>& frames, FrameKind kind) {
  if (frames.size() >= kMaxFrames) {
    Opaque("compound commands are nested too deep", pos_);
    frames.clear();
  }
  Frame frame{kind, directory_, pipeline_, std::exchange(function_next_, false)};
  pipeline_ = {out_.size(), directory_};
  if (frame.function) {
    directory_.known = false;  // wherever it is called
  }
  frames.push_back(std::move(frame));
}

void PosixReader::PopFrame(std::vector<Frame>& frames) {
  if (frames.empty()) {
    return;
  }
  EndPipeline();
  Frame frame = std::move(frames.back());
  frames.pop_back();
  pipeline_ = std::move(frame.pipeline);
  const bool alone = frame.kind == FrameKind::kSubshell || frame.function;
  if (alone) {
    directory_ = std::move(frame.directory);
  } else if (frame.kind != FrameKind::kBrace && (frame.moved || directory_ != frame.directory)) {
    directory_.known = false;  // whether the branch is taken is not known
  }
}

void PosixReader::NextBranch(Frame& frame) {
  frame.moved = frame.moved || directory_ != frame.directory;
  directory_ = frame.directory;
}

/// Leaves what is open inside the nearest frame of that kind; a script that closes what it did not
/// open leaves the frames as they are.
void PosixReader::PopTo(std::vector<Frame>& frames, FrameKind kind) {
  const bool found = std::any_of(frames.begin(), frames.end(),
                                 [kind](const Frame& frame) { return frame.kind == kind; });
  while (found && frames.back().kind != kind) {
    PopFrame(frames);
  }
}

void PosixReader::EndPipeline() {
  if (pipeline_.piped) {
    directory_ = pipeline_.directory;  // each part of a pipeline is a shell of its own
  }
  pipeline_ = {out_.size(), directory_};
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
  if (name != "cd" && name != "pushd" && name != "popd" && name != "chdir") {
    return;
  }
  if (name == "popd") {
    if (pushed_.empty()) {
      directory_.known = false;
    } else {
      directory_ = std::move(pushed_.back());
      pushed_.pop_back();
    }
    return;
  }
  if (name == "pushd") {
    pushed_.push_back(directory_);
  }
  const ScriptWord* target = nullptr;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string& text = command.words[i].text;
    if (text == "-" || text.empty() || text.front() != '-') {
      target = &command.words[i];
      break;
    }
  }
  if (target == nullptr || target->text == "-" || pipeline_.after_or) {
    directory_.known = false;  // home, the one before, or only if something failed
    return;
  }
  directory_ = ChangeTo(directory_, *target);
}

}  // namespace cacheplan::script
