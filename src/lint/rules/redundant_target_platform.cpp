// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go
// (reportRedundantTargetPlatform).
#include <fmt/format.h>

#include "cacheplan/commands.h"

#include "src/lint/global_defaults.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckRedundantTargetPlatform(Checker& check) {
  for (const Instruction* from : check.Instructions(Keyword::kFrom)) {
    const Flag* platform = AsFrom(*from).platform;
    if (platform == nullptr || !platform->value) {
      continue;
    }
    const GlobalDefaults& globals = check.Globals();
    const Expansion value = globals.Expand(*platform->value);
    if (value.matched.size() != 1 || value.matched.front() != "TARGETPLATFORM" ||
        !value.unmatched.empty() || value.text != globals.Find("TARGETPLATFORM")) {
      continue;
    }
    // The blanks up to the next word go with the flag.
    const std::string_view text = check.file.source->text();
    const std::uint32_t begin = platform->span.begin;
    std::uint32_t end = platform->span.end;
    while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) {
      ++end;
    }
    check.At(RuleId::kRedundantTargetPlatform, *from, platform->span,
             {fmt::format("Setting platform to predefined {} in FROM is redundant as this is the "
                          "default behavior",
                          *platform->value),
              "", "leave the flag out", Fix{"leave the flag out", true, {{{begin, end}, ""}}}});
  }
}

}  // namespace cacheplan::lint
