// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go
// (validateBaseImagesWithDefaultArgs).
#include <fmt/format.h>

#include "cacheplan/commands.h"
#include "cacheplan/image_ref.h"

#include "src/lint/global_defaults.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckInvalidDefaultArgInFrom(Checker& check) {
  const GlobalDefaults globals(check.file);
  if (!globals.ok()) {
    return;
  }
  for (const Instruction* from : check.Instructions(Keyword::kFrom)) {
    const Word base = AsFrom(*from).base;
    const Expansion name = globals.Expand(base.text);
    if (!name.ok()) {
      return;  // the build fails there, and BuildKit looks no further
    }
    if (!ParseImageRef(name.text).ok()) {
      check.At(RuleId::kInvalidDefaultArgInFrom, *from, base.span,
               {fmt::format("Default value for ARG {} results in empty or invalid base image name",
                            base.text),
                "", "give the ARG a default with which the file builds"});
    }
  }
}

}  // namespace cacheplan::lint
