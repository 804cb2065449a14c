// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go
// (validateBaseImagesWithDefaultArgs).
#include <fmt/format.h>

#include "cacheplan/commands.h"
#include "cacheplan/image_ref.h"

#include "src/lint/global_defaults.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {

namespace {

/// The graph has found the base to be an image's name, just as it is written.
bool IsImageAsWritten(const Stage& stage, std::string_view base) {
  const bool image =
      stage.base.kind == SourceKind::kImage || stage.base.kind == SourceKind::kScratch;
  return image && stage.base.name.text == base;
}

}  // namespace

void CheckInvalidDefaultArgInFrom(Checker& check) {
  const GlobalDefaults& globals = check.Globals();
  if (!globals.ok()) {
    return;
  }
  const std::vector<Stage>& stages = check.graph.stages;
  std::size_t next = 0;
  for (const Instruction* from : check.Instructions(Keyword::kFrom)) {
    const Word base = AsFrom(*from).base;
    if (next < stages.size() && stages[next].from == from &&
        IsImageAsWritten(stages[next++], base.text)) {
      continue;
    }
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
