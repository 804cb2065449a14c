// Words of a POSIX script: quotes, substitutions, expansions.
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "src/shell/script_posix.h"

namespace cacheplan::script {
namespace {

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool EndsWord(char c) {
  switch (c) {
    case ' ':
    case '\t':
    case '\r':
    case '\n':
    case ';':
    case '&':
    case '|':
    case '(':
    case ')':
    case '<':
    case '>':
      return true;
    default:
      return false;
  }
}

/// Bytes that stand for themselves in a word, quoted or not.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain = {};
  for (unsigned c = '!'; c < 256; ++c) {
    plain[c] = std::string_view(";&|()<>\\'\"$`*?[{~").find(static_cast<char>(c)) ==
               std::string_view::npos;
  }
  return plain;
}();

std::size_t PlainEnd(std::string_view text, std::size_t pos) {
  while (pos < text.size() && kPlain[static_cast<unsigned char>(text[pos])]) {
    ++pos;
  }
  return pos;
}

/// Text read by another reader has its own offsets: everything in it stands at `offset`.
class DepthGuard {
 public:
  explicit DepthGuard(Output& out) : out_(out) { ++out_.depth; }
  ~DepthGuard() { --out_.depth; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;
  [[nodiscard]] bool too_deep() const { return out_.depth > kMaxDepth; }

 private:
  Output& out_;
};

}  // namespace

ShellWord PosixReader::ReadShellWord() {
  ShellWord word;
  word.word.offset = Offset(pos_);
  word.first_command = word.last_command = out_.size();
  const std::size_t start = pos_;
  while (!AtEnd()) {
    if (const std::size_t end = PlainEnd(text_, pos_); end != pos_) {
      word.word.text.append(text_, pos_, end - pos_);
      pos_ = end;
      continue;
    }
    const char c = Peek();
    switch (c) {
      case '\\':
        if (SkipContinuation()) {
          break;
        }
        word.word.quoted = true;
        ++pos_;
        if (!AtEnd()) {
          word.word.text += Peek();
          ++pos_;
        }
        break;
      case '\'':
        ReadSingleQuoted(word);
        break;
      case '"':
        ReadDoubleQuoted(word);
        break;
      case '$':
        ReadDollar(word, false);
        break;
      case '`':
        ReadBackticks(word);
        break;
      case '<':
      case '>':
        if (pos_ == start && Peek(1) == '(') {  // <(…): bash's process substitution
          pos_ += 2;
          ReadSubstitution(word, start);
          break;
        }
        return word;
      case '(':
        // An extended glob such as !(keep) is part of the word; any other ( ends it.
        if (pos_ > start &&
            std::string_view("?*+@!").find(text_[pos_ - 1]) != std::string_view::npos) {
          word.word.literal = false;
          const std::size_t glob = pos_++;
          while (!AtEnd() && Peek() != ')' && Peek() != '\n') {
            ++pos_;
          }
          if (Peek() != ')') {
            pos_ = glob;
            return word;
          }
          ++pos_;
          word.word.text.append(text_.substr(glob, pos_ - glob));
          break;
        }
        return word;
      default:
        if (EndsWord(c)) {
          return word;
        }
        if (c == '*' || c == '?' || c == '[' || c == '{' || (c == '~' && pos_ == start)) {
          // [ and [[ and { are commands' names; {} is find's placeholder.
          const char next = Peek(1);
          const bool ends = next == '\0' || EndsWord(next);
          const bool name = ends && (pos_ == start || (c == '[' && word.word.text == "["));
          const bool opens = c == '[' && next == '[' && pos_ == start;
          if (!name && !opens && !(c == '{' && next == '}')) {
            word.word.literal = false;
          }
        }
        word.word.text += c;
        ++pos_;
    }
  }
  return word;
}

void PosixReader::ReadSingleQuoted(ShellWord& word) {
  word.word.quoted = true;
  const std::size_t close = text_.find('\'', pos_ + 1);
  if (close == std::string_view::npos) {
    Opaque("a quote is never closed", pos_);
    word.word.literal = false;
    word.word.text.append(text_.substr(pos_ + 1));
    pos_ = text_.size();
    return;
  }
  word.word.text.append(text_.substr(pos_ + 1, close - pos_ - 1));
  pos_ = close + 1;
}

void PosixReader::ReadDoubleQuoted(ShellWord& word) {
  word.word.quoted = true;
  const std::size_t start = pos_++;
  while (!AtEnd()) {
    if (const std::size_t end = PlainEnd(text_, pos_); end != pos_) {
      word.word.text.append(text_, pos_, end - pos_);
      pos_ = end;
      continue;
    }
    const char c = Peek();
    if (c == '"') {
      ++pos_;
      return;
    }
    if (c == '$') {
      ReadDollar(word, true);
    } else if (c == '`') {
      ReadBackticks(word);
    } else if (c == '\\' && SkipContinuation()) {
      continue;
    } else if (c == '\\' && std::string_view("$`\"\\").find(Peek(1)) != std::string_view::npos &&
               pos_ + 1 < text_.size()) {
      word.word.text += Peek(1);
      pos_ += 2;
    } else {
      word.word.text += c;
      ++pos_;
    }
  }
  word.word.literal = false;
  Opaque("a quote is never closed", start);
}

void PosixReader::ReadDollar(ShellWord& word, bool in_quotes) {
  const std::size_t start = pos_;
  const char next = Peek(1);
  if (next == '(') {
    word.word.literal = false;
    pos_ += 2;
    if (Peek() == '(' && SkipArithmetic()) {
      word.word.text.append(text_.substr(start, pos_ - start));
      return;
    }
    ReadSubstitution(word, start);
  } else if (next == '{') {
    word.word.literal = false;
    ReadBraced(word);
  } else if (next == '\'' && !in_quotes) {
    ++pos_;
    ReadAnsiQuoted(word);
  } else if (next == '"' && !in_quotes) {
    ++pos_;
    ReadDoubleQuoted(word);
  } else if (IsNameChar(next)) {
    word.word.literal = false;
    ++pos_;
    if (next >= '0' && next <= '9') {
      ++pos_;
    } else {
      while (!AtEnd() && IsNameChar(Peek())) {
        ++pos_;
      }
    }
    word.word.text.append(text_.substr(start, pos_ - start));
  } else if (next != '\0' && std::string_view("@*#?$!-").find(next) != std::string_view::npos) {
    word.word.literal = false;
    pos_ += 2;
    word.word.text.append(text_.substr(start, 2));
  } else {
    word.word.text += '$';
    ++pos_;
  }
}

/// `${…}`: nested quotes, braces and substitutions belong to it; its commands count.
void PosixReader::ReadBraced(ShellWord& word) {
  const std::size_t start = pos_;
  pos_ += 2;
  const DepthGuard guard(out_);
  if (guard.too_deep()) {
    Opaque("expansions are nested too deep", start);
    pos_ = text_.size();
    return;
  }
  ShellWord inner;  // its text is thrown away: the slice below has it as written
  while (!AtEnd() && Peek() != '}') {
    switch (Peek()) {
      case '\\':
        pos_ += pos_ + 1 < text_.size() ? 2 : 1;
        break;
      case '\'': {
        // In "${x:-it's}" the quote is a plain character: it only counts when it is closed inside.
        const std::size_t close = text_.find_first_of("'}\n", pos_ + 1);
        pos_ = close != std::string_view::npos && text_[close] == '\'' ? close + 1 : pos_ + 1;
        break;
      }
      case '"':
        ReadDoubleQuoted(inner);
        break;
      case '$':
        ReadDollar(inner, true);
        break;
      case '`':
        ReadBackticks(inner);
        break;
      default:
        ++pos_;
    }
  }
  if (AtEnd()) {
    Opaque("a ${ is never closed", start);
  } else {
    ++pos_;
  }
  if (inner.substituted) {
    word.substituted = true;
    word.last_command = inner.last_command;
  }
  word.word.text.append(text_.substr(start, pos_ - start));
}

void PosixReader::ReadAnsiQuoted(ShellWord& word) {
  word.word.quoted = true;
  const std::size_t start = pos_++;
  while (!AtEnd() && Peek() != '\'') {
    if (Peek() == '\\' && pos_ + 1 < text_.size()) {
      switch (Peek(1)) {
        case 'n':
          word.word.text += '\n';
          break;
        case 't':
          word.word.text += '\t';
          break;
        case '\\':
        case '\'':
        case '"':
          word.word.text += Peek(1);
          break;
        default:
          word.word.text.append(text_.substr(pos_, 2));
      }
      pos_ += 2;
    } else {
      word.word.text += Peek();
      ++pos_;
    }
  }
  if (AtEnd()) {
    word.word.literal = false;
    Opaque("a quote is never closed", start);
  } else {
    ++pos_;
  }
}

/// Reads `…)` after its opening; `start` is where the whole expansion starts.
void PosixReader::ReadSubstitution(ShellWord& word, std::size_t start) {
  word.word.literal = false;
  const DepthGuard guard(out_);
  if (guard.too_deep()) {
    Opaque("substitutions are nested too deep", start);
    pos_ = text_.size();
    return;
  }
  const Directory directory = directory_;
  Pipeline pipeline = std::move(pipeline_);
  const bool function_next = std::exchange(function_next_, false);
  pipeline_ = {out_.size(), directory};
  out_.suppressed += substituted_ ? 1 : 0;
  const bool closed = ReadCommands(')');
  out_.suppressed -= substituted_ ? 1 : 0;
  directory_ = directory;
  pipeline_ = std::move(pipeline);
  function_next_ = function_next;
  if (!closed) {
    Opaque("a $( is never closed", start);
  }
  word.substituted = true;
  word.last_command = out_.size();
  word.word.text.append(text_.substr(start, pos_ - start));
}

void PosixReader::ReadBackticks(ShellWord& word) {
  word.word.literal = false;
  const std::size_t start = pos_++;
  std::string inner;
  while (!AtEnd() && Peek() != '`') {
    const char next = Peek(1);
    if (Peek() == '\\' && (next == '`' || next == '\\' || next == '$')) {
      ++pos_;
    }
    inner += Peek();
    ++pos_;
  }
  if (AtEnd()) {
    Opaque("a ` is never closed", start);
    return;
  }
  ++pos_;
  word.word.text.append(text_.substr(start, pos_ - start));
  const DepthGuard guard(out_);
  if (guard.too_deep()) {
    Opaque("substitutions are nested too deep", start);
    return;
  }
  out_.suppressed += substituted_ ? 1 : 0;
  ReadPosix(inner, out_, directory_, Offset(start), false);
  out_.suppressed -= substituted_ ? 1 : 0;
  word.substituted = true;
  word.last_command = out_.size();
}

}  // namespace cacheplan::script
