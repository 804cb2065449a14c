// The steps from options to a plan, one function each. Private to this layer.
#pragma once

#include <string>
#include <vector>

#include "cacheplan/plan.h"

namespace cacheplan::plan {

/// What every part reads.
struct Inputs {
  const Dockerfile& file;
  const Graph& graph;
  const Dependencies& deps;
  const PlanOptions& options;
};

/// The stages that get an image of their own, in file order.
struct StageChoice {
  std::vector<std::size_t> stages;
  std::vector<Diagnostic> diagnostics;
  Status status;
};
StageChoice ChooseStages(const Inputs& in);
/// The stages that the builder really builds for the target: those it needs, or, for the classic
/// builder, all that stand above it.
std::vector<std::size_t> BuiltStages(const Inputs& in);

/// What the chosen builder cannot do with this file (findings) or with these options (status).
std::vector<Diagnostic> CheckFeatures(const Inputs& in);
Status CheckOptions(const Inputs& in);

/// True when --build-arg names it, with a value or without.
bool IsGiven(const PlanOptions& options, std::string_view name);
/// TARGETARCH and its kin, which only BuildKit gives a value.
bool IsPlatformArg(std::string_view name);

/// Names of images.
struct Images {
  std::string repository;              ///< of the first -t
  std::vector<std::string> results;    ///< the -t images
  std::vector<std::string> fallbacks;  ///< older results: REPOSITORY:TAG
  struct Stage {
    std::size_t stage;
    std::string name;                    ///< the stage's name
    std::string image;                   ///< its cache image
    std::vector<std::string> fallbacks;  ///< REPOSITORY:STAGE-TAG
  };
  std::vector<Stage> stages;  ///< in file order
  Status status;
};
Images NameImages(const Inputs& in, const std::vector<std::size_t>& stages);

/// True when the stage itself downloads something.
bool Downloads(const Inputs& in, std::size_t stage);

void AddSteps(const Inputs& in, const Images& images, Plan& plan);
void AddCoverage(const Inputs& in, const Images& images, Plan& plan);
void AddAssumptions(const Inputs& in, const Images& images, Plan& plan);

/// The result's own last image is worth reusing: a step of the target itself downloads, or nothing
/// else is there to reuse. With BuildKit it always is.
bool ReusesResult(const Inputs& in, const Images& images);

}  // namespace cacheplan::plan
