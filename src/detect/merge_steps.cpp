// The commands of one instruction as steps: one for each kind and ecosystem.
#include <algorithm>
#include <string_view>
#include <vector>

#include "src/detect/once.h"
#include "src/detect/step_facts.h"

namespace cacheplan::detect {

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

DependencyStep& StepOf(const Instruction& instruction, StepKind kind, std::string_view ecosystem,
                       std::vector<DependencyStep>& steps) {
  for (auto same = steps.rbegin(); same != steps.rend() && same->instruction == &instruction;
       ++same) {
    if (same->kind == kind && same->ecosystem == ecosystem) {
      return *same;
    }
  }
  DependencyStep& step = steps.emplace_back();
  step.instruction = &instruction;
  step.line = instruction.start_line;
  step.kind = kind;
  step.ecosystem = ecosystem;
  return step;
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
