// Comments of ours that do not what they seem to do.
#include <fmt/format.h>

#include "src/lint/registry.h"
#include "src/lint/suppressions.h"

namespace cacheplan::lint {

void CheckBadSuppression(Checker& check) {
  if (check.comments == nullptr || check.file.instructions.empty()) {
    return;
  }
  for (const Ignore& ignore : check.comments->ignores()) {
    const Instruction& below =
        ignore.below != nullptr ? *ignore.below : check.file.instructions.front();
    const auto report = [&](Span span, std::string message, std::string why) {
      check.AtLine(RuleId::kBadSuppression, below, span, ignore.line,
                   {std::move(message), std::move(why)});
    };
    if (!ignore.error.empty()) {
      report(ignore.span, fmt::format("This comment switches nothing off: {}", ignore.error),
             "what it should hide is reported all the same");
      continue;
    }
    if (!ignore.remark.empty()) {
      report(ignore.span, fmt::format("In this comment {}", ignore.remark),
             "who reads it later cannot tell whether it is still needed");
    }
    for (const Ignore::Word& word : ignore.words) {
      if (word.rules.none()) {
        report(word.span, UnknownRule(check.file.source->Slice(word.span)),
               "the comment switches off less than it seems to");
      }
    }
  }
}

}  // namespace cacheplan::lint
