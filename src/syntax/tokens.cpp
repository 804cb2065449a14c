#include <algorithm>

#include "cacheplan/syntax.h"
#include "cacheplan/text.h"

namespace cacheplan {
namespace {

/// Spans inside instructions that are more than blanks, in order.
struct Mark {
  TokenKind kind;
  Span span;
};

void Collect(const Instruction& instruction, std::vector<Mark>& marks) {
  marks.push_back({TokenKind::kKeyword, instruction.name.span});
  for (const Flag& flag : instruction.flags) {
    marks.push_back({TokenKind::kFlag, flag.span});
  }
  if (instruction.trigger != nullptr) {
    Collect(*instruction.trigger, marks);  // as deep as the parser reads
    return;
  }
  for (const Word& word : instruction.args) {
    marks.push_back({TokenKind::kWord, word.span});
  }
}

class Tokenizer {
 public:
  explicit Tokenizer(const Dockerfile& file) : file_(file), text_(file.source->text()) {}

  std::vector<Token> Run() {
    for (const Directive& directive : file_.directives) {
      marks_.push_back({TokenKind::kDirective, directive.span});
    }
    for (const Instruction& instruction : file_.instructions) {
      Collect(instruction, marks_);
      for (const Heredoc& heredoc : instruction.heredocs) {
        marks_.push_back({TokenKind::kHeredocBody, heredoc.content_span});
        marks_.push_back({TokenKind::kHeredocEnd, heredoc.terminator});
      }
    }
    std::stable_sort(marks_.begin(), marks_.end(),
                     [](const Mark& a, const Mark& b) { return a.span.begin < b.span.begin; });
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") {
      Add(TokenKind::kBom, 3);
    }
    for (const Mark& mark : marks_) {
      Gap(mark.span.begin);
      if (mark.span.end > pos_) {
        Marked(mark.kind, mark.span.end);
      }
    }
    Gap(static_cast<std::uint32_t>(text_.size()));
    return std::move(tokens_);
  }

 private:
  void Add(TokenKind kind, std::uint32_t end) {
    if (end > pos_) {
      tokens_.push_back({kind, {pos_, end}});
      pos_ = end;
    }
  }

  /// Where the line of `from` ends; asked for places that only go forward.
  [[nodiscard]] std::uint32_t LineEnd(std::uint32_t from) {
    if (from > line_end_ || !line_known_) {
      const std::size_t newline = text_.find('\n', from);
      line_end_ =
          static_cast<std::uint32_t>(newline == std::string_view::npos ? text_.size() : newline);
      line_known_ = true;
    }
    return line_end_;
  }

  /// Between marks: blanks, newlines, comments, and escapes that continue a line.
  void Gap(std::uint32_t end) {
    while (pos_ < end) {
      const char c = text_[pos_];
      if (c == '\n') {
        Add(TokenKind::kNewline, pos_ + 1);
      } else if (c == '\r' && pos_ + 1 < text_.size() && text_[pos_ + 1] == '\n') {
        Add(TokenKind::kNewline, pos_ + 2);
      } else if (c == '#') {
        Add(TokenKind::kComment, std::min(LineEnd(pos_), end));
      } else if (c == file_.escape) {
        Add(TokenKind::kContinuation, pos_ + 1);
      } else if (const Rune rune = DecodeRune(text_, pos_); IsSpace(rune.value)) {
        std::uint32_t stop = pos_;
        while (stop < end && text_[stop] != '\n' && text_[stop] != '#' &&
               text_[stop] != file_.escape && IsSpace(DecodeRune(text_, stop).value)) {
          stop += static_cast<std::uint32_t>(DecodeRune(text_, stop).width);
        }
        Add(TokenKind::kBlank, std::min(stop, end));
      } else {
        Add(TokenKind::kWord, std::min(pos_ + static_cast<std::uint32_t>(rune.width), end));
      }
    }
  }

  /// A piece of an instruction; one that goes over several lines is cut at its continuations, so
  /// that comments and blank lines inside it are seen for what they are.
  void Marked(TokenKind kind, std::uint32_t end) {
    if (kind == TokenKind::kHeredocBody || kind == TokenKind::kHeredocEnd ||
        kind == TokenKind::kDirective) {
      Add(kind, end);
      return;
    }
    while (pos_ < end) {
      const std::uint32_t line_end = std::min(LineEnd(pos_), end);
      if (line_end == end) {
        Add(kind, end);
        return;
      }
      std::uint32_t stop = line_end;
      while (stop > pos_ &&
             (text_[stop - 1] == ' ' || text_[stop - 1] == '\t' || text_[stop - 1] == '\r')) {
        --stop;
      }
      if (stop > pos_ && text_[stop - 1] == file_.escape) {
        --stop;
      }
      Add(kind, stop);
      Gap(line_end + 1);
      SkipFullLines(end);
    }
  }

  /// Comment and blank lines inside a continued instruction.
  void SkipFullLines(std::uint32_t end) {
    while (pos_ < end) {
      const std::uint32_t line_end = LineEnd(pos_);
      const std::string_view line = TrimLeft(text_.substr(pos_, line_end - pos_));
      if (!line.empty() && line.front() != '#') {
        return;
      }
      Gap(std::min(line_end + 1, end));
    }
  }

  const Dockerfile& file_;
  std::string_view text_;
  std::uint32_t pos_ = 0;
  std::uint32_t line_end_ = 0;  ///< looked for once a line, however many words are in it
  bool line_known_ = false;
  std::vector<Mark> marks_;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> Tokenize(const Dockerfile& file) { return Tokenizer(file).Run(); }

}  // namespace cacheplan
