// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go
// (validateBaseImagesWithDefaultArgs).
#include <optional>

#include <fmt/format.h>

#include "cacheplan/commands.h"
#include "cacheplan/image_ref.h"
#include "cacheplan/shell.h"

#include "src/lint/global_defaults.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckInvalidDefaultArgInFrom(Checker& check) {
  std::optional<GlobalDefaults> globals;
  for (const Stage& stage : check.graph.stages) {
    const Word base = AsFrom(*stage.from).base;
    // The graph has read it as an image, and no ARG can change that.
    if (stage.base.kind == SourceKind::kImage && IsPlain(base.text)) {
      continue;
    }
    if (!globals) {
      globals.emplace(check.file);
    }
    const Expansion name = globals->Expand(base.text);
    if (!globals->ok() || !name.ok()) {
      return;  // the build fails there, and BuildKit looks no further
    }
    if (!ParseImageRef(name.text).ok()) {
      check.At(RuleId::kInvalidDefaultArgInFrom, *stage.from, base.span,
               {fmt::format("Default value for ARG {} results in empty or invalid base image name",
                            base.text),
                "", "give the ARG a default with which the file builds"});
    }
  }
}

}  // namespace cacheplan::lint
