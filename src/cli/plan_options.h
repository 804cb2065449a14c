// The options that `plan` and `run` share, as docker names them, and what they come to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cacheplan/plan.h"

#include "src/cli/command.h"
#include "src/cli/graph_options.h"

namespace cacheplan::cli {

struct PlanFlags {
  GraphFlags graph;
  std::vector<std::string> packages;
  std::string context;     ///< "" = "."
  std::string dockerfile;  ///< "" = the context's Dockerfile
  std::vector<std::string> tags;
  std::string builder = "docker";
  std::string cache;  ///< "" = the only one that the builder has
  std::string stages = "deps";
  std::string cache_image;
  std::vector<std::string> fallback_tags;
  std::string push = "always";
  std::vector<std::string> secrets;
  std::vector<std::string> ssh;
  std::vector<std::string> no_cache_filter;
  // Passed on to every build.
  std::string network;
  std::string shm_size;
  bool pull = false;
  std::vector<std::string> add_hosts;
  std::vector<std::string> labels;
  std::vector<std::string> ulimits;
};
/// What --builder may be, here and where rules differ by builder.
std::vector<std::string> BuilderNames();
void AddPlanOptions(CLI::App& app, PlanFlags& flags);

/// What a command goes on with: a plan, or an exit status after everything was said on `io.err`.
struct PlanAttempt {
  std::shared_ptr<const Source> source;
  std::optional<Plan> plan;
  int status = 0;
};
PlanAttempt PlanFromFlags(const PlanFlags& flags, Io& io);

}  // namespace cacheplan::cli
