// What a rule is given: the finished values, indexed by what rules ask for, and a place to report
// to.
//
// A rule is a file src/lint/rules/<name>.cpp that defines `void Check<Id>(Checker& check)`.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/lint.h"

#include "src/lint/by_keyword.h"
#include "src/lint/global_defaults.h"
#include "src/lint/places.h"

namespace cacheplan::lint {

class Suppressions;

/// A finding before it is placed.
struct Report {
  std::string message;
  std::string why = {};
  std::string hint = {};
  std::optional<Fix> fix = std::nullopt;
};

/// Made for one run over one file. What several rules ask for is made when the first one asks.
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
  [[nodiscard]] std::span<const StepRef> Steps(Keyword keyword) const { return steps_.Of(keyword); }
  /// The same for the instructions of the file, those before the first FROM among them.
  [[nodiscard]] std::span<const Instruction* const> Instructions(Keyword keyword) const {
    return instructions_.Of(keyword);
  }
  /// Steps(keyword) with their pairs. REQUIRES: kArg, kEnv or kLabel.
  [[nodiscard]] std::span<const PairsRef> Pairs(Keyword keyword) const;
  /// What FROM lines expand with.
  [[nodiscard]] const GlobalDefaults& Globals() const;
  /// False for a stage that BuildKit never builds: neither the target nor a stage that has a name,
  /// which --target could take, needs it. What rules ask leaves it out, and nothing is reported in
  /// it but that it is one.
  [[nodiscard]] bool MayBeBuilt(const Stage& stage) const;
  /// Every RUN of every stage, in order; triggered ones left out: rules speak where they are
  /// written.
  [[nodiscard]] std::span<const RunRef> Runs() const;
  /// The stages built FROM that one, in order.
  [[nodiscard]] std::span<const std::size_t> BuiltFrom(std::size_t stage) const;
  /// The steps that download, in order.
  [[nodiscard]] std::span<const DependencyRef> DependencySteps() const;

  /// A finding about an instruction; `span` is the bytes to point at.
  void At(RuleId rule, const Instruction& instruction, Span span, Report&& report);
  /// The same on another line than the instruction's first.
  void AtLine(RuleId rule, const Instruction& instruction, Span span, std::uint32_t line,
              Report&& report);
  void At(RuleId rule, const StepRef& step, Span span, Report&& report);
  /// A finding about the whole file.
  void Whole(RuleId rule, Report&& report);

  struct Raw {
    Finding finding;
    const Instruction* instruction;  ///< whose comments count; null for the whole file
  };
  /// What was reported so far.
  [[nodiscard]] std::vector<Raw>& found() { return found_; }

 private:
  /// The rule has nothing to say there: it stands in a stage that is never built.
  [[nodiscard]] bool IsOutside(RuleId rule, const Instruction& instruction) const;
  void Add(RuleId rule, const Instruction* instruction, Span span, std::uint32_t line,
           Report&& report);

  ByKeyword<StepRef> steps_;
  ByKeyword<const Instruction*> instructions_;
  mutable std::array<std::optional<std::vector<PairsRef>>, 3> pairs_;
  mutable std::optional<GlobalDefaults> globals_;
  mutable std::optional<std::vector<RunRef>> runs_;
  mutable std::optional<std::vector<DependencyRef>> dependency_steps_;
  mutable std::vector<std::vector<std::size_t>> built_from_;  // by stage
  mutable std::vector<bool> may_be_built_;                    // by stage
  std::vector<Raw> found_;
};

/// The span of the keyword as written.
inline Span KeywordSpan(const Instruction& instruction) { return instruction.name.span; }
/// The first line of the instruction, up to its end.
Span FirstLine(const Dockerfile& file, const Instruction& instruction);

}  // namespace cacheplan::lint
