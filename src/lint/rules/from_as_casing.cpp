// Source: moby/buildkit frontend/dockerfile/instructions/parse.go (doesFromCaseMatchAsCase).
#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckFromAsCasing(Checker& check) {
  for (const Instruction* from : check.Instructions(Keyword::kFrom)) {
    if (from->args.size() < 3 || (from->name.text == "FROM" && from->args[1].text == "AS")) {
      continue;  // as most are
    }
    const bool lower = IsLower(from->name.text);
    if (!lower && !IsUpper(from->name.text)) {
      continue;
    }
    const Word& as = from->args[1];
    const std::string wanted = lower ? ToLower(as.text) : ToUpper(as.text);
    if (as.text == wanted) {
      continue;
    }
    check.At(RuleId::kFromAsCasing, *from, as.span,
             {fmt::format("'{}' and '{}' keywords' casing do not match", as.text, from->name.text),
              "", fmt::format("write {}", wanted),
              Fix{fmt::format("write {}", wanted), true, {{as.span, wanted}}}});
  }
}

}  // namespace cacheplan::lint
