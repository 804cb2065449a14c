// Which steps download dependencies, what each stage is for, and why we say so.
//
// Pure: reads the tree, the graph and the package knowledge. Every answer carries its evidence;
// what could not be read (a local script, a variable command) is listed as unknown, not guessed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/script.h"

namespace cacheplan {

enum class StepKind { kProject, kTool, kSystem, kFetch };
enum class StepMode { kDownload, kBuild };
enum class StageRole { kDeps, kBuild, kTest, kBase, kFetch, kRuntime, kAlias, kOther };
std::string_view Name(StepKind kind);   ///< "project" …
std::string_view Name(StepMode mode);   ///< "download", "build"
std::string_view Name(StageRole role);  ///< "deps" …

/// One instruction that downloads third-party things of one kind and ecosystem.
struct DependencyStep {
  const Instruction* instruction = nullptr;
  std::uint32_t line = 0;
  StepKind kind = StepKind::kProject;
  std::optional<StepMode> mode;         ///< kProject only
  std::string ecosystem;                ///< "go", "npm", …
  std::string manager;                  ///< "go", "yarn", …: the row of grammar/packages
  std::optional<bool> manifests_first;  ///< kProject only; nothing = nothing was copied before
  std::string command;                  ///< the simple command, words joined
  std::vector<std::string> manifests;   ///< manifest and lock files seen or expected
  std::vector<std::string> why;         ///< sentences
  /// kProject: the line of the instruction that brought ordinary source from the build context
  /// before it, so that a change of source runs it again; 0 = none did.
  std::uint32_t source_line = 0;
};

/// A command of a RUN and what is known of it.
struct KnownCommand {
  SimpleCommand command;
  std::vector<CommandFact> facts;  ///< empty when nobody knows the command
};
struct RunCommands {
  const Instruction* instruction = nullptr;
  std::vector<KnownCommand> commands;  ///< in the order of the text
  bool all_known = false;              ///< nothing in it could not be read
};

/// A part of a step that could not be read.
struct UnknownPart {
  std::uint32_t line = 0;
  std::string reason;
};

struct StageDependencies {
  std::size_t stage = 0;
  StageRole role = StageRole::kOther;
  std::vector<DependencyStep> steps;  ///< in file order
  std::vector<UnknownPart> unknown;
  std::vector<RunCommands> runs;  ///< its RUN instructions in order, triggered ones included
  std::vector<std::string> why;   ///< why this role, in sentences
  /// Worth an image of its own: it downloads what the project's manifests declare and a change of
  /// ordinary source does not run it again.
  bool is_dependency_stage = false;
};

struct Dependencies {
  std::vector<StageDependencies> stages;  ///< one a stage of the graph, same order
};

/// The step that has downloaded what `step` of `stage` would fetch: one for the same ecosystem that
/// only downloads, before it in its stage or in a stage below. Null when there is none.
const DependencyStep* EarlierDownload(const Graph& graph, const Dependencies& deps,
                                      std::size_t stage, const DependencyStep& step);

Dependencies Detect(const Dockerfile& file, const Graph& graph, const Knowledge& knowledge);

}  // namespace cacheplan
