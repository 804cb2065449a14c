#include "src/detect/stage_ends.h"

#include <utility>

#include "src/detect/limits.h"
#include "src/detect/picked.h"

namespace cacheplan::detect {
namespace {

/// One that was read before; the stage itself or a later one is an error.
bool HasBase(const Stage& stage) {
  return stage.base.kind == SourceKind::kStage && stage.base.stage < stage.index;
}

}  // namespace

StageEnds::StageEnds(const Graph& graph) {
  const std::size_t count = graph.stages.size();
  if (count < 2) {
    return;
  }
  ends_.resize(count);
  source_stages_.assign(count, false);
  copied_.resize(count);
  for (const Stage& stage : graph.stages) {
    if (HasBase(stage)) {
      ++ends_[stage.base.stage].users;
    }
  }
}

StageEnd StageEnds::Begin(const Stage& stage) {
  StageEnd end;
  if (HasBase(stage)) {
    // What the last one built FROM it takes over need not be copied: chains may be long.
    Left& base = ends_[stage.base.stage];
    if (--base.users == 0) {
      end = std::move(base.end);
    } else {
      end.settings = base.end.settings;
      end.project = base.end.project;
      end.starts = base.end.starts;
      end.windows = base.end.windows;
      end.arrivals = base.end.arrivals.Copy();
    }
  } else {
    end.settings.image = VersionOf(stage.base);
  }
  end.arrivals.source_stages = &source_stages_;
  end.arrivals.stages = &copied_;
  return end;
}

void StageEnds::Keep(const Stage& stage, bool is_copied, StageEnd&& end) {
  if (ends_.empty()) {
    return;
  }
  source_stages_[stage.index] = end.arrivals.HoldsSource();
  Left& left = ends_[stage.index];
  if (is_copied && MayBePicked(end.arrivals)) {
    copied_[stage.index] = left.users > 0 ? end.arrivals.Copy() : std::move(end.arrivals);
  }
  if (left.users > 0) {
    left.end = std::move(end);
  }
}

}  // namespace cacheplan::detect
