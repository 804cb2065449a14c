// The commands of one instruction as steps: one for each kind and ecosystem.
#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "src/detect/step_facts.h"

namespace cacheplan::detect {
namespace {

/// The first of equals stays. An instruction may have very many commands.
void KeepOnce(std::vector<std::string_view>& list) {
  constexpr std::size_t kFew = 16;
  std::unordered_set<std::string_view> seen;
  std::size_t kept = 0;
  for (const std::string_view item : list) {
    const auto end = list.begin() + static_cast<std::ptrdiff_t>(kept);
    const bool again =
        list.size() <= kFew ? std::find(list.begin(), end, item) != end : !seen.insert(item).second;
    if (!again) {
      list[kept++] = item;
    }
  }
  list.resize(kept);
}

}  // namespace

void AddStep(DependencyStep step, std::vector<DependencyStep>& steps) {
  // Steps of one instruction stand together at the end.
  for (auto same = steps.rbegin(); same != steps.rend() && same->instruction == step.instruction;
       ++same) {
    if (same->kind != step.kind || same->ecosystem != step.ecosystem) {
      continue;
    }
    if (same->manifests_first == true && step.manifests_first == false) {
      same->manifests_first = false;
    }
    if (!same->source) {
      same->source = step.source;
    }
    for (StepCommand& command : step.commands) {
      same->commands.push_back(command);
    }
    // Of one instruction: the same files, seen from another directory.
    for (std::size_t i = 0; i < std::min(same->files.size(), step.files.size()); ++i) {
      same->files[i].in_directory = same->files[i].in_directory || step.files[i].in_directory;
    }
    same->manifests.insert(same->manifests.end(), step.manifests.begin(), step.manifests.end());
    same->why.insert(same->why.end(), step.why.begin(), step.why.end());
    return;
  }
  steps.push_back(std::move(step));
}

void EndSteps(const Instruction& instruction, std::vector<DependencyStep>& steps) {
  for (auto own = steps.rbegin(); own != steps.rend() && own->instruction == &instruction; ++own) {
    KeepOnce(own->manifests);
    KeepOnce(own->why);
  }
}

}  // namespace cacheplan::detect
