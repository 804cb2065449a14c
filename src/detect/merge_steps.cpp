// The commands of one instruction as steps: one for each kind and ecosystem.
#include <algorithm>
#include <string_view>
#include <vector>

#include "src/detect/once.h"
#include "src/detect/step_facts.h"

namespace cacheplan::detect {
namespace {

/// The first of equals stays. An instruction may have very many commands.
void KeepOnce(ArenaList<std::string_view>& list) {
  constexpr std::size_t kFew = 16;
  if (list.size() <= kFew) {
    std::string_view* end = list.begin();
    for (const std::string_view text : list) {
      if (std::find(list.begin(), end, text) == end) {
        *end++ = text;
      }
    }
    list.Shrink(end);
    return;
  }
  OnceTexts once;
  for (const std::string_view text : list) {
    once.Add(text);
  }
  list.Shrink(std::copy(once.list().begin(), once.list().end(), list.begin()));
}

}  // namespace

void MergeLast(Arena& arena, std::vector<DependencyStep>& steps) {
  DependencyStep& step = steps.back();
  // Steps of one instruction stand together at the end.
  for (auto same = steps.rbegin() + 1;
       same != steps.rend() && same->instruction == step.instruction; ++same) {
    if (same->kind != step.kind || same->ecosystem != step.ecosystem) {
      continue;
    }
    if (same->manifests_first == true && step.manifests_first == false) {
      same->manifests_first = false;
    }
    if (!same->source) {
      same->source = step.source;
    }
    same->commands.Append(arena, step.commands);
    // Of one instruction: the same files, seen from another directory by another manager.
    for (std::size_t i = 0; i < std::min(same->files.size(), step.files.size()); ++i) {
      VisibleFile& file = same->files[i];
      file.in_directory = file.in_directory || step.files[i].in_directory;
      file.read = file.read || step.files[i].read;
    }
    same->manifests.Append(arena, step.manifests);
    same->why.Append(arena, step.why);
    steps.pop_back();
    return;
  }
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
