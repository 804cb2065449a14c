// Stages and what joins them.
//
// BuildGraph reads a parsed Dockerfile under given build arguments and a target. It asks no
// registry and no disk: what only those could tell is an unknown Value with its reason. The graph
// points into the Dockerfile, which must outlive it. Source of the rules: moby/buildkit
// frontend/dockerfile/dockerfile2llb/convert.go; field by field in docs/design.md.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/arena.h"
#include "cacheplan/commands.h"
#include "cacheplan/syntax.h"

namespace cacheplan {

// Texts and lists in these values are views: into the Dockerfile or the arena of the Graph that
// they belong to.

/// A text that may not be known. When it is not, `text` is what was written and `reason` says why.
struct Value {
  std::string_view text;
  bool known = true;
  std::string_view reason;
};

inline constexpr std::size_t kNoStage = static_cast<std::size_t>(-1);

/// What a FROM, a --from or a mount's from= means.
enum class SourceKind {
  kStage,    ///< another stage of the file
  kImage,    ///< an image of a registry or of the local store
  kContext,  ///< a named build context (--build-context)
  kScratch,
  kUnknown,  ///< a variable without a value, or a name that means nothing
};
struct StageSource {
  SourceKind kind = SourceKind::kUnknown;
  std::size_t stage = kNoStage;  ///< kStage
  Value name;                    ///< the reference after expansion
};

enum class EdgeKind { kBase, kCopyFrom, kMountFrom };
/// `stage` needs `source`.
struct Edge {
  EdgeKind kind;
  std::size_t stage;
  StageSource source;
  const Instruction* instruction;
  Span span;
};

/// A variable that is read where it certainly has no value: no ARG, no ENV, no base image sets it.
struct UnsetVariable {
  std::string_view name;
  std::string_view nearest;  ///< a variable that is set there and differs by a letter or two; or ""
  Span span;                 ///< the word that reads it
};

/// What an ENV or ARG does to one variable.
struct VariableSetting {
  std::string_view name;
  Value value;
  bool set = true;  ///< false: an ARG without a value, for which none was given
};

/// An instruction of a stage with what holds where it stands.
struct Step {
  const Instruction* instruction = nullptr;
  /// Absolute where known; "/" before any WORKDIR on scratch. Never null; shared by all steps
  /// that it holds for.
  const Value* workdir = nullptr;
  std::span<const std::string_view> shell;  ///< SHELL in force; empty = the default one
  /// COPY and ADD: sources and destination after expansion; `from` where one is given.
  std::span<const Value> sources;
  Value destination;
  std::optional<StageSource> from;
  /// After expansion: the path of a WORKDIR, the ports of an EXPOSE, the names of an ENV.
  std::span<const Value> values;
  std::span<const VariableSetting> settings;  ///< of ENV and ARG, their values after expansion
  std::span<const UnsetVariable> unset;
};

struct Stage {
  std::size_t index = 0;
  std::string name;  ///< lower-cased; "" when it has none
  std::uint32_t line = 0;
  const Instruction* from = nullptr;
  StageSource base;
  std::optional<Value> platform;
  std::span<const Step> steps;  ///< its own instructions after FROM, in order
  std::span<const Edge> edges;  ///< base first, then as they stand in the file
  /// Variables of its FROM that no ARG before the first FROM declares.
  std::span<const UnsetVariable> undeclared;
  bool reachable = false;  ///< the target needs it
  /// "builder", or "stage 2" for one without a name: for messages.
  [[nodiscard]] std::string Label() const;
};

struct GraphOptions {
  std::string target;  ///< a stage's name, in any case; "" = the last stage
  std::map<std::string, std::string> build_args;
  std::vector<std::string> build_contexts;  ///< names given with --build-context
  std::string platform;                     ///< "linux/arm64"; "" = unknown
  /// Take the environment of every base image for empty instead of unknown.
  bool empty_base_env = false;
};

struct Graph {
  Arena arena;  ///< holds the steps and edges, and the texts that are not those of the Dockerfile
  std::vector<Stage> stages;
  std::size_t target = kNoStage;        ///< kNoStage when there is no stage or no such target
  std::vector<std::size_t> order;       ///< reachable stages, each after all it needs
  std::vector<Diagnostic> diagnostics;  ///< what only building would find: see Diag CP1xx

  /// The chain of base stages from `stage` up to the one whose base is no stage, `stage` first.
  [[nodiscard]] std::vector<std::size_t> BaseChain(std::size_t stage) const;
  /// All stages that `stage` needs, itself included, in `order`'s order.
  [[nodiscard]] std::vector<std::size_t> Needs(std::size_t stage) const;
  [[nodiscard]] const Stage* Find(std::string_view name) const;  ///< last of that name, any case
};

Graph BuildGraph(const Dockerfile& file, const GraphOptions& options = {});

}  // namespace cacheplan
