// What a rule is given: the finished values, indexed by keyword, and a place to report to.
//
// A rule is a file src/lint/rules/<name>.cpp that defines `void Check<Id>(Checker& check)`.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cacheplan/lint.h"

namespace cacheplan::lint {

class Suppressions;

/// A step of a stage. One that an ONBUILD line of a base stage brought is reported, as BuildKit
/// does, where the stage begins.
struct StepRef {
  const Stage* stage;
  const Step* step;
  std::size_t index;  ///< in stage->steps
  bool triggered;
  [[nodiscard]] const Instruction& instruction() const { return *step->instruction; }
};

/// A RUN with its commands.
struct RunRef {
  StepRef step;
  const RunCommands* commands;
  [[nodiscard]] const Instruction& instruction() const { return step.instruction(); }
};

/// A dependency step with the place where it stands.
struct DependencyRef {
  const Stage* stage;
  const DependencyStep* dependency;
  std::size_t index;  ///< of its step in stage->steps
};

/// A finding before it is placed.
struct Report {
  std::string message;
  std::string why = {};
  std::string hint = {};
  std::optional<Fix> fix = std::nullopt;
};

class Checker {
 public:
  Checker(const Dockerfile& file, const Graph& graph, const Dependencies& deps,
          const BuildContext* context, const LintOptions& options);

  const Dockerfile& file;
  const Graph& graph;
  const Dependencies& deps;
  const BuildContext* context;  ///< null when none was given
  const LintOptions& options;
  /// What the comments say, and hid of the rules asked before; null when they do not count.
  const Suppressions* comments = nullptr;

  /// The steps with that keyword, in the order in which BuildKit reads them.
  [[nodiscard]] const std::vector<StepRef>& Steps(Keyword keyword) const {
    return steps_[static_cast<std::size_t>(keyword)];
  }
  /// The same for the instructions of the file, those before the first FROM among them.
  [[nodiscard]] const std::vector<const Instruction*>& Instructions(Keyword keyword) const {
    return instructions_[static_cast<std::size_t>(keyword)];
  }

  /// Every RUN of every stage, in order; triggered ones left out: rules speak where they are
  /// written. Found at the first question, as are the dependency steps.
  [[nodiscard]] const std::vector<RunRef>& Runs() const;
  [[nodiscard]] const std::vector<DependencyRef>& DependencySteps() const;

  /// A finding about an instruction; `span` is the bytes to point at.
  void At(RuleId rule, const Instruction& instruction, Span span, Report report);
  /// The same on another line than the instruction's first.
  void AtLine(RuleId rule, const Instruction& instruction, Span span, std::uint32_t line,
              Report report);
  void At(RuleId rule, const StepRef& step, Span span, Report report);
  /// A finding about the whole file.
  void Whole(RuleId rule, Report report);

  struct Raw {
    Finding finding;
    const Instruction* instruction;  ///< whose comments count; null for the whole file
  };
  /// What was reported since the last call.
  [[nodiscard]] std::vector<Raw> Take() { return std::exchange(found_, {}); }

 private:
  static constexpr std::size_t kKeywords = static_cast<std::size_t>(Keyword::kUnknown) + 1;
  std::array<std::vector<StepRef>, kKeywords> steps_;
  std::array<std::vector<const Instruction*>, kKeywords> instructions_;
  mutable std::optional<std::vector<RunRef>> runs_;
  mutable std::optional<std::vector<DependencyRef>> dependency_steps_;
  std::vector<Raw> found_;
};

/// The span of the keyword as written.
inline Span KeywordSpan(const Instruction& instruction) { return instruction.name.span; }
/// The first line of the instruction, up to its end.
Span FirstLine(const Dockerfile& file, const Instruction& instruction);

}  // namespace cacheplan::lint
