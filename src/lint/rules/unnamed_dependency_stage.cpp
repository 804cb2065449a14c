#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// "deps", or "deps-2" where a stage has that name.
std::string FreeName(const Graph& graph, std::size_t taken) {
  for (std::size_t number = 1 + taken;; ++number) {
    std::string name = number == 1 ? "deps" : fmt::format("deps-{}", number);
    if (graph.Find(name) == nullptr) {
      return name;
    }
  }
}

}  // namespace

void CheckUnnamedDependencyStage(Checker& check) {
  std::size_t named = 0;
  for (const StageDependencies& deps : check.deps.stages) {
    const Stage& stage = check.graph.stages[deps.stage];
    const bool last = deps.stage + 1 == check.graph.stages.size();
    if (!deps.is_dependency_stage || !stage.name.empty() || last || !stage.reachable) {
      continue;
    }
    const std::string name = FreeName(check.graph, named++);
    const Word& base = stage.from->args.front();
    check.At(RuleId::kUnnamedDependencyStage, *stage.from, FirstLine(check.file, *stage.from),
             {"this stage downloads dependencies and has no name",
              "--target takes names alone, so no plan can build and keep this stage on its own: a "
              "fresh machine downloads everything again",
              fmt::format("write AS {} after the image", name),
              Fix{fmt::format("name it {}", name),
                  true,
                  {{{base.span.end, base.span.end}, fmt::format(" AS {}", name)}}}});
  }
}

}  // namespace cacheplan::lint
