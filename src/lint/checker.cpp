#include "src/lint/checker.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace cacheplan::lint {

Checker::Checker(const Dockerfile& dockerfile, const Graph& stages,
                 const Dependencies& dependencies, const BuildContext* build_context,
                 const LintOptions& lint_options)
    : file(dockerfile),
      graph(stages),
      deps(dependencies),
      context(build_context),
      options(lint_options),
      steps_([&](const auto& use) {
        const Instruction* begin = file.instructions.data();
        const Instruction* end = begin + file.instructions.size();
        for (const Stage& stage : graph.stages) {
          for (std::size_t i = 0; i < stage.steps.size(); ++i) {
            const Instruction* instruction = stage.steps[i].instruction;
            const bool own =
                std::less_equal<>()(begin, instruction) && std::less<>()(instruction, end);
            use(instruction->keyword, StepRef{&stage, &stage.steps[i], i, !own});
          }
        }
      }),
      instructions_([&](const auto& use) {
        for (const Instruction& instruction : file.instructions) {
          use(instruction.keyword, &instruction);
        }
      }) {}

std::span<const PairsRef> Checker::Pairs(Keyword keyword) const {
  std::optional<std::vector<PairsRef>>& found = pairs_[keyword == Keyword::kArg   ? 0
                                                       : keyword == Keyword::kEnv ? 1
                                                                                  : 2];
  if (!found) {
    found.emplace();
    found->reserve(Steps(keyword).size());
    for (const StepRef& step : Steps(keyword)) {
      found->push_back({step, AsPairs(step.instruction())});
    }
  }
  return *found;
}

const GlobalDefaults& Checker::Globals() const {
  if (!globals_) {
    globals_.emplace(file);
  }
  return *globals_;
}

bool Checker::MayBeBuilt(const Stage& stage) const {
  if (may_be_built_.empty()) {
    const std::size_t count = graph.stages.size();
    may_be_built_.resize(count, options.classic || graph.target == kNoStage);
    // A stage needs earlier ones alone.
    for (std::size_t i = count; i-- > 0;) {
      const Stage& own = graph.stages[i];
      may_be_built_[i] = may_be_built_[i] || own.reachable || !own.name.empty() || i + 1 == count;
      for (const Edge& edge : own.edges) {
        if (may_be_built_[i] && edge.source.kind == SourceKind::kStage && edge.source.stage < i) {
          may_be_built_[edge.source.stage] = true;
        }
      }
    }
  }
  return may_be_built_[stage.index];
}

std::span<const RunRef> Checker::Runs() const {
  if (!runs_) {
    runs_.emplace();
    runs_->reserve(Steps(Keyword::kRun).size());
    const Stage* stage = nullptr;
    std::size_t next = 0;  // of the stage's own
    for (const StepRef& step : Steps(Keyword::kRun)) {
      next = step.stage == stage ? next : 0;
      stage = step.stage;
      const std::size_t number = next++;
      const std::vector<RunCommands>& runs = deps.stages[stage->index].runs;
      if (step.triggered || number >= runs.size() || !MayBeBuilt(*stage)) {
        continue;
      }
      Activities does;
      for (const KnownCommand& known : runs[number].commands) {
        for (const CommandFact& fact : known.facts) {
          does.Add(fact.activity);
        }
      }
      runs_->push_back({step, &runs[number], does});
    }
  }
  return *runs_;
}

std::span<const std::size_t> Checker::BuiltFrom(std::size_t stage) const {
  if (built_from_.empty()) {
    built_from_.resize(graph.stages.size());
    for (const Stage& above : graph.stages) {
      if (above.base.kind == SourceKind::kStage && above.base.stage < above.index &&
          MayBeBuilt(above)) {
        built_from_[above.base.stage].push_back(above.index);
      }
    }
  }
  return built_from_[stage];
}

std::span<const DependencyRef> Checker::DependencySteps() const {
  if (!dependency_steps_) {
    dependency_steps_.emplace();
    for (const StageDependencies& stage_deps : deps.stages) {
      const Stage& stage = graph.stages[stage_deps.stage];
      std::size_t index = 0;
      if (stage_deps.steps.empty() || !MayBeBuilt(stage)) {
        continue;
      }
      for (const DependencyStep& step : stage_deps.steps) {
        while (index < stage.steps.size() && stage.steps[index].instruction != step.instruction) {
          ++index;
        }
        if (index == stage.steps.size()) {
          index = 0;
          continue;
        }
        dependency_steps_->push_back({&stage, &step, index});
      }
    }
  }
  return *dependency_steps_;
}

bool Checker::IsOutside(RuleId rule, const Instruction& instruction) const {
  if (Info(rule).group != RuleGroup::kCache || rule == RuleId::kUnreachableStage ||
      rule == RuleId::kBadSuppression) {
    return false;
  }
  const auto next =
      std::upper_bound(graph.stages.begin(), graph.stages.end(), instruction.start_line,
                       [](std::uint32_t line, const Stage& stage) { return line < stage.line; });
  return next != graph.stages.begin() && !MayBeBuilt(*std::prev(next));
}

void Checker::Add(RuleId rule, const Instruction* instruction, Span span, std::uint32_t line,
                  Report&& report) {
  if (instruction != nullptr && IsOutside(rule, *instruction)) {
    return;
  }
  if (found_.empty()) {
    constexpr std::size_t kUsual = 8;  // few files have more findings
    found_.reserve(kUsual);
  }
  found_.push_back({{.rule = rule,
                     .severity = Info(rule).severity,
                     .span = span,
                     .line = line,
                     .message = std::move(report.message),
                     .why = std::move(report.why),
                     .hint = std::move(report.hint),
                     .fix = std::move(report.fix)},
                    instruction});
}

void Checker::AtLine(RuleId rule, const Instruction& instruction, Span span, std::uint32_t line,
                     Report&& report) {
  Add(rule, &instruction, span, line, std::move(report));
}

void Checker::At(RuleId rule, const Instruction& instruction, Span span, Report&& report) {
  // BuildKit names the first line of an instruction; what is ours points at the very command.
  const bool check = Info(rule).group == RuleGroup::kBuildkit;
  const bool first_line =
      span.begin < instruction.span.begin ||
      (instruction.start_line == instruction.end_line && span.begin <= instruction.span.end);
  const std::uint32_t line =
      check || first_line ? instruction.start_line : file.source->At(span.begin).line;
  Add(rule, &instruction, span, line, std::move(report));
}

void Checker::At(RuleId rule, const StepRef& step, Span span, Report&& report) {
  if (step.triggered) {
    report.fix.reset();
    At(rule, *step.stage->from, FirstLine(file, *step.stage->from), std::move(report));
  } else {
    At(rule, step.instruction(), span, std::move(report));
  }
}

void Checker::Whole(RuleId rule, Report&& report) { Add(rule, nullptr, {}, 0, std::move(report)); }

Span FirstLine(const Dockerfile& file, const Instruction& instruction) {
  const std::string_view text = file.source->Slice(instruction.span);
  std::size_t end = std::min(text.find('\n'), text.size());
  while (end > 0 && (text[end - 1] == '\r' || text[end - 1] == ' ' || text[end - 1] == '\t')) {
    --end;
  }
  return {instruction.span.begin, instruction.span.begin + static_cast<std::uint32_t>(end)};
}

}  // namespace cacheplan::lint
