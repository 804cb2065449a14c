// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go (validateStageNames).
#include <set>

#include <fmt/format.h>

#include "cacheplan/commands.h"
#include "cacheplan/text.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckDuplicateStageName(Checker& check) {
  if (check.file.stages.size() < 2) {
    return;
  }
  std::set<std::string_view> names;
  for (const StageDecl& stage : check.file.stages) {
    if (!stage.name.empty() && !names.insert(stage.name).second) {
      const Instruction& from = check.file.instructions[stage.from];
      check.At(
          RuleId::kDuplicateStageName, from, AsFrom(from).name.span,
          {fmt::format("Duplicate stage name {}, stage names should be unique", Quoted(stage.name)),
           "COPY --from and --target mean the last stage of that name: a plan caches the wrong "
           "one",
           "give one of the two another name"});
    }
  }
}

}  // namespace cacheplan::lint
