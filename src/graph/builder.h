// The walk that makes a graph of a tree; one for each graph. Its parts stand in graph.cpp (stages),
// sources.cpp (what names mean) and steps.cpp (instructions).
// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/commands.h"
#include "cacheplan/graph.h"
#include "cacheplan/text.h"

#include "src/graph/scope.h"

namespace cacheplan::graph {

/// strconv.Atoi as far as a stage index goes.
std::optional<long> ParseIndex(std::string_view text);

/// What a stage leaves to those built FROM it.
struct StageState {
  explicit StageState(Texts* texts) : scope(texts) {}
  Scope scope;
  const Value* workdir = nullptr;
  std::span<const std::string_view> shell;
  ArenaList<const Instruction*> triggers;  ///< of its ONBUILD lines
};

/// The name of a stage. Ordered by name, those with the same one by place.
struct StageName {
  std::string_view name;
  std::size_t stage = 0;
  // NOLINTNEXTLINE(*-use-nullptr): there is no null here
  friend auto operator<=>(const StageName&, const StageName&) = default;
};

class Builder {
 public:
  /// Fills `graph`, which is empty.
  // NOLINTNEXTLINE(*-member-init): room_ is filled as it is used
  Builder(const Dockerfile& file, const GraphOptions& options, Graph& graph)
      : file_(file), options_(options), graph_(graph) {}
  void Run();

 private:
  // graph.cpp
  /// What is wrong with a trigger is reported where it runs: at the FROM of the stage that inherits
  /// it.
  [[gnu::cold]] void Report(Diag diag, Span span, std::uint32_t line, std::string message,
                            std::string hint = {});
  void ReadNames();
  [[gnu::cold]] void SortDiagnostics();
  void AddStage(std::size_t index);
  void AddEdge(EdgeKind kind, const StageSource& source, const Instruction& instruction, Span span);
  void ResolvePlatform(Stage& stage, const FromCommand& from);
  void Inherit(const Stage& stage, StageState& state);
  /// ONBUILD lines of a base stage in this file run first in a stage built FROM it.
  void AddTriggers(const Stage& stage, StageState& state);
  void ResolveTarget();
  [[gnu::cold]] void ReportTarget();

  // sources.cpp
  /// The last stage of that name before the stage `end`.
  [[nodiscard]] std::optional<std::size_t> LastNamed(std::string_view name, std::size_t end) const;
  /// The last stage of that name, in any case.
  [[nodiscard]] std::optional<std::size_t> LastNamedAnyCase(std::string_view name) const {
    const std::size_t end = file_.stages.size();
    return IsLower(name) ? LastNamed(name, end) : LastNamed(ToLower(name), end);
  }
  [[nodiscard]] bool IsContext(std::string_view name) const {
    return !options_.build_contexts.empty() && NamesContext(name);
  }
  [[nodiscard]] bool NamesContext(std::string_view name) const;
  /// An image by name; one that cannot be read as a reference is reported, with `hint` where
  /// nothing better is known.
  StageSource ImageSource(std::string_view name, Span span, std::uint32_t line,
                          std::string hint = {});
  StageSource ResolveBase(const Stage& stage, const FromCommand& from);
  StageSource CopySource(const Stage& stage, const Instruction& instruction, const Flag& from);
  StageSource MountSource(const Stage& stage, const Instruction& instruction, const Mount& mount,
                          Span span);
  /// A stage by name in any case, the last of that name; else an image or context.
  StageSource NamedSource(const Stage& stage, const Instruction& instruction, Span span,
                          std::string_view name);
  StageSource StageByIndex(const Stage& stage, std::size_t index, const Instruction& instruction,
                           Span span, std::string_view name);

  /// What gives the first variable of a FROM that is not set a value; "" where all are.
  [[nodiscard]] std::string HowToSet(const Expanded& expanded) const;
  /// Variables of a FROM that no ARG before the first FROM declares.
  void NoteUndeclared(const Expanded& expanded, Span span);

  // steps.cpp
  /// Variables that a word of the step being read reads and that nothing sets.
  void NoteUnset(const StageState& state, const Expanded& expanded, Span span);
  /// A word of the instruction expanded; what cannot be is reported, what is not set noted.
  Expanded ExpandWord(const StageState& state, const Instruction& instruction, const Word& word,
                      bool split = false);
  /// Its value alone.
  Value ExpandValue(const StageState& state, const Instruction& instruction, const Word& word);
  /// What is wrong with it, where nobody asks for its value.
  void CheckWord(const StageState& state, const Instruction& instruction, const Word& word);
  void AddStep(const Stage& stage, StageState& state, const Instruction& instruction);
  void SetShell(StageState& state, const Instruction& instruction);
  /// Many relative ones in a row add up to a lot of text.
  Value JoinWorkdir(const Value& workdir, const Value& path);
  /// Reports the error unless it is empty.
  void Check(Diag diag, std::string error, Span span, const Instruction& instruction,
             std::string hint = {});
  void Arg(StageState& state, const Instruction& instruction, Step& step);
  void Env(StageState& state, const Instruction& instruction, Step& step);
  void Expose(const StageState& state, const Instruction& instruction, Step& step);
  void Run_(const Stage& stage, const StageState& state, const Instruction& instruction);

  // copies.cpp
  struct FlagText {
    std::string_view text;  ///< empty when there is no such flag, it is empty, or not known
    Span span;
  };
  struct CopyFlags {
    FlagText chmod;
    FlagText checksum;
  };
  void Copy(const Stage& stage, const StageState& state, const Instruction& instruction,
            Step& step);
  FlagText ExpandFlag(const StageState& state, const Instruction& instruction,
                      std::string_view name);
  /// The text of heredocs.
  void ExpandFiles(const StageState& state, const Instruction& instruction,
                   const CopyCommand& copy);
  void CheckCopy(const Instruction& instruction, const CopyCommand& copy, const Step& step,
                 const CopyFlags& flags);
  /// Of a source that may be remote, or has a checksum.
  void CheckRemote(const Instruction& instruction, Span span, std::string_view source,
                   const CopyFlags& flags);

  const Dockerfile& file_;
  const GraphOptions& options_;
  // The scopes of most files need no memory but this.
  std::array<std::byte, std::size_t{8} * 1024> room_;
  std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};
  Graph& graph_;
  Arena& arena_ = graph_.arena;
  Texts texts_{arena_, &memory_};
  Scope globals_{&texts_};  ///< what FROM lines see
  Arena own_;               ///< for what is gathered, but scopes
  std::span<StageState> states_;
  std::span<StageName> names_;  ///< in their order
  // Of the stage being added; `steps_` has room for all of them.
  std::size_t adding_ = 0;
  std::span<Step> steps_;
  std::size_t step_count_ = 0;
  ArenaList<Edge> edges_;
  ArenaList<UnsetVariable> undeclared_;
  std::size_t triggered_ = 0;
  /// While a trigger runs: it, and the stage that inherits it.
  const Instruction* trigger_ = nullptr;
  const Stage* inheriting_ = nullptr;
  /// Of the step being read; without those that BuildKit does not mind.
  ArenaList<UnsetVariable> unset_;
  bool note_unset_ = false;
};

}  // namespace cacheplan::graph
