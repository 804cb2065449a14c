// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go (reservedStageNames).
#include <fmt/format.h>

#include "cacheplan/commands.h"
#include "cacheplan/text.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckReservedStageName(Checker& check) {
  for (const StageDecl& stage : check.file.stages) {
    if (stage.name == "context" || stage.name == "scratch") {
      const Instruction& from = check.file.instructions[stage.from];
      check.At(RuleId::kReservedStageName, from, AsFrom(from).name.span,
               {fmt::format("Stage name should not use the same name as reserved stage {}",
                            Quoted(stage.name)),
                "", "give the stage another name"});
    }
  }
}

}  // namespace cacheplan::lint
