// The file as a whole once every line is read: its stages, and all that is wrong in order.
#include <algorithm>
#include <vector>

#include "cacheplan/commands.h"
#include "cacheplan/text.h"

#include "src/syntax/line_parts.h"

namespace cacheplan {
namespace syntax {
namespace {

StageDecl MakeStage(Dockerfile& file, std::size_t index) {
  const Instruction& from = file.instructions[index];
  StageDecl stage;
  stage.from = index;
  stage.end = index + 1;
  stage.line = from.start_line;
  if (!from.args.empty()) {
    stage.base = from.args.front().text;
  }
  if (NamesStage(from)) {
    const std::string_view written = from.args[2].text;
    stage.name = IsLower(written) ? written : file.arena.Copy(ToLower(written));
  }
  const Flag* platform = FindFlag(from, "platform");
  if (platform != nullptr && platform->value) {
    stage.platform = *platform->value;
  }
  return stage;
}

[[gnu::cold]] void ReportNoStage(const Instruction& instruction,
                                 std::vector<Diagnostic>& diagnostics) {
  diagnostics.push_back({Diag::kNoStage, instruction.name.span, instruction.start_line,
                         "no build stage in current context",
                         "only ARG may stand before the first FROM"});
}

/// Lines whose arguments the parser could not read, which are not there: one error for each is
/// enough.
[[gnu::noinline]] std::vector<std::uint32_t> UnreadLines(
    const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::uint32_t> lines;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.diag == Diag::kBadArguments || diagnostic.diag == Diag::kBadJson) {
      lines.push_back(diagnostic.line);
    }
  }
  return lines;
}

/// BuildKit's first error first: its parser runs over the whole file before anything else.
[[gnu::cold]] void Sort(std::vector<Diagnostic>& diagnostics, bool parser_has_first) {
  std::stable_sort(
      diagnostics.begin() + (parser_has_first ? 1 : 0), diagnostics.end(),
      [](const Diagnostic& a, const Diagnostic& b) { return a.span.begin < b.span.begin; });
}

/// Most instructions are commands without flags: BuildKit minds nothing in them.
bool IsPlainCommand(const Instruction& instruction) {
  const auto bit = [](Keyword keyword) { return 1U << static_cast<unsigned>(keyword); };
  const unsigned commands = bit(Keyword::kRun) | bit(Keyword::kCmd) | bit(Keyword::kEntrypoint);
  return (bit(instruction.keyword) & commands) != 0 && instruction.flags.empty();
}

}  // namespace

void Validate(Dockerfile& file) {
  const bool parser_has_first = !file.diagnostics.empty();
  const std::vector<std::uint32_t> unread =
      parser_has_first ? UnreadLines(file.diagnostics) : std::vector<std::uint32_t>();
  const std::span<StageDecl> stages = file.arena.Items<StageDecl>(static_cast<std::size_t>(
      std::count_if(file.instructions.begin(), file.instructions.end(),
                    [](const Instruction& i) { return i.keyword == Keyword::kFrom; })));
  std::size_t begun = 0;
  bool reported_no_stage = false;
  for (std::size_t i = 0; i < file.instructions.size(); ++i) {
    const Instruction& instruction = file.instructions[i];
    const std::size_t before = file.diagnostics.size();
    if (!IsPlainCommand(instruction) &&
        (unread.empty() ||
         !std::binary_search(unread.begin(), unread.end(), instruction.start_line))) {
      ValidateInstruction(instruction, file.diagnostics);
    }
    if (instruction.keyword == Keyword::kFrom) {
      stages[begun++] = MakeStage(file, i);
    } else if (begun > 0) {
      stages[begun - 1].end = i + 1;
    } else if (instruction.keyword != Keyword::kArg && file.diagnostics.size() == before &&
               !reported_no_stage) {
      reported_no_stage = true;
      ReportNoStage(instruction, file.diagnostics);
    }
  }
  file.stages = stages;
  if (!file.diagnostics.empty()) {
    Sort(file.diagnostics, parser_has_first);
  }
}

}  // namespace syntax

std::vector<Diagnostic> CheckTrigger(const Instruction& trigger) {
  std::vector<Diagnostic> diagnostics;
  syntax::ValidateInstruction(trigger, diagnostics);
  return diagnostics;
}

}  // namespace cacheplan
