// Reserved words of a POSIX script, and what stands at their places alone: the heads of loops, the
// patterns of a case.
#include <algorithm>
#include <string_view>
#include <vector>

#include "cacheplan/name_table.h"

#include "src/shell/script_posix.h"

namespace cacheplan::script {
namespace {

enum class Reserved : std::uint8_t {
  kNot,
  kBranch,  ///< then, else, elif, do: what follows is one of the branches of a frame
  kTime,
  kIf,
  kWhile,
  kFor,
  kCase,
  kFunction,
  kOpen,
  kFi,
  kDone,
  kEsac,
  kClose,
};
struct ReservedWord {
  std::string_view name;
  Reserved is;
};
constexpr ReservedWord kReserved[] = {
    {"!", Reserved::kNot},       {"case", Reserved::kCase},
    {"do", Reserved::kBranch},   {"done", Reserved::kDone},
    {"elif", Reserved::kBranch}, {"else", Reserved::kBranch},
    {"esac", Reserved::kEsac},   {"fi", Reserved::kFi},
    {"for", Reserved::kFor},     {"function", Reserved::kFunction},
    {"if", Reserved::kIf},       {"select", Reserved::kFor},
    {"then", Reserved::kBranch}, {"time", Reserved::kTime},
    {"until", Reserved::kWhile}, {"while", Reserved::kWhile},
    {"{", Reserved::kOpen},      {"}", Reserved::kClose},
};
constexpr NameTable kReservedByName(kReserved);

}  // namespace

/// Handles a reserved word at a command's place. False for any other word.
bool PosixReader::ReadKeyword(std::string_view word, std::vector<Frame>& frames) {
  const ReservedWord* const reserved = kReservedByName.Find(word);
  if (reserved == nullptr) {
    return false;
  }
  const auto close = [&](FrameKind kind) {
    PopTo(frames, kind);
    PopFrame(frames);
  };
  switch (reserved->is) {
    case Reserved::kNot:
      list_.tests = true;
      negated_ = true;
      break;
    case Reserved::kBranch:
      StartBranch(word, frames);
      break;
    case Reserved::kTime: {  // of a group; of a command it is like a program
      const std::size_t after = pos_;
      SkipBlanks();
      if (Peek() == '(' || (Peek() == '{' && kEndsWord.Has(Peek(1)))) {
        break;
      }
      pos_ = after;
      return false;
    }
    case Reserved::kIf:
      PushFrame(frames, FrameKind::kBranch);
      break;
    case Reserved::kWhile:
      PushFrame(frames, FrameKind::kLoop);
      break;
    case Reserved::kFor:
      ReadForHead();
      PushFrame(frames, FrameKind::kLoop);
      break;
    case Reserved::kCase:
      ReadCaseHead();
      PushFrame(frames, FrameKind::kCase);
      frames.back().want_pattern = true;
      break;
    case Reserved::kFunction: {
      SkipBlanks();
      const std::string_view name = ReadShellWord().word.text;
      const std::size_t after = pos_;
      if (!ReadFunctionParens()) {
        pos_ = after;
      }
      function_next_ = out_.Function(name);
      break;
    }
    case Reserved::kOpen:
      PushFrame(frames, FrameKind::kBrace);
      break;
    case Reserved::kFi:
      close(FrameKind::kBranch);
      break;
    case Reserved::kDone:
      close(FrameKind::kLoop);
      break;
    case Reserved::kEsac:
      close(FrameKind::kCase);
      break;
    case Reserved::kClose:
      close(FrameKind::kBrace);
      break;
  }
  return true;
}

/// Behind `then`, `else`, `elif` or `do`.
void PosixReader::StartBranch(std::string_view word, std::vector<Frame>& frames) {
  if (frames.empty()) {
    return;
  }
  if (word == "else" || word == "elif") {
    NextBranch(frames.back());
  }
  NewBranch(frames.back());
  if (word == "then") {
    Guard(true);
    refused_.insert(refused_.end(), list_asked_.begin(), list_asked_.end());
  } else if (word == "else") {
    GuardElse(frames.back());
  }
  asked_ = {};
  list_asked_.clear();
}

/// `case WORD in`, behind the case.
void PosixReader::ReadCaseHead() {
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
}

/// `for NAME [in WORD…]` up to its `;`, newline or do.
void PosixReader::ReadForHead() {
  std::vector<ScriptWord> words;
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
    const ShellWord word = ReadShellWord();
    if (pos_ == before) {
      ++pos_;
    } else if (words.size() == 1 && word.word.text == "do") {
      pos_ = before;
      break;
    } else {
      words.push_back(word.word);
    }
    SkipBlanks();
  }
  if (!words.empty()) {
    ScriptLoop loop;
    loop.name = words.front().text;
    loop.listed = words.size() > 1 && words[1].text == "in";
    if (loop.listed) {
      loop.values = out_.arena.Copy(std::span<const ScriptWord>(words).subspan(2));
    }
    loop_next_ = out_.Loop(loop);
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
      NewBranch(frames.back());
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

}  // namespace cacheplan::script
