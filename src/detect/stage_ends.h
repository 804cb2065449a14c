// What stages leave to those that are built from them, or copy from them.
#pragma once

#include <cstddef>
#include <vector>

#include "cacheplan/graph.h"

#include "src/detect/arrivals.h"
#include "src/detect/run_commands.h"

namespace cacheplan::detect {

/// A stage after its last instruction.
struct StageEnd {
  Arrivals arrivals;
  Settings settings;
  bool project = false;  ///< it or a base stage of it fetches project dependencies
  bool starts = false;   ///< it or a base stage of it has a CMD or ENTRYPOINT
  bool windows = false;  ///< its default shell is cmd
};

/// The ends of the stages of one file, which are read in their order.
class StageEnds {
 public:
  /// `graph` must outlive it.
  explicit StageEnds(const Graph& graph);
  StageEnds(const StageEnds&) = delete;
  StageEnds& operator=(const StageEnds&) = delete;

  /// What the stage begins with: the end of the one that it is built from, or nothing. It looks
  /// into this.
  StageEnd Begin(const Stage& stage);
  /// `is_copied`: other stages copy from it.
  void Keep(const Stage& stage, bool is_copied, StageEnd&& end);

 private:
  struct Left {
    StageEnd end;
    std::size_t users = 0;  ///< stages still to come that are built FROM it
  };
  // A stage that is alone in its file leaves nothing to others: then all are empty.
  std::vector<Left> ends_;
  std::vector<bool> source_stages_;  ///< what was read of each says that it holds source
  std::vector<Arrivals> copied_;     ///< what those leave that others copy from
};

}  // namespace cacheplan::detect
