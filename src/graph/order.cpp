#include <algorithm>
#include <utility>

#include "cacheplan/graph.h"
#include "cacheplan/text.h"

namespace cacheplan {
namespace {

/// Stages that `start` needs, each after all it needs, `start` last. Without recursion: a file may
/// have a hundred thousand stages in one chain. A circle is left where it closes.
std::vector<std::size_t> PostOrder(const std::vector<Stage>& stages, std::size_t start) {
  std::vector<std::size_t> order;
  std::vector<bool> seen(stages.size(), false);
  std::vector<std::pair<std::size_t, std::size_t>> open = {{start, 0}};  // stage, next edge
  seen[start] = true;
  while (!open.empty()) {
    const std::size_t stage = open.back().first;
    if (open.back().second == stages[stage].edges.size()) {
      order.push_back(stage);
      open.pop_back();
      continue;
    }
    const StageSource& source = stages[stage].edges[open.back().second++].source;
    if (source.kind == SourceKind::kStage && !seen[source.stage]) {
      seen[source.stage] = true;
      open.emplace_back(source.stage, 0);
    }
  }
  return order;
}

/// The same, looked for where most files have it.
[[gnu::noinline]] std::vector<std::size_t> FileOrder(const std::vector<Stage>& stages,
                                                     std::size_t stage) {
  // Where every edge points back, which is all that a builder accepts, file order is such an order.
  std::vector<std::size_t> needs(stage + 1, kNoStage);
  needs[stage] = stage;
  for (std::size_t end = stage + 1; end > 0; --end) {
    const std::size_t i = end - 1;
    if (needs[i] == kNoStage) {
      continue;
    }
    for (const Edge& edge : stages[i].edges) {
      if (edge.source.kind != SourceKind::kStage) {
        continue;
      }
      if (edge.source.stage >= i) {
        return PostOrder(stages, stage);
      }
      needs[edge.source.stage] = edge.source.stage;
    }
  }
  std::erase(needs, kNoStage);
  return needs;
}

}  // namespace

std::string Stage::Label() const { return name.empty() ? "stage " + std::to_string(index) : name; }

std::vector<std::size_t> Graph::BaseChain(std::size_t stage) const {
  std::vector<std::size_t> chain;
  // A base is always an earlier stage, so this ends.
  for (std::size_t at = stage; at != kNoStage;
       at = stages[at].base.kind == SourceKind::kStage ? stages[at].base.stage : kNoStage) {
    chain.push_back(at);
  }
  return chain;
}

std::vector<std::size_t> Graph::Needs(std::size_t stage) const {
  const bool others = std::ranges::any_of(
      stages[stage].edges, [](const Edge& edge) { return edge.source.kind == SourceKind::kStage; });
  if (!others) {  // most files have one stage
    return {stage};
  }
  return FileOrder(stages, stage);
}

const Stage* Graph::Find(std::string_view name) const {
  const std::string lower = ToLower(name);
  for (auto it = stages.rbegin(); it != stages.rend(); ++it) {
    if (!it->name.empty() && it->name == lower) {
      return &*it;
    }
  }
  return nullptr;
}

}  // namespace cacheplan
