#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert_copy.go.
void CheckLinkLostByChmod(Checker& check) {
  for (const Keyword keyword : {Keyword::kCopy, Keyword::kAdd}) {
    for (const Instruction* copy : check.Instructions(keyword)) {
      const Flag* link = FindFlag(*copy, "link");
      const Flag* chmod = FindFlag(*copy, "chmod");
      const bool linked = link != nullptr && (!link->value || *link->value == "true");
      if (!linked || chmod == nullptr || !chmod->value || chmod->value->empty()) {
        continue;
      }
      check.At(
          RuleId::kLinkLostByChmod, *copy, link->span,
          {"--link has no effect beside --chmod",
           "the copy becomes an ordinary step on top of the ones above: a change of those runs it "
           "again, which --link was to prevent",
           "set the mode in the stage that the files come from, or in the working tree"});
    }
  }
}

}  // namespace cacheplan::lint
