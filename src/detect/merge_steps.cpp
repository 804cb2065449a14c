// The commands of one instruction as steps: one for each kind and ecosystem.
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "src/detect/once.h"
#include "src/detect/step_facts.h"

namespace cacheplan::detect {
namespace {

/// The first of equals stays. An instruction may have very many commands.
void KeepOnce(std::vector<std::string_view>& list) {
  OnceTexts once;
  for (const std::string_view text : list) {
    once.Add(text);
  }
  list = once.Take();
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
    // Of one instruction: the same files, seen from another directory by another manager.
    for (std::size_t i = 0; i < std::min(same->files.size(), step.files.size()); ++i) {
      VisibleFile& file = same->files[i];
      file.in_directory = file.in_directory || step.files[i].in_directory;
      file.read = file.read || step.files[i].read;
    }
    same->manifests.insert(same->manifests.end(), step.manifests.begin(), step.manifests.end());
    same->why.insert(same->why.end(), step.why.begin(), step.why.end());
    return;
  }
  steps.push_back(std::move(step));
}

void EndSteps(const Instruction& instruction, std::vector<DependencyStep>& steps) {
  for (auto own = steps.rbegin(); own != steps.rend() && own->instruction == &instruction; ++own) {
    if (own->commands.size() > 1) {  // else nothing was added to it
      KeepOnce(own->manifests);
      KeepOnce(own->why);
    }
  }
}

}  // namespace cacheplan::detect
