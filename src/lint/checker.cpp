#include "src/lint/checker.h"

#include <algorithm>
#include <utility>

namespace cacheplan::lint {

Checker::Checker(const Dockerfile& dockerfile, const Graph& stages,
                 const Dependencies& dependencies, const BuildContext* build_context,
                 const LintOptions& lint_options)
    : file(dockerfile),
      graph(stages),
      deps(dependencies),
      context(build_context),
      options(lint_options) {
  for (const Instruction& instruction : file.instructions) {
    instructions_[static_cast<std::size_t>(instruction.keyword)].push_back(&instruction);
  }
  const Instruction* begin = file.instructions.data();
  const Instruction* end = begin + file.instructions.size();
  for (const Stage& stage : graph.stages) {
    for (std::size_t i = 0; i < stage.steps.size(); ++i) {
      const Instruction* instruction = stage.steps[i].instruction;
      const bool own = std::less_equal<>()(begin, instruction) && std::less<>()(instruction, end);
      steps_[static_cast<std::size_t>(instruction->keyword)].push_back(
          {&stage, &stage.steps[i], i, !own});
    }
  }
}

const std::vector<RunRef>& Checker::Runs() const {
  if (runs_) {
    return *runs_;
  }
  std::vector<RunRef>& runs = runs_.emplace();
  std::vector<std::size_t> next(graph.stages.size(), 0);
  for (const StepRef& step : Steps(Keyword::kRun)) {
    const std::size_t stage = step.stage->index;
    const std::size_t number = next[stage]++;
    if (!step.triggered && number < deps.stages[stage].runs.size()) {
      runs.push_back({step, &deps.stages[stage].runs[number]});
    }
  }
  return runs;
}

const std::vector<DependencyRef>& Checker::DependencySteps() const {
  if (dependency_steps_) {
    return *dependency_steps_;
  }
  std::vector<DependencyRef>& found = dependency_steps_.emplace();
  for (const StageDependencies& stage_deps : deps.stages) {
    const Stage& stage = graph.stages[stage_deps.stage];
    std::size_t index = 0;
    for (const DependencyStep& step : stage_deps.steps) {
      while (index < stage.steps.size() && stage.steps[index].instruction != step.instruction) {
        ++index;
      }
      if (index == stage.steps.size()) {
        index = 0;
        continue;
      }
      found.push_back({&stage, &step, index});
    }
  }
  return found;
}

void Checker::AtLine(RuleId rule, const Instruction& instruction, Span span, std::uint32_t line,
                     Report report) {
  Finding finding;
  finding.rule = rule;
  finding.severity = Info(rule).severity;
  finding.span = span;
  finding.line = line;
  finding.message = std::move(report.message);
  finding.why = std::move(report.why);
  finding.hint = std::move(report.hint);
  finding.fix = std::move(report.fix);
  found_.push_back({std::move(finding), &instruction});
}

void Checker::At(RuleId rule, const Instruction& instruction, Span span, Report report) {
  // BuildKit names the first line of an instruction; what is ours points at the very command.
  const bool check = Info(rule).group == RuleGroup::kBuildkit;
  const std::uint32_t line = check || span.begin < instruction.span.begin
                                 ? instruction.start_line
                                 : file.source->At(span.begin).line;
  AtLine(rule, instruction, span, line, std::move(report));
}

void Checker::At(RuleId rule, const StepRef& step, Span span, Report report) {
  if (step.triggered) {
    report.fix.reset();
    At(rule, *step.stage->from, FirstLine(file, *step.stage->from), std::move(report));
  } else {
    At(rule, step.instruction(), span, std::move(report));
  }
}

void Checker::Whole(RuleId rule, Report report) {
  Finding finding;
  finding.rule = rule;
  finding.severity = Info(rule).severity;
  finding.message = std::move(report.message);
  finding.why = std::move(report.why);
  finding.hint = std::move(report.hint);
  finding.fix = std::move(report.fix);
  found_.push_back({std::move(finding), nullptr});
}

Span FirstLine(const Dockerfile& file, const Instruction& instruction) {
  const std::string_view text = file.source->Slice(instruction.span);
  std::size_t end = std::min(text.find('\n'), text.size());
  while (end > 0 && (text[end - 1] == '\r' || text[end - 1] == ' ' || text[end - 1] == '\t')) {
    --end;
  }
  return {instruction.span.begin, instruction.span.begin + static_cast<std::uint32_t>(end)};
}

}  // namespace cacheplan::lint
