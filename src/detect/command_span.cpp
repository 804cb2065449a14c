#include "src/detect/command_span.h"

#include <algorithm>
#include <string_view>

#include "cacheplan/detect.h"

#include "src/detect/command_text.h"
#include "src/detect/run_commands.h"

namespace cacheplan::detect {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// The byte after a continuation that starts at `at`, comment and blank lines behind it included;
/// `at` when there is none.
std::size_t AfterContinuation(std::string_view text, std::size_t at, std::size_t end, char escape) {
  if (text[at] != escape) {
    return at;
  }
  std::size_t next = at + 1;
  while (next < end && IsBlank(text[next])) {
    ++next;
  }
  if (next >= end || text[next] != '\n') {
    return at;
  }
  ++next;
  while (next < end) {  // lines that BuildKit leaves out
    std::size_t first = next;
    while (first < end && IsBlank(text[first])) {
      ++first;
    }
    if (first < end && text[first] != '#' && text[first] != '\n') {
      break;
    }
    const std::size_t newline = text.find('\n', first);
    if (newline == std::string_view::npos || newline >= end) {
      break;
    }
    next = newline + 1;
  }
  return next;
}

/// A command of PowerShell with its expressions, byte by byte.
class Statement {
 public:
  /// Whether the command ends before the byte, which is none of a continuation.
  bool EndsAt(char c) {
    if (quote_ != 0) {
      quote_ = c == quote_ ? '\0' : quote_;
    } else if (c == '\'' || c == '"') {
      quote_ = c;
    } else if (c == '(' || c == '{') {
      ++depth_;
    } else if (depth_ == 0) {
      return c == ')' || c == '}' || c == ';' || c == '|' || c == '&' || c == '\n';
    } else if (c == ')' || c == '}') {
      --depth_;
    }
    return false;
  }

 private:
  std::size_t depth_ = 0;
  char quote_ = 0;
};

}  // namespace

void CommandPlaces::Read() {
  whole_ = instruction_.span;
  if (!instruction_.args.empty()) {
    whole_ = {instruction_.args.front().span.begin, instruction_.args.back().span.end};
  }
  const RunCommand& run = run_;
  if (run.exec) {
    return;
  }
  if (const Heredoc* heredoc = run.heredoc_script()) {
    whole_ = heredoc->content_span;
    if (heredoc->content.size() == heredoc->content_span.size()) {
      pieces_.Add(arena_, {0, heredoc->content_span.begin});
      size_ = heredoc->content_span.size();
    }
    return;
  }
  AddJoined(run.script.span, run.script.text);
  // Below the command line the reader saw each heredoc: a newline, its lines, its name.
  auto offset = static_cast<std::uint32_t>(run.script.text.size());
  for (const Heredoc& heredoc : run.heredocs) {
    if (pieces_.empty() || heredoc.content.size() != heredoc.content_span.size()) {
      return;
    }
    pieces_.Add(arena_, {offset + 1, heredoc.content_span.begin});
    const bool ends = heredoc.content.empty() || heredoc.content.back() == '\n';
    offset += static_cast<std::uint32_t>(1 + heredoc.content.size() + (ends ? 0 : 1) +
                                         heredoc.name.size());
    size_ = offset;
  }
}

void CommandPlaces::AddJoined(Span span, std::string_view script) {
  const std::string_view text = source_.text().substr(0, span.end);
  size_ = static_cast<std::uint32_t>(script.size());
  if (script.data() == text.data() + span.begin) {  // no continuation was taken out of it
    pieces_.Add(arena_, {0, span.begin});
    return;
  }
  const std::string_view line = instruction_.logical;
  const std::span<const LinePiece> all = instruction_.pieces;
  if (all.empty() || script.data() < line.data() ||
      script.data() + script.size() > line.data() + line.size()) {
    return;  // bytes of its own, for those that are no UTF-8
  }
  const auto begin = static_cast<std::uint32_t>(script.data() - line.data());
  const LinePiece* piece = PieceBehind(all, begin);
  const LinePiece* const end = all.data() + all.size();
  const LinePiece& first = *(piece - 1);
  pieces_.Reserve(arena_, 1 + static_cast<std::size_t>(end - piece));
  pieces_.Add(arena_, {0, first.source + (begin - first.logical)});
  for (; piece != end && piece->logical - begin < size_; ++piece) {
    pieces_.Add(arena_, {piece->logical - begin, piece->source});
  }
}

std::uint32_t CommandPlaces::Map(std::uint32_t offset) {
  // Most questions are about the piece of the last one, or the next.
  const auto holds = [&](std::size_t number) {
    return pieces_[number].logical <= offset &&
           (number + 1 == pieces_.size() || offset < pieces_[number + 1].logical);
  };
  if (!holds(last_)) {
    last_ = last_ + 1 < pieces_.size() && holds(last_ + 1)
                ? last_ + 1
                : static_cast<std::size_t>(PieceBehind(pieces_, offset) - pieces_.begin()) - 1;
  }
  const LinePiece& piece = pieces_[last_];
  return piece.source + (offset - piece.logical);
}

Span CommandPlaces::Of(const SimpleCommand& command) {
  if (!read_) {
    Read();
    read_ = true;
  }
  if (pieces_.empty() || command.end <= command.offset || command.end > size_) {
    return whole_;
  }
  return {Map(command.offset), Map(command.end - 1) + 1};
}

bool CommandPlaces::GoesOn(const SimpleCommand& command) {
  if (command.dialect != ScriptDialect::kPowerShell || command.words.empty()) {
    return false;
  }
  const Span span = Of(command);
  if (pieces_.empty() || span.end >= whole_.end) {
    return false;
  }
  const std::string_view rest = source_.Slice({span.end, whole_.end});
  const std::size_t next = rest.find_first_not_of(" \t");
  return next != std::string_view::npos && rest[next] == '(';
}

char CommandPlaces::EscapeOf(const SimpleCommand& command) const {
  if (run_.heredoc_script() == nullptr) {
    return escape_;
  }
  return command.dialect == ScriptDialect::kPowerShell ? '`' : '\\';
}

std::string_view CommandPlaces::Written(const SimpleCommand& command) {
  constexpr std::size_t kEnough = 512;  // CutText leaves less
  const Span span = Of(command);
  if (span.begin == whole_.begin && span.end == whole_.end && pieces_.empty()) {
    return CommandText(command, arena_);
  }
  const bool goes_on = GoesOn(command);
  const std::string_view text = source_.Slice({span.begin, goes_on ? whole_.end : span.end});
  const char escape = EscapeOf(command);
  Statement statement;
  std::string line;
  for (std::size_t at = 0; at < text.size() && line.size() < kEnough;) {
    const std::size_t next = AfterContinuation(text, at, text.size(), escape);
    const char c = next == at ? text[at] : ' ';
    if (goes_on && statement.EndsAt(c)) {
      break;
    }
    const bool blank = IsBlank(c) || c == '\n';
    if (!blank || line.empty() || line.back() != ' ') {
      line += blank ? ' ' : c;
    }
    at = next == at ? at + 1 : next;
  }
  while (!line.empty() && line.back() == ' ') {
    line.pop_back();
  }
  return CutText(line, arena_);
}

}  // namespace cacheplan::detect

namespace cacheplan {

Span CommandSpan(const Dockerfile& file, const Instruction& run, const SimpleCommand& command) {
  const RunCommand reading = AsRun(run);
  Arena arena;
  return detect::CommandPlaces(*file.source, file.escape, run, reading, arena).Of(command);
}

}  // namespace cacheplan
