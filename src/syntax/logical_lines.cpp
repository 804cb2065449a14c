#include "src/syntax/logical_lines.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/eight_bytes.h"
#include "cacheplan/text.h"

namespace cacheplan::syntax {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";

std::string_view TrimNewline(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) {
    line.remove_suffix(1);
  }
  return line;
}

/// The line from its first byte on that is no blank, or one of Unicode's. How many blanks a line
/// begins with cannot be guessed: the first ones are looked at together.
std::string_view TrimIndent(std::string_view line) {
  if (line.size() >= kEight && std::endian::native == std::endian::little) {
    constexpr std::uint64_t kLast = std::uint64_t{1} << 63U;  // so that some bit is set
    const std::uint64_t others = Load(line.data()) ^ (' ' * kEveryByte);
    line.remove_prefix(static_cast<std::size_t>(std::countr_zero(others | kLast)) / 8);
  }
  return TrimLeft(line);
}

/// `name = value` behind the '#' of a directive.
struct NameValue {
  std::string_view name;
  std::string_view value;
};
std::optional<NameValue> SplitDirective(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  std::size_t pos = 0;
  while (pos < text.size() &&
         (is_letter(text[pos]) || (pos > 0 && text[pos] >= '0' && text[pos] <= '9'))) {
    ++pos;
  }
  const std::string_view name = text.substr(0, pos);
  while (pos < text.size() && IsGoBlank(text[pos])) {
    ++pos;
  }
  if (name.empty() || pos == text.size() || text[pos] != '=') {
    return std::nullopt;
  }
  ++pos;
  while (pos < text.size() && IsGoBlank(text[pos])) {
    ++pos;
  }
  std::string_view value = text.substr(pos);
  while (!value.empty() && IsGoBlank(value.back())) {
    value.remove_suffix(1);
  }
  if (value.empty()) {
    // The pattern wants one character at least: of nothing but blanks it takes the last.
    if (!IsGoBlank(text.back())) {
      return std::nullopt;
    }
    value = text.substr(text.size() - 1);
  }
  return NameValue{name, value};
}

}  // namespace

std::uint32_t LineMap::Search(std::size_t offset) const {
  const std::span<const LinePiece> more = more_.all();
  const auto holds = [&](std::size_t i) {
    return more[i].logical <= offset && (i + 1 == more.size() || offset < more[i + 1].logical);
  };
  if (!holds(near_)) {
    near_ = near_ + 1 < more.size() && holds(near_ + 1)
                ? near_ + 1
                : static_cast<std::size_t>(PieceBehind(more, offset) - more.data()) - 1;
  }
  const LinePiece& piece = more[near_];
  return piece.source + static_cast<std::uint32_t>(offset - piece.logical);
}

std::span<const LinePiece> LineMap::From(std::size_t begin, Arena& arena) const {
  const std::span<const LinePiece> more = more_.all();
  const LinePiece* const behind = PieceBehind(more, begin);
  const LinePiece* const end = more.data() + more.size();
  const std::span<LinePiece> pieces =
      arena.Room<LinePiece>(1 + static_cast<std::size_t>(end - behind));
  pieces[0] = {0, MapOne(begin)};
  std::transform(behind, end, pieces.begin() + 1, [begin](const LinePiece& piece) {
    return LinePiece{piece.logical - static_cast<std::uint32_t>(begin), piece.source};
  });
  return pieces;
}

void LineMap::Join(std::string_view source, std::size_t size, char* out) const {
  LinePiece piece = {0, first_};
  for (const LinePiece& next : more_.all()) {
    out = std::copy_n(source.data() + piece.source, next.logical - piece.logical, out);
    piece = next;
  }
  std::copy_n(source.data() + piece.source, size - piece.logical, out);
}

LineReader::LineReader(Dockerfile& file, Arena& memory)
    : file_(file),
      text_(file.source->text()),
      starts_(file.source->LineStarts()),
      comments_(memory) {
  if (text_.substr(0, kBom.size()) == kBom) {
    pos_ = kBom.size();
  }
}

void LineReader::Report(Diag diag, Span span, std::uint32_t line, std::string message,
                        std::string hint) {
  file_.diagnostics.push_back({diag, span, line, std::move(message), std::move(hint)});
  file_.parser_rejects = true;
}

void LineReader::Stop(std::size_t length) {
  stopped_ = true;
  const auto begin = static_cast<std::uint32_t>(pos_);
  too_long_ = {{begin, begin + static_cast<std::uint32_t>(length)}, number_};
}

void LineReader::ReportStop() {
  const LongLine line = *std::exchange(too_long_, std::nullopt);
  if (!any_) {
    Report(Diag::kNoInstructions, line.span, line.number, "file with no instructions",
           "BuildKit reads nothing from the line on that is too long");
  }
  Report(Diag::kLineTooLong, line.span, line.number,
         fmt::format("dockerfile line greater than max allowed size of {}", kMaxLine),
         fmt::format("this line has {} bytes; cut it with line continuations, or move the data "
                     "into a file and COPY it",
                     line.span.size()));
}

bool LineReader::CutContinuation(std::string_view& line) const {
  std::string_view rest = line;
  while (!rest.empty() && (rest.back() == ' ' || rest.back() == '\t')) {
    rest.remove_suffix(1);
  }
  if (rest.empty() || rest.back() != file_.escape) {
    return false;
  }
  rest.remove_suffix(1);
  if (!rest.empty() && rest.back() == file_.escape) {
    return false;  // an escaped escape ends the line
  }
  line = rest;
  return true;
}

void LineReader::ReadDirective(std::string_view line, std::uint32_t offset) {
  if (line.empty() || line.front() != '#') {
    directives_done_ = true;  // as in most files, by the first line
    return;
  }
  const std::optional<NameValue> found = SplitDirective(TrimLeft(line.substr(1)));
  const std::string name = found ? ToLower(found->name) : std::string();
  if (name != "syntax" && name != "escape" && name != "check") {
    directives_done_ = true;
    return;
  }
  AddDirective(name, found->value, {offset, offset + static_cast<std::uint32_t>(line.size())});
}

void LineReader::AddDirective(const std::string& name, std::string_view value, Span span) {
  // BuildKit counts this line only after it is read.
  const std::uint32_t reported = number_ > 1 ? number_ - 1 : number_;
  for (const Directive& seen : file_.directives) {
    if (seen.name == name) {
      Report(Diag::kBadDirective, span, reported,
             fmt::format("only one {} parser directive can be used", name), "remove one of them");
      return;
    }
  }
  if (!comments_.empty()) {
    comments_.RemoveLast();
  }
  const std::string_view known = name == "syntax"   ? "syntax"
                                 : name == "escape" ? "escape"
                                                    : "check";
  file_.directives.push_back({known, value, span});
  if (name == "escape") {
    if (value != "\\" && value != "`") {
      Report(Diag::kBadDirective, span, reported,
             fmt::format("invalid escape token '{}' does not match ` or \\", value),
             "write '# escape=`' or leave the line out");
    } else {
      file_.escape = value.front();
    }
  }
}

bool LineReader::Next(LogicalLine& line) {
  std::string_view raw;
  while (NextRaw(raw)) {
    ReportTooLong();
    const auto begin = static_cast<std::uint32_t>(raw.data() - text_.data());
    std::string_view first = TrimLeft(TrimNewline(raw));
    const auto indent = static_cast<std::uint32_t>(first.data() - raw.data());
    const bool comment = !first.empty() && first.front() == '#';
    if (comment) {
      const std::string_view body = Trim(first.substr(1));
      if (body.empty()) {
        comments_.Clear();
      } else {
        comments_.Add(body);
      }
    }
    if (!directives_done_) {
      ReadDirective(first, begin + indent);
    }
    if (comment) {
      continue;
    }
    bool goes_on = TrimContinuation(first);
    if (!goes_on && first.empty()) {
      continue;
    }

    line.map.Begin(begin + indent);
    line.start_line = number_;
    line.empty_continuation = false;
    std::uint32_t end = begin + indent + static_cast<std::uint32_t>(first.size());
    std::size_t size = first.size();
    while (goes_on && NextRaw(raw)) {
      std::string_view piece = TrimNewline(raw);
      const std::string_view content = TrimIndent(piece);
      if (content.empty()) {
        line.empty_continuation = true;
        continue;
      }
      if (content.front() == '#') {
        continue;
      }
      goes_on = TrimContinuation(piece);
      const auto offset = static_cast<std::uint32_t>(piece.data() - text_.data());
      if (!piece.empty()) {
        line.map.Add(static_cast<std::uint32_t>(size), offset);
      }
      size += piece.size();
      end = offset + static_cast<std::uint32_t>(piece.size());
    }
    line.text = first;
    if (!line.map.one_piece()) {
      char* const joined = file_.arena.Room(size);
      line.map.Join(text_, size, joined);
      line.text = {joined, size};
    }
    line.end_line = number_;
    line.span = {begin + indent, end};
    line.comments = file_.arena.Copy(comments_.all());
    comments_.Clear();
    any_ = true;
    return true;
  }
  return false;
}

}  // namespace cacheplan::syntax
