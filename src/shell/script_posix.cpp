// Commands of a POSIX script: where they start and end.
#include "src/shell/script_posix.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace cacheplan::script {
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
  const std::uint32_t branch = out_.branch();
  ReadCommands('\0');
  out_.SetBranch(branch);
  return directory_;
}

bool PosixReader::ReadCommands(char end) {
  static constexpr ByteSet kOperators("\n#;&|()");
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
    const Step step = kOperators.Has(text_[pos_]) ? ReadOperator(frames, end) : Step::kNone;
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
      EndList();
      ReadHeredocBodies();
      return Step::kMore;
    case '#':
      pos_ = std::min(text_.find('\n', pos_), text_.size());
      return Step::kMore;
    case ';':
      EndPipeline();
      EndList();
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
      list_asked_.clear();
      pos_ += next == '&' ? 2 : 1;
      if (next != '&') {
        EndList();
      } else if (list_.tests && !list_.branched) {
        BranchList();
        Guard(true);
      } else {
        list_.joined = true;
      }
      return Step::kMore;
    case '|':
      if (next == '|') {
        EndPipeline();
        pipeline_.after_or = true;
        asked_ = list_.joined ? Question() : asked_;
        BranchList();
        Guard(false);
        pos_ += 2;
        return Step::kMore;
      }
      pos_ += next == '&' ? 2 : 1;
      pipeline_.piped = true;
      list_asked_.clear();
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
  const std::size_t slot = OpenCommand(pos_);
  if (AtRedirection()) {
    ReadSimple(slot, false);
    return;
  }
  if (!PushWord()) {  // a byte that starts no word: pass over it rather than stay here
    ++pos_;
    out_.Drop(slot);
    return;
  }
  const ScriptWord first = out_.words.back().word;
  if (first.literal && !first.quoted) {
    if (first.text == "[[") {
      ReadConditional(slot);
      return;
    }
    if (ReadKeyword(first.text, frames)) {
      out_.words.pop_back();
      out_.Drop(slot);
      return;
    }
    const std::size_t after = pos_;
    SkipBlanks();
    if (Peek() == '(' && ReadFunctionParens()) {
      out_.words.pop_back();
      out_.Drop(slot);
      function_next_ = out_.Function(first.text);
      return;
    }
    pos_ = after;
  }
  ReadSimple(slot, true);
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

void PosixReader::SkipContinuations() {
  while (SkipContinuation()) {
    pos_ = kBlanks.End(text_, pos_);
  }
}

bool PosixReader::SkipContinuation() {
  if (Peek() != '\\') {
    return false;
  }
  if (Peek(1) == '\n') {
    pos_ += 2;
    return true;
  }
  if (Peek(1) == '\r' && Peek(2) == '\n') {
    pos_ += 3;
    return true;
  }
  return false;
}

/// At the second `(` of `$((`: skips to the matching `))`. False (and no move) when it turns out to
/// be a substitution that starts with a subshell.
bool PosixReader::SkipArithmetic() {
  std::size_t open = 2;
  std::size_t at = pos_ + 1;
  bool operand = false;  // what was read last, but for blanks
  bool plain = true;     // no command in it
  for (; at < text_.size() && arithmetic_budget_ > 0; ++at, --arithmetic_budget_) {
    const bool blank = text_[at] == ' ' || text_[at] == '\t';
    const bool part = kNameBytes.Has(text_[at]);
    plain = plain && text_[at] != '$' && text_[at] != '`';
    if (plain && part && operand && !kNameBytes.Has(text_[at - 1])) {
      return false;  // `((npm ci))`: words, no sum
    }
    operand = part || (blank && operand);
    if (text_[at] == '(') {
      ++open;
    } else if (text_[at] == ')' && --open == 0) {
      if (text_[at - 1] != ')') {
        return false;
      }
      pos_ = at + 1;
      return true;
    } else if (text_[at] == '\n' || text_[at] == '\'' || text_[at] == '"') {
      return false;  // arithmetic in build scripts is one line without quotes
    }
  }
  return false;
}

}  // namespace cacheplan::script
