#include <algorithm>
#include <array>
#include <cstddef>
#include <memory_resource>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/shell.h"
#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

#include "src/syntax/line_parts.h"

namespace cacheplan {
namespace syntax {
namespace {

constexpr int kMaxTriggerDepth = 100;
constexpr std::size_t kFirstGuess = 1000;      // instructions
constexpr std::size_t kUsualInstruction = 48;  // bytes, or more
constexpr std::size_t kSmallText = std::size_t{32} * 1024;

/// `^(\d*)<<(-?)\s*([^<]*)$`
struct HeredocMark {
  std::string_view digits;
  bool chomp = false;
  std::string_view delimiter;
};
bool MatchHeredoc(std::string_view word, HeredocMark& mark) {
  std::size_t pos = 0;
  while (pos < word.size() && word[pos] >= '0' && word[pos] <= '9') {
    ++pos;
  }
  if (word.substr(pos, 2) != "<<") {
    return false;
  }
  mark.digits = word.substr(0, pos);
  pos += 2;
  mark.chomp = word.substr(pos, 1) == "-";
  pos += mark.chomp ? 1 : 0;
  while (pos < word.size() && IsGoBlank(word[pos])) {
    ++pos;
  }
  mark.delimiter = word.substr(pos);
  return mark.delimiter.find('<') == std::string_view::npos;
}

std::size_t CountQuotes(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return c == '\'' || c == '"'; }));
}

enum class HeredocWord { kNone, kHeredoc, kError };

std::optional<std::string_view> NoVariable(std::string_view /*name*/) { return std::nullopt; }

/// `name`, when given, takes the delimiter without its quotes.
HeredocWord ReadHeredocWord(std::string_view word, Heredoc* heredoc, std::string* name,
                            std::string* error) {
  HeredocMark mark;
  if (!MatchHeredoc(word, mark) || mark.delimiter.empty()) {
    return HeredocWord::kNone;
  }
  LexOptions options;
  options.skip_unset = true;
  Expansion plain = Expand(mark.delimiter, NoVariable, options);
  if (!plain.ok()) {
    if (error != nullptr) {
      *error = std::move(plain.error);
    }
    return HeredocWord::kError;
  }
  if (plain.words.size() != 1) {
    return HeredocWord::kNone;
  }
  if (heredoc == nullptr) {
    return HeredocWord::kHeredoc;
  }
  // A quote that is there with raw quotes and gone without them was a real one.
  options.raw_quotes = true;
  const Expansion raw = Expand(mark.delimiter, NoVariable, options);
  heredoc->expand =
      raw.words.size() == 1 && CountQuotes(plain.words[0]) == CountQuotes(raw.words[0]);
  heredoc->chomp = mark.chomp;
  heredoc->file_descriptor = 0;
  for (const char c : mark.digits.substr(0, 9)) {
    heredoc->file_descriptor = heredoc->file_descriptor * 10 + static_cast<unsigned>(c - '0');
  }
  *name = std::move(plain.words[0]);
  return HeredocWord::kHeredoc;
}

}  // namespace

bool OpensHeredoc(std::string_view word) {
  return ReadHeredocWord(word, nullptr, nullptr, nullptr) == HeredocWord::kHeredoc;
}

bool FindHeredocs(const LineContext& context, std::uint32_t line, std::vector<Heredoc>& heredocs) {
  LexOptions options;
  options.raw_quotes = true;
  options.raw_escapes = true;
  options.skip_unset = true;
  // A line that cannot be cut into words has no heredoc, for BuildKit too.
  const Expansion words = Expand(context.line, NoVariable, options);
  for (const std::string& word : words.words) {
    Heredoc heredoc;
    std::string name;
    std::string error;
    switch (ReadHeredocWord(word, &heredoc, &name, &error)) {
      case HeredocWord::kNone:
        break;
      case HeredocWord::kHeredoc:
        heredoc.name = context.file.arena.Copy(name);
        heredocs.push_back(heredoc);
        break;
      case HeredocWord::kError:
        context.file.diagnostics.push_back({Diag::kBadHeredoc, context.SpanOf(context.line), line,
                                            std::move(error),
                                            "close the quote of the heredoc's delimiter"});
        context.file.parser_rejects = true;
        return false;
    }
  }
  return true;
}

namespace {

class Parser {
 public:
  // NOLINTNEXTLINE(*-member-init): room_ is filled as it is used
  explicit Parser(Dockerfile& file) : file_(file) {
    file_.arena.Expect(file_.source->text().size());
  }

  void Run() {
    LogicalLine line(memory_);
    while (lines_.Next(line)) {
      const LineContext context{file_, line.map, line.text, scratch_};
      Instruction& instruction = Add();
      ReadInstruction(context, line.text, line.start_line, 0, instruction);
      instruction.comments = line.comments;
      instruction.empty_continuation = line.empty_continuation;
      instruction.start_line = line.start_line;
      instruction.end_line = line.end_line;
      instruction.span = line.span;
      if (MayHoldHeredoc(instruction) && line.text.find("<<") != std::string_view::npos) {
        ReadHeredocs(context, instruction);
      }
      lines_.ReportTooLong();
    }
    if (all_.empty()) {
      Reject(Diag::kNoInstructions, {}, lines_.line_number(), "file with no instructions",
             "a Dockerfile needs at least one FROM");
    }
    file_.instructions = file_.arena.Copy(all_);
  }

 private:
  [[gnu::cold]] void Reject(Diag diag, Span span, std::uint32_t line, std::string message,
                            std::string hint) {
    file_.diagnostics.push_back({diag, span, line, std::move(message), std::move(hint)});
    file_.parser_rejects = true;
  }

  Instruction& Add() {
    if (all_.size() == all_.capacity()) {
      Grow();
    }
    all_.push_back(empty_);
    return all_.back();
  }

  /// Room grows by how many instructions the text read so far has held: doubling would waste half
  /// of what is the largest part of a tree.
  [[gnu::noinline]] void Grow() {
    const std::size_t size = file_.source->text().size();
    const std::size_t left = size - std::min<std::size_t>(lines_.offset(), size);
    const std::size_t each = all_.empty() ? kUsualInstruction : lines_.offset() / all_.size() + 1;
    // No more than twice as much: what follows may be one long line.
    const std::size_t guess = std::min(left / each, std::max(all_.size(), kFirstGuess));
    all_.reserve(all_.size() + all_.size() / 32 + guess + 2);
  }

  void ReadInstruction(const LineContext& context, std::string_view text, std::uint32_t line,
                       int depth, Instruction& instruction) {
    instruction.logical = text;
    const Split split = SplitFirst(Trim(text));
    instruction.name = context.WordOf(split.head);
    instruction.keyword = FindKeyword(split.head);
    std::string_view rest = split.tail;
    if (instruction.keyword == Keyword::kRun && !context.map.one_piece()) {
      instruction.pieces = context.map.From(context.OffsetOf(text), file_.arena);
    }
    instruction.flags = TakeFlags(context, rest);
    if (instruction.keyword == Keyword::kUnknown) {
      return;
    }
    if (instruction.keyword != Keyword::kOnbuild) {
      scratch_.words.Clear();
      ReadArguments(context, rest, line, instruction);
      instruction.args = file_.arena.Copy(scratch_.words.all());
      return;
    }
    if (!rest.empty()) {
      ReadTrigger(context, rest, line, depth, instruction);
    }
  }

  [[gnu::noinline]] void ReadTrigger(const LineContext& context, std::string_view rest,
                                     std::uint32_t line, int depth, Instruction& instruction) {
    if (depth == kMaxTriggerDepth) {
      Reject(Diag::kTooDeep, context.SpanOf(rest), line, "ONBUILD is nested too deep",
             "an ONBUILD trigger may not be an ONBUILD itself");
      return;
    }
    auto* trigger = file_.arena.New(empty_);
    trigger->start_line = line;
    trigger->end_line = line;
    trigger->span = context.SpanOf(rest);
    ReadInstruction(context, rest, line, depth + 1, *trigger);
    instruction.trigger = trigger;
    last_trigger_ = trigger;
  }

  static bool MayHoldHeredoc(const Instruction& instruction) {
    const Instruction* inner = &instruction;
    if (instruction.keyword == Keyword::kOnbuild && instruction.trigger != nullptr) {
      inner = instruction.trigger;
    }
    return inner->keyword != Keyword::kUnknown && Info(inner->keyword).heredoc &&
           inner->form != Form::kExec;
  }

  [[gnu::noinline]] void ReadHeredocs(const LineContext& context, Instruction& instruction) {
    const std::string_view text = file_.source->text();
    std::vector<Heredoc> heredocs;
    if (!FindHeredocs(context, instruction.start_line, heredocs)) {
      return;
    }
    bool reported = false;  // all that follow one without an end have none either
    for (Heredoc& heredoc : heredocs) {
      const std::uint32_t begin = lines_.offset();
      std::uint32_t end = begin;
      bool closed = false;
      for (std::string_view line; lines_.NextRaw(line);) {
        while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) {
          line.remove_suffix(1);
        }
        const auto line_end = static_cast<std::uint32_t>(line.data() + line.size() - text.data());
        std::string_view name = line;
        while (heredoc.chomp && !name.empty() && name.front() == '\t') {
          name.remove_prefix(1);
        }
        if (name == heredoc.name) {
          closed = true;
          heredoc.terminator = {static_cast<std::uint32_t>(line.data() - text.data()), line_end};
          break;
        }
        end = lines_.offset();
      }
      heredoc.content_span = {begin, end};
      heredoc.content = text.substr(begin, end - begin);
      instruction.end_line = lines_.line_number();
      instruction.span.end = closed ? heredoc.terminator.end : end;
      if (!closed) {
        heredoc.terminator = {end, end};
      }
      if ((!closed && !reported) || lines_.met_too_long()) {
        reported = true;
        Reject(Diag::kBadHeredoc, context.SpanOf(context.line), instruction.start_line,
               "unterminated heredoc",
               closed ? "BuildKit stops reading at a line in it that is too long"
                      : fmt::format("end it with a line that holds {} alone", heredoc.name));
        lines_.ReportTooLong();
      }
    }
    instruction.heredocs = file_.arena.Copy(heredocs);
    if (instruction.trigger != nullptr) {
      last_trigger_->heredocs = instruction.heredocs;
      last_trigger_->span.end = instruction.span.end;
      last_trigger_->end_line = instruction.end_line;
    }
  }

  Dockerfile& file_;
  Arena memory_;  ///< for what is read of a line
  LineReader lines_{file_, memory_};
  Scratch scratch_{memory_};
  // The instructions of most files need no memory but this.
  std::array<std::byte, std::size_t{16} * 1024> room_;
  std::pmr::monotonic_buffer_resource first_{room_.data(), room_.size()};
  // Until all are there and the tree takes them. Of a large text each room that was too small is
  // given back at once.
  std::pmr::vector<Instruction> all_{
      file_.source->text().size() <= kSmallText ? &first_ : std::pmr::get_default_resource()};
  const Instruction empty_;              ///< copying one costs less than clearing one anew
  Instruction* last_trigger_ = nullptr;  ///< the trigger of the ONBUILD read last
};

}  // namespace
}  // namespace syntax

Dockerfile Parse(std::shared_ptr<const Source> source) {
  Dockerfile file;
  file.source = std::move(source);
  syntax::Parser(file).Run();
  syntax::Validate(file);
  return file;
}

}  // namespace cacheplan
