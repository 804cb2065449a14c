// The steps from options to a plan, one function each. Private to this layer.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cacheplan/downloads.h"
#include "cacheplan/plan.h"

namespace cacheplan::plan {

/// What is asked of single RUN instructions again and again.
struct RunFacts {
  MountedRuns mounted;
  std::unordered_set<const Instruction*> compile_tools;  ///< `go install TOOL@VERSION`
};
RunFacts FindRunFacts(const Graph& graph, const Dependencies& deps);

/// What every part reads.
struct Inputs {
  const Dockerfile& file;
  const Graph& graph;
  const Dependencies& deps;
  const PlanOptions& options;
  RunFacts runs;
};

/// The stages that get an image of their own, in file order.
struct StageChoice {
  std::vector<std::size_t> stages;
  std::vector<Diagnostic> diagnostics;
  std::vector<Diagnostic> warnings;  ///< on what --stages deps leaves out and need not
  Status status;
};
StageChoice ChooseStages(const Inputs& in);
/// deps, tips, all, none: what is no name.
bool IsStagesWord(std::string_view word);
/// True when the word is among those of --stages.
bool Asks(const PlanOptions& options, std::string_view word);
/// The value of --stages that takes the stage as well as what is taken now: "deps,NAME".
std::string StagesWith(const PlanOptions& options, std::string_view name);
/// The stages that the builder really builds for the target: those it needs, or, for the classic
/// builder, all that stand above it.
std::vector<std::size_t> BuiltStages(const Inputs& in);

/// What the chosen builder cannot do with this file (findings) or with these options (status).
std::vector<Diagnostic> CheckFeatures(const Inputs& in);
Status CheckOptions(const Inputs& in);

/// The stage that a word of --no-cache-filter means to BuildKit: by its name, or "stage-2" for one
/// without. Null where there is none.
const Stage* FilteredStage(const Graph& graph, std::string_view word);

/// True when --build-arg names it, with a value or without.
bool IsGiven(const PlanOptions& options, std::string_view name);
/// TARGETARCH and its kin, which only BuildKit gives a value.
bool IsPlatformArg(std::string_view name);

/// Names of images.
struct Images {
  std::string repository;              ///< of the first -t
  std::vector<std::string> results;    ///< the -t images
  std::vector<std::string> fallbacks;  ///< other results: REPOSITORY:TAG
  struct Stage {
    std::size_t stage;
    std::string name;                    ///< the stage's name
    std::string image;                   ///< its cache image
    std::vector<std::string> fallbacks;  ///< the same under the fallback tags
  };
  std::vector<Stage> stages;  ///< in file order
  /// Of the classic builder, which runs every stage above its target: those without an image of
  /// their own that several builds come past. Each is built once and named to the later builds, and
  /// stays on the machine. In file order.
  std::vector<Stage> locals;
  Status status;
};
Images NameImages(const Inputs& in, const std::vector<std::size_t>& stages);

/// Those of all stages that have one, in file order. Views into the graph.
std::vector<std::string_view> StageNames(const Graph& graph);
/// --target takes a name, and of two stages of one name the last.
bool CanBeTarget(const Inputs& in, std::size_t index);
/// The stages that each build of several runs again for the classic builder, unless their images
/// are named: they have a RUN, stand above the last of `kept` and are in none of its images.
std::vector<std::size_t> PassedStages(const Inputs& in, const std::vector<std::size_t>& kept);

/// True when the stage itself downloads something.
bool Downloads(const Inputs& in, std::size_t stage);
/// The step for which `--stages deps` takes the stage, if it can; null where there is none.
const DependencyStep* WorthKeeping(const Inputs& in, std::size_t stage);
/// COPY, or an ADD of files, from the build context.
bool CopiesContext(const Step& step);
/// True when every change of the source runs the step again, so that no image brings it back.
bool RunsWithSource(const DependencyStep& step);

// ---- words of sentences (words.cpp)

/// The command that stands for the step: of a RUN that upgrades and installs packages of the
/// system, the one that installs.
std::string CommandOf(const DependencyStep& step);
/// The command for which the step's instruction builds, where that is another one; else "".
std::string OtherBuild(const DependencyStep& step);
/// "a, b and 3 more".
std::string Listed(std::span<const std::string_view> items);
/// "line 5 brings", "lines 5, 7 and 3 more bring": what of a stage is not known. "" for nothing.
std::string UnknownBringing(const StageDependencies& deps);
/// The variables that a text names: "a$b${c:-d}" -> b, c.
std::vector<std::string_view> Variables(std::string_view text);

/// A build argument that a stage declares and that has another value in another build.
struct VaryingArg {
  std::uint32_t line = 0;  ///< of its ARG; 0 = there is none
  std::string_view name;
};

/// Where the layers of each stage are kept, and what may keep them from coming back.
class Layers {
 public:
  Layers(const Inputs& in, const Images& images);

  /// The stage whose image holds the layers of `stage`: itself, else one built FROM it, the first
  /// in file order, else the target. kNoStage where there is none.
  [[nodiscard]] std::size_t Holder(std::size_t stage) const { return kept_[stage].holder; }
  /// That image; "" where there is none.
  [[nodiscard]] const std::string& Image(std::size_t stage) const;
  /// The line of the first COPY or ADD from the build context below `line` in the image that holds
  /// `stage`, if a RUN stands below that again; 0 = there is none.
  [[nodiscard]] std::uint32_t CopyBelow(std::size_t stage, std::uint32_t line) const;
  /// What lets a RUN at `line` of `stage` differ between the build that keeps its layer and the
  /// one of the result.
  [[nodiscard]] VaryingArg DiffersInResult(std::size_t stage, std::uint32_t line) const;
  /// The same for what differs from one day to the next: SOURCE_DATE_EPOCH.
  [[nodiscard]] VaryingArg DiffersByTime(std::size_t stage, std::uint32_t line) const;
  /// The build arguments whose values the step depends on, but for those two and what only tells
  /// of the platform. Of those with a value in the file: the ones that its text names, or that the
  /// plan gives.
  [[nodiscard]] std::vector<std::string_view> Arguments(std::size_t stage,
                                                        const Instruction& instruction) const;

 private:
  struct Kept {
    std::size_t holder = kNoStage;
    std::vector<std::uint32_t> copies;  ///< lines that CopyBelow finds in the stage itself
    std::uint32_t copy_above = 0;       ///< the first such in the stages between it and the holder
  };
  /// An ARG that may have another value in another build.
  struct Argument {
    std::uint32_t line = 0;
    std::string_view name;
    bool open = false;  ///< the file gives it no value, or the plan gives it one
  };
  struct Declared {
    VaryingArg target;  ///< TARGETSTAGE, in the stage or in one below
    VaryingArg time;
    std::vector<Argument> arguments;  ///< of the stage and those below; not all of very many
  };
  void Spread(std::size_t stage);
  void ReadArgs(const Stage& stage, bool buildkit);
  void ReadArg(const Instruction& instruction, bool buildkit, Declared& own) const;
  [[nodiscard]] VaryingArg Above(VaryingArg Declared::*which, std::size_t stage,
                                 std::uint32_t line) const;

  const Inputs& in_;
  std::vector<std::string> names_;  ///< of the image of each stage that has one
  std::vector<Kept> kept_;
  std::vector<Declared> declared_;
};

void AddSteps(const Inputs& in, const Images& images, Plan& plan);
void AddStages(const Inputs& in, const Images& images, const Layers& layers, Plan& plan);
/// `warnings`: what of it the user can mend.
void AddCoverage(const Inputs& in, const Layers& layers, Plan& plan,
                 std::vector<Diagnostic>& warnings);
void AddAssumptions(const Inputs& in, const Images& images, const Layers& layers, Plan& plan);

/// The result's own last image is worth reusing: a step of the target itself downloads, or nothing
/// else is there to reuse. With BuildKit it always is.
bool ReusesResult(const Inputs& in, const Images& images);

}  // namespace cacheplan::plan
