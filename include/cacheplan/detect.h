// Which steps download dependencies, what each stage is for, and why we say so.
//
// Pure: reads the tree, the graph and the package knowledge. Every answer carries its evidence;
// what could not be read (a local script, a variable command) is listed as unknown, not guessed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cacheplan/arena.h"
#include "cacheplan/diagnostic.h"
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

/// How a file came to where a step sees it.
enum class Arrived {
  kCopied,     ///< COPY or ADD from the build context
  kMounted,    ///< a bind mount of the step itself
  kFromStage,  ///< COPY --from, or a bind mount from another stage or image
  kWritten,    ///< a here-document or a command (`> FILE`) of the Dockerfile itself writes it
};

// Texts in these values are views: into the Dockerfile, the graph, the knowledge or the arena of
// the Dependencies that they belong to.

/// A manifest, lock file or configuration of a step's ecosystem that the step can see.
struct VisibleFile {
  std::string_view path;   ///< as it was copied: "web/package*.json"
  std::string_view place;  ///< where it stands in the stage, absolute; "" when that cannot be told
  std::string_view name;   ///< what it is called there
  std::string_view manager;  ///< the row of grammar/packages that reads it
  FileKind kind = FileKind::kManifest;
  Arrived how = Arrived::kCopied;
  const Instruction* instruction = nullptr;  ///< the COPY, ADD or RUN that brought it
  bool in_directory = true;  ///< where its command looks for it, or that cannot be told
  bool read = true;          ///< false for a lock file of another manager than the step's
};

/// What lets a change of ordinary source run a step again.
enum class SourceCause {
  kCopied,     ///< COPY or ADD of source from the build context, here or in a base stage
  kMounted,    ///< a bind mount of the step itself, or of a RUN before it
  kFromStage,  ///< source by COPY --from, or by a mount from another stage
  kFetched,    ///< source by git clone, curl or ADD of a URL, earlier or in the same RUN
};
struct SourceTrigger {
  SourceCause cause = SourceCause::kCopied;
  std::string_view what;                     ///< ".", "COPY --from=build", "git clone https://…"
  const Instruction* instruction = nullptr;  ///< the first one that brings source
};

/// Whether a lock file is among what a step sees.
enum class LockState {
  kNone,     ///< the package manager has none, or has one only where a project asks for it
  kSeen,     ///< one is visible
  kMissing,  ///< manifests are visible one by one, and no lock file is among them
  kUnknown,  ///< it may have come with the source, or with the base image
};
std::string_view Name(Arrived how);        ///< "copied" …
std::string_view Name(SourceCause cause);  ///< "copied" …
std::string_view Name(LockState state);    ///< "none", "seen" …
std::string_view Name(FileKind kind);      ///< "manifest", "lock", "config"

/// One command of a step: a step has several where an instruction calls managers of one ecosystem
/// more than once.
struct StepCommand {
  std::string_view text;  ///< the simple command, words joined
  Span span;  ///< where it stands in the file, its sudo or env included; of a script in a
              ///< word (`sh -c '…'`) that word; in exec form all arguments
  std::string_view manager;
  Activity activity = Activity::kProject;
  std::string_view directory;  ///< where it works, absolute; "" when that cannot be told
  std::span<const std::string_view> packages;   ///< its words after the verb
  std::span<const std::string_view> manifests;  ///< what the command line names (`-r FILE`)
  LockState lock = LockState::kNone;            ///< project commands only
  Texts locks;                     ///< the manager's lock files: those missing for kMissing
  bool needs_lock = false;         ///< without a lock file it fails
  bool lock_is_checksums = false;  ///< the manifests fix the versions, the lock file checks them
  bool names_files = false;        ///< its words are the files that it installs: CommandFact
  bool frozen = false;             ///< it fails rather than resolve anew, or resolves nothing
  /// The flag or command that would make it so ("--frozen-lockfile", "npm ci"); "" when it is
  /// frozen or may be, or when the manager has no such form.
  std::string_view frozen_form;
  bool no_dependencies = false;  ///< it fetches at most what its build itself requires
  /// It resolves what the source imports and fetches nothing with its manifests alone: the command
  /// that does ("go mod download"); else "".
  std::string_view manifests_form;
  bool without_manifests = false;  ///< CommandFact::without_manifests
};

/// One instruction that downloads third-party things of one kind and ecosystem.
struct DependencyStep {
  const Instruction* instruction = nullptr;
  std::uint32_t line = 0;
  StepKind kind = StepKind::kProject;
  std::optional<StepMode> mode;  ///< kProject only
  std::string_view ecosystem;    ///< "go", "npm", …
  std::string_view manager;  ///< "go", "yarn", …: the row of grammar/packages; or "annotation"
  std::optional<bool> manifests_first;    ///< kProject only; nothing = nothing was copied before
  std::string_view command;               ///< the simple command, words joined
  ArenaList<std::string_view> manifests;  ///< manifest and lock files seen or expected
  ArenaList<std::string_view> why;        ///< sentences
  /// kProject: the line of the instruction that brought ordinary source from the build context
  /// before it, so that a change of source runs it again; 0 = none did.
  std::uint32_t source_line = 0;
  bool annotated = false;  ///< a `# cacheplan: deps=…` above the instruction names or corrects it
  ArenaList<StepCommand> commands;  ///< in order; empty where an annotation alone names the step
  ArenaList<VisibleFile> files;     ///< kProject: of its ecosystem that it sees; bind mounts first
  std::size_t files_left_out = 0;   ///< that are too many for `files`
  std::optional<SourceTrigger> source;  ///< of any kind: a change of ordinary source runs it again
  /// kProject: what brings the manifests that it reads where they come with other files, to the
  /// folders that its commands work in; the first few. None where all that came lies elsewhere.
  ArenaList<SourceTrigger> bringers;
  /// No project's step, with a `source`: nothing in its instruction can read a copied file, so that
  /// the source before it is too early.
  bool needs_no_source = false;
  /// The same of its own commands and those before them alone: in an instruction of their own they
  /// could stand before the source, and nothing below them removes what they install.
  bool install_needs_no_source = false;
  std::string_view build_command;  ///< kProject: the first that builds or tests; "" = none does
};

/// A command of a RUN and what is known of it.
struct KnownCommand {
  SimpleCommand command;
  std::span<const CommandFact> facts;  ///< empty when nobody knows the command
};
struct RunCommands {
  const Instruction* instruction = nullptr;
  std::span<const KnownCommand> commands;  ///< in the order of the text
  bool all_known = false;                  ///< nothing in it could not be read
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
  std::vector<RunCommands> runs;    ///< its RUN instructions in order, triggered ones included
  ArenaList<std::string_view> why;  ///< why this role, in sentences
  /// Worth an image of its own: it downloads what the project's manifests declare and a change of
  /// ordinary source does not run it again.
  bool is_dependency_stage = false;
};

/// What Detect found. It must not outlive the Dockerfile, the graph and the knowledge.
struct Dependencies {
  Arena arena;  ///< holds the commands, but for what are views into the Dockerfile
  std::vector<StageDependencies> stages;  ///< one a stage of the graph, same order
  std::vector<Diagnostic> diagnostics;    ///< annotations that cannot be read: CP4xx
};

/// Where a command of a RUN stands in the file, its sudo or env included; the whole argument of the
/// instruction where that cannot be told.
Span CommandSpan(const Dockerfile& file, const Instruction& run, const SimpleCommand& command);

Dependencies Detect(const Dockerfile& file, const Graph& graph, const Knowledge& knowledge);

/// Dependencies::diagnostics alone, without reading a command.
std::vector<Diagnostic> CheckAnnotations(const Dockerfile& file, const Knowledge& knowledge);

}  // namespace cacheplan
