// What is known of a stage when its role is decided.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/graph.h"

namespace cacheplan::detect {

/// Seen in a stage's own instructions, unless it says otherwise.
struct StageFacts {
  std::size_t instructions = 0;  ///< all but ARG, LABEL, MAINTAINER
  bool compiles = false;
  bool tests = false;
  bool unpacks = false;
  bool copies_source = false;  ///< from the context
  bool copies_all = false;     ///< the whole context
  bool holds_source =
      false;            ///< from the context, the network or another stage; or a base of it does
  bool labels = false;  ///< LABEL
  bool starts = false;  ///< CMD or ENTRYPOINT
  bool mounts = false;  ///< a RUN mounts files of the context that are no archive
  bool runs = false;
  bool runs_unknown = false;       ///< a script that the file does not show
  bool copies_stages_only = true;  ///< no instruction but COPY --from
  bool copies_tests_only = false;  ///< nothing but COPY --from of stages that test
  std::string_view compile_command;
  std::string_view test_command;
  std::string_view tool_command;  ///< builds a third-party tool from its source
  std::string_view started_test;  ///< by CMD and ENTRYPOINT, which start nothing else
  // How others use it.
  bool is_base = false;        ///< a FROM of another stage
  bool is_copied = false;      ///< a --from of another stage
  bool project_above = false;  ///< one of its base stages fetches project dependencies
  bool starts_above = false;   ///< one of its base stages has a CMD or ENTRYPOINT
};

/// Fills in how the stages are used, one fact a stage of the graph.
void NoteUse(const Graph& graph, std::vector<StageFacts>& facts);

/// Everything in it comes from stages that only test: it gathers their results.
/// `before`: what was found in the stages above.
bool CopiesTestsOnly(const Stage& stage, const Dependencies& before);

/// Decides the role and says why.
void DecideRole(const Graph& graph, const Stage& stage, const StageFacts& facts, Arena& arena,
                StageDependencies& stage_dependencies);

/// Says of a stage whose downloads outlast a change of ordinary source that it is one.
void NoteDependencyStage(Arena& arena, StageDependencies& dependencies);

}  // namespace cacheplan::detect
