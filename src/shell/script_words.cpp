// Words of a POSIX script: quotes, substitutions, expansions.
#include <string>
#include <string_view>
#include <utility>

#include "src/shell/script_posix.h"

namespace cacheplan::script {

void PosixReader::OpenWord::Append(std::string_view more) {
  if (parted) {
    joined += more;
  } else if (slice.empty()) {
    slice = more;
  } else if (slice.data() + slice.size() == more.data()) {
    slice = {slice.data(), slice.size() + more.size()};
  } else {
    joined.reserve(slice.size() + more.size());
    joined = slice;
    joined += more;
    parted = true;
  }
}

void PosixReader::OpenWord::Append(char c) {
  if (!parted) {
    joined = slice;
    parted = true;
  }
  joined += c;
}

bool PosixReader::PushWord() {
  const ByteRun::Found plain = kPlainRun.Read(text_, pos_);
  if (plain.end == pos_ || (plain.end != text_.size() && !kEndsPlain.Has(text_[plain.end]))) {
    return PushPartedWord(plain.end);
  }
  // Most words are plain: a slice of the text and nothing to note.
  ShellWord& word = out_.words.emplace_back();
  word.word.text = text_.substr(pos_, plain.end - pos_);
  word.word.offset = Offset(pos_);
  word.bare = !plain.marked;
  pos_ = plain.end;
  return true;
}

ShellWord PosixReader::ReadShellWord() {
  ShellWord word;
  if (PushWord()) {
    word = out_.words.back();
    out_.words.pop_back();
  }
  return word;
}

bool PosixReader::PushPartedWord(std::size_t plain_end) {
  OpenWord word;
  word.word.offset = Offset(pos_);
  word.slice = text_.substr(pos_, plain_end - pos_);
  word.first_command = word.last_command = static_cast<std::uint32_t>(out_.size());
  const std::size_t start = std::exchange(pos_, plain_end);
  ReadParts(word, start);
  if (pos_ == start) {
    return false;
  }
  word.word.text = word.parted ? out_.arena.Copy(word.joined) : word.slice;
  out_.words.push_back(word);
  return true;
}

/// What comes behind the plain bytes that it has; it starts at `start`.
void PosixReader::ReadParts(OpenWord& word, std::size_t start) {
  while (!AtEnd()) {
    if (const std::size_t end = kPlain.End(text_, pos_); end != pos_) {
      word.Append(text_.substr(pos_, end - pos_));
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
          NoteVerbatim(word, text_.substr(pos_, 1));
          word.Append(text_.substr(pos_, 1));
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
        return;
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
            return;
          }
          ++pos_;
          word.Append(text_.substr(glob, pos_ - glob));
          break;
        }
        return;
      default:
        if (kEndsWord.Has(c)) {
          return;
        }
        if (c == '*' || c == '?' || c == '[' || c == '{' || (c == '~' && pos_ == start)) {
          // [ and [[ and { are commands' names; {} is find's placeholder.
          const char next = Peek(1);
          const bool ends = next == '\0' || kEndsWord.Has(next);
          const bool name = ends && ((pos_ == start && (c == '[' || c == '{')) ||
                                     (c == '[' && word.text() == "["));
          const bool opens = c == '[' && next == '[' && pos_ == start;
          if (!name && !opens && !(c == '{' && next == '}')) {
            word.word.literal = false;
          }
        }
        word.Append(text_.substr(pos_, 1));
        ++pos_;
    }
  }
}

void PosixReader::ReadSingleQuoted(OpenWord& word) {
  word.word.quoted = true;
  const std::size_t close = text_.find('\'', pos_ + 1);
  if (close == std::string_view::npos) {
    Opaque("a quote is never closed", pos_);
    word.word.literal = false;
    word.Append(text_.substr(pos_ + 1));
    pos_ = text_.size();
    return;
  }
  NoteVerbatim(word, text_.substr(pos_ + 1, close - pos_ - 1));
  word.Append(text_.substr(pos_ + 1, close - pos_ - 1));
  pos_ = close + 1;
}

void PosixReader::ReadDoubleQuoted(OpenWord& word) {
  static constexpr ByteSet kPlainInQuotes(0, 0xFF, "\"$`\\");
  word.word.quoted = true;
  const std::size_t start = pos_++;
  while (!AtEnd()) {
    if (const std::size_t end = kPlainInQuotes.End(text_, pos_); end != pos_) {
      word.Append(text_.substr(pos_, end - pos_));
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
      NoteVerbatim(word, text_.substr(pos_ + 1, 1));
      word.Append(text_.substr(pos_ + 1, 1));
      pos_ += 2;
    } else {
      word.Append(text_.substr(pos_, 1));
      ++pos_;
    }
  }
  word.word.literal = false;
  Opaque("a quote is never closed", start);
}

void PosixReader::ReadAnsiQuoted(OpenWord& word) {
  word.word.quoted = true;
  const std::size_t start = pos_++;
  while (!AtEnd() && Peek() != '\'') {
    if (Peek() == '\\' && pos_ + 1 < text_.size()) {
      switch (Peek(1)) {
        case 'n':
          word.Append('\n');
          break;
        case 't':
          word.Append('\t');
          break;
        case '\\':
        case '\'':
        case '"':
          word.Append(text_.substr(pos_ + 1, 1));
          break;
        default:
          word.Append(text_.substr(pos_, 2));
      }
      pos_ += 2;
    } else {
      word.Append(text_.substr(pos_, 1));
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

}  // namespace cacheplan::script
