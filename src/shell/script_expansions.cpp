// `$x`, `${…}`, `$(…)` and backticks in the words of a POSIX script.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/shell/script_posix.h"

namespace cacheplan::script {
namespace {

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

void PosixReader::ReadDollar(OpenWord& word, bool in_quotes) {
  const std::size_t start = pos_;
  const char next = Peek(1);
  word.word.splits = word.word.splits || !in_quotes;
  if (next == '(') {
    word.word.literal = false;
    pos_ += 2;
    if (Peek() == '(' && SkipArithmetic()) {
      word.Append(text_.substr(start, pos_ - start));
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
  } else if (kNameBytes.Has(next)) {
    word.word.literal = false;
    const bool digit = next >= '0' && next <= '9';
    pos_ = digit ? pos_ + 2 : kNameBytes.End(text_, pos_ + 1);
    word.Append(text_.substr(start, pos_ - start));
  } else if (next != '\0' && std::string_view("@*#?$!-").find(next) != std::string_view::npos) {
    word.word.literal = false;
    pos_ += 2;
    word.Append(text_.substr(start, 2));
  } else {
    word.word.mixed = true;
    word.Append(text_.substr(pos_, 1));
    ++pos_;
  }
}

/// `${…}`: nested quotes, braces and substitutions belong to it; its commands count.
void PosixReader::ReadBraced(OpenWord& word) {
  const std::size_t start = pos_;
  pos_ += 2;
  const DepthGuard guard(out_);
  if (guard.too_deep()) {
    Opaque("expansions are nested too deep", start);
    pos_ = text_.size();
    return;
  }
  static constexpr ByteSet kMeans("\\'\"$`}");
  OpenWord inner;  // its text is thrown away: the slice below has it as written
  for (pos_ = kMeans.Find(text_, pos_); !AtEnd() && Peek() != '}';
       pos_ = kMeans.Find(text_, pos_)) {
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
      default:
        ReadBackticks(inner);
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
  word.Append(text_.substr(start, pos_ - start));
}

/// Reads `…)` after its opening; `start` is where the whole expansion starts.
void PosixReader::ReadSubstitution(OpenWord& word, std::size_t start) {
  word.word.literal = false;
  const DepthGuard guard(out_);
  if (guard.too_deep()) {
    Opaque("substitutions are nested too deep", start);
    pos_ = text_.size();
    return;
  }
  const Directory directory = directory_;
  Pipeline pipeline = pipeline_;
  const List list = std::exchange(list_, {});
  std::vector<Question> list_asked = std::exchange(list_asked_, {});
  const std::optional<std::size_t> function_next = std::exchange(function_next_, std::nullopt);
  const std::optional<std::size_t> loop_next = std::exchange(loop_next_, std::nullopt);
  const std::uint32_t branch = out_.branch();
  out_.OpenBranch();  // a shell of its own
  pipeline_ = {out_.size(), directory};
  out_.suppressed += substituted_ ? 1 : 0;
  const bool closed = ReadCommands(')');
  out_.suppressed -= substituted_ ? 1 : 0;
  directory_ = directory;
  pipeline_ = pipeline;
  list_ = list;
  list_asked_ = std::move(list_asked);
  function_next_ = function_next;
  loop_next_ = loop_next;
  out_.SetBranch(branch);
  if (!closed) {
    Opaque("a $( is never closed", start);
  }
  word.substituted = true;
  word.last_command = static_cast<std::uint32_t>(out_.size());
  word.Append(text_.substr(start, pos_ - start));
}

void PosixReader::ReadBackticks(OpenWord& word) {
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
  word.Append(text_.substr(start, pos_ - start));
  const DepthGuard guard(out_);
  if (guard.too_deep()) {
    Opaque("substitutions are nested too deep", start);
    return;
  }
  out_.suppressed += substituted_ ? 1 : 0;
  ReadPosix(out_.arena.Copy(inner), out_, directory_, Offset(start), false);
  out_.suppressed -= substituted_ ? 1 : 0;
  word.substituted = true;
  word.last_command = static_cast<std::uint32_t>(out_.size());
}

}  // namespace cacheplan::script
