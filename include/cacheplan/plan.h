// A plan: the docker commands that let a fresh machine reuse the dependency layers of a Dockerfile.
//
// MakePlan is pure. A Plan is a value: nothing in it depends on this machine, and its JSON form
// (docs/schema/plan.schema.json) read back gives the same plan. The facts behind the rules,
// measured on real engines, are in docs/design.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/graph.h"
#include "cacheplan/result.h"

namespace cacheplan {

/// One enumerator a row of grammar/builders.def: BuilderKind::kClassic.
enum class BuilderKind {
#define BUILDER(id_, ...) k##id_,
#include "grammar/builders.def"
#undef BUILDER
};
struct BuilderInfo {
  BuilderKind kind;
  std::string_view name;
  bool buildkit;
  bool pulls;
  std::string_view help;
};
const std::vector<BuilderInfo>& AllBuilders();
const BuilderInfo& Info(BuilderKind kind);

/// What is pushed when all is built.
enum class PushPolicy {
  kAlways,  ///< the result and the cache images
  kCache,   ///< the cache images alone
  kNever,
};

struct PlanOptions {
  BuilderKind builder = BuilderKind::kDocker;
  std::string context = ".";
  std::string dockerfile;         ///< what follows --file; "" = docker's own default
  std::vector<std::string> tags;  ///< -t, the first one names the repository of cache images
  std::string target;             ///< "" = the last stage
  /// "deps": stages that hold dependencies which no change of source runs again; "tips": the last
  /// stage of every FROM chain that downloads; "all": every stage that the target needs; "none"; or
  /// names of stages. Of several each adds its own. A stage that is called like one of these words
  /// is named in another case: "DEPS".
  std::vector<std::string> stages = {"deps"};
  /// With {stage}, {tag} (of the first -t), {target}, {platform}; "" = REPOSITORY:{stage}.
  std::string cache_image;
  /// Tags of REPOSITORY, and of what `cache_image` is under them, that builds look at as well.
  std::vector<std::string> fallback_tags;
  PushPolicy push = PushPolicy::kAlways;
  std::string platform;
  std::vector<std::string> build_args;  ///< "K=V", or "K": passed by name
  std::vector<std::string> build_contexts;
  std::vector<std::string> secrets;
  std::vector<std::string> ssh;
  std::vector<std::string> no_cache_filter;  ///< names of stages
  /// Words that every build gets as they are: --network host, --add-host …, and what stood after
  /// `--`.
  std::vector<std::string> build_words;
};

enum class PlanStepKind { kPull, kBuild, kPush };
std::string_view Name(PlanStepKind kind);

/// What a build depends on, besides the words that are passed on as they are.
struct BuildInputs {
  std::string context;
  std::string dockerfile;               ///< "" = the context's own
  std::string target;                   ///< "" = the last stage
  std::string platform;                 ///< "" = the engine's own
  std::vector<std::string> build_args;  ///< as given, the plan's own left out
  std::vector<std::string> cache_from;  ///< the images it may reuse, in order
};

struct PlanStep {
  std::string id;  ///< unique: "build-builder"
  PlanStepKind kind = PlanStepKind::kBuild;
  std::string stage;               ///< what it is about; "" for the result of an unnamed last stage
  bool optional = false;           ///< may fail without harm to the others
  std::vector<std::string> needs;  ///< ids of steps that must be over before it starts
  std::vector<std::string> argv;
  std::map<std::string, std::string> env;  ///< on top of the environment it is run in
  std::optional<BuildInputs> inputs;       ///< kBuild alone, and always there
  std::vector<std::string> images;         ///< what it pulls, makes or pushes
  std::string why;                         ///< one or two sentences
};

/// Which image brings a dependency step back on a fresh machine.
struct Coverage {
  std::string stage;
  std::uint32_t line = 0;
  std::string command;
  std::string image;   ///< "" = nothing does
  std::string reason;  ///< when it does, or why nothing does
};

/// What becomes of a stage of the file, and why.
struct PlannedStage {
  std::string stage;  ///< its name, or "stage 2"
  std::uint32_t line = 0;
  std::string image;  ///< what it is kept as; "" = it has no image of its own
  std::string reason;
};

struct Plan {
  std::string dockerfile;  ///< as given; "" = the context's own
  std::string context;
  std::string target;                         ///< the stage's name; "" for an unnamed last one
  std::string builder;                        ///< "classic", "docker"
  std::string cache;                          ///< "image" (classic) or "inline"
  std::map<std::string, std::string> images;  ///< stage -> its cache image
  std::vector<std::string> results;           ///< the -t images
  std::vector<PlanStep> steps;                ///< in an order that respects `needs`
  std::vector<std::string> assumptions;
  std::vector<Coverage> coverage;
  std::vector<PlannedStage> stages;  ///< in file order; empty in a plan of an older program

  friend bool operator==(const Plan&, const Plan&);
};

/// Either a plan, or what stands in its way: findings about the file, or a wrong option.
struct PlanOutcome {
  std::optional<Plan> plan;
  std::vector<Diagnostic> warnings;  ///< with a plan: what in the file keeps it from a better one
  std::vector<Diagnostic> diagnostics;
  Status status;
};
PlanOutcome MakePlan(const Dockerfile& file, const Graph& graph, const Dependencies& deps,
                     const PlanOptions& options);

/// The plan as JSON, version 1, ending in a newline.
std::string PlanToJson(const Plan& plan);
/// Reads such JSON strictly. kInvalid, with the place and what to do, for another version, an
/// unknown key, a wrong type, a repeated id, a need that names no step or one that comes later.
Result<Plan> PlanFromJson(std::string_view text);

/// A step as a POSIX shell reads it: environment first, then the words, quoted where they must be.
std::string ShellCommand(const PlanStep& step);
/// The same for a log: values of build arguments that look secret are left out.
std::string DisplayCommand(const PlanStep& step);

/// The plan in sentences: why each step is there, what is covered, what is assumed.
std::string ExplainPlan(const Plan& plan);

}  // namespace cacheplan
