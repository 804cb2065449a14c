// Source: moby/buildkit frontend/dockerfile/parser/parser.go (hasEmptyContinuationLine).
#include "cacheplan/text.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The empty lines between the first and the last line of the instruction's own text.
std::vector<TextEdit> EmptyLines(const Source& source, std::uint32_t first, std::uint32_t last) {
  std::vector<TextEdit> edits;
  for (std::uint32_t line = first + 1; line <= last; ++line) {
    if (TrimLeft(source.Line(line)).empty()) {
      const std::uint32_t begin = source.LineSpan(line).begin;
      const std::uint32_t end =
          line < source.LineCount() ? source.LineSpan(line + 1).begin : source.LineSpan(line).end;
      edits.push_back({{begin, end}, ""});
    }
  }
  return edits;
}

}  // namespace

void CheckNoEmptyContinuation(Checker& check) {
  const Source& source = *check.file.source;
  for (const Instruction& instruction : check.file.instructions) {
    if (!instruction.empty_continuation) {
      continue;
    }
    // BuildKit names the last line of the instruction, its heredocs not counted.
    std::uint32_t last = instruction.end_line;
    if (!instruction.heredocs.empty()) {
      last = source.At(instruction.heredocs.front().content_span.begin).line - 1;
    }
    std::vector<TextEdit> edits = EmptyLines(source, instruction.start_line, last);
    const Span span = edits.empty() ? KeywordSpan(instruction) : edits.front().span;
    Report report{"Empty continuation line", "", "remove the empty line, or make it a comment",
                  std::nullopt};
    if (!edits.empty()) {
      report.fix = Fix{"remove the empty lines", true, std::move(edits)};
    }
    check.AtLine(RuleId::kNoEmptyContinuation, instruction, {span.begin, span.begin}, last,
                 std::move(report));
  }
}

}  // namespace cacheplan::lint
