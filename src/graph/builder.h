// The walk that makes a graph of a tree; one for each graph. Its parts stand in graph.cpp (stages),
// sources.cpp (what names mean) and steps.cpp (instructions).
// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cacheplan/commands.h"
#include "cacheplan/graph.h"

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
  std::vector<const Instruction*> triggers;  ///< of its ONBUILD lines
};

class Builder {
 public:
  Builder(const Dockerfile& file, const GraphOptions& options) : file_(file), options_(options) {}
  Graph Run();

 private:
  // graph.cpp
  /// What is wrong with a trigger is reported where it runs: at the FROM of the stage that inherits
  /// it.
  void Report(Diag diag, Span span, std::uint32_t line, std::string message, std::string hint = {});
  void AddStage(std::size_t index);
  void ResolvePlatform(Stage& stage, const FromCommand& from);
  void Inherit(const Stage& stage, StageState& state);
  /// ONBUILD lines of a base stage in this file run first in a stage built FROM it.
  void AddTriggers(Stage& stage, StageState& state);
  void ResolveTarget();
  void ReportTarget();

  // sources.cpp
  [[nodiscard]] bool IsContext(std::string_view name) const;
  /// An image by name; one that cannot be read as a reference is reported.
  StageSource ImageSource(std::string_view name, Span span, std::uint32_t line);
  StageSource ResolveBase(Stage& stage, const FromCommand& from);
  StageSource CopySource(const Stage& stage, const Instruction& instruction, const Flag& from);
  StageSource MountSource(const Stage& stage, const Instruction& instruction, const Mount& mount,
                          Span span);
  /// A stage by name in any case, the last of that name; else an image or context.
  StageSource NamedSource(const Stage& stage, const Instruction& instruction, Span span,
                          std::string_view name);
  StageSource StageByIndex(const Stage& stage, std::size_t index, const Instruction& instruction,
                           Span span, std::string_view name);

  /// Variables of a FROM that no ARG before the first FROM declares.
  void NoteUndeclared(const Expanded& expanded, Span span, Stage& stage) const;

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
  void AddStep(Stage& stage, StageState& state, const Instruction& instruction);
  void SetShell(StageState& state, const Instruction& instruction);
  /// Many relative ones in a row add up to a lot of text.
  Value JoinWorkdir(const Value& workdir, const Value& path);
  /// Reports the error unless it is empty.
  void Check(Diag diag, std::string error, Span span, const Instruction& instruction,
             std::string hint = {});
  void Arg(StageState& state, const Instruction& instruction, Step& step);
  void Env(StageState& state, const Instruction& instruction, Step& step);
  void Expose(const StageState& state, const Instruction& instruction, Step& step);
  void Run_(Stage& stage, const StageState& state, const Instruction& instruction);

  // copies.cpp
  struct FlagText {
    std::string_view text;  ///< empty when there is no such flag, it is empty, or not known
    Span span;
  };
  struct CopyFlags {
    FlagText chmod;
    FlagText checksum;
  };
  void Copy(Stage& stage, const StageState& state, const Instruction& instruction, Step& step);
  FlagText ExpandFlag(const StageState& state, const Instruction& instruction,
                      std::string_view name);
  /// The text of heredocs.
  void ExpandFiles(const StageState& state, const Instruction& instruction,
                   const CopyCommand& copy);
  void CheckCopy(const Instruction& instruction, const CopyCommand& copy, const Step& step,
                 const CopyFlags& flags);
  void CheckSource(const Instruction& instruction, Span span, std::string_view source,
                   const CopyFlags& flags);

  const Dockerfile& file_;
  const GraphOptions& options_;
  Graph graph_;
  Arena& arena_ = graph_.arena;
  Texts texts_{arena_};
  Scope globals_{&texts_};
  std::vector<StageState> states_;
  std::size_t triggered_ = 0;
  /// While a trigger runs: it, and the stage that inherits it.
  const Instruction* trigger_ = nullptr;
  const Stage* inheriting_ = nullptr;
  /// While a step is read: where its unset variables go; null where BuildKit does not mind them.
  std::vector<UnsetVariable>* unset_ = nullptr;
  // By the names that the file has for its stages.
  std::unordered_map<std::string_view, std::size_t> last_by_name_;
  std::unordered_map<std::string_view, std::size_t> earlier_by_name_;
};

}  // namespace cacheplan::graph
