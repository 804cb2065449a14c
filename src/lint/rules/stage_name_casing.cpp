// Source: moby/buildkit frontend/dockerfile/instructions/parse.go (isLowerCaseStageName).
#include <fmt/format.h>

#include "cacheplan/commands.h"
#include "cacheplan/text.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckStageNameCasing(Checker& check) {
  for (const Instruction* from : check.Instructions(Keyword::kFrom)) {
    const Word name = AsFrom(*from).name;
    if (name.text.empty()) {
      continue;
    }
    const std::string lower = ToLower(name.text);
    if (name.text == lower) {
      continue;
    }
    check.At(RuleId::kStageNameCasing, *from, name.span,
             {fmt::format("Stage name '{}' should be lowercase", name.text), "",
              fmt::format("write {}: builders lower the name anyway", lower),
              Fix{fmt::format("write {}", lower), true, {{name.span, lower}}}});
  }
}

}  // namespace cacheplan::lint
