#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/vocabulary.h"

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
void CheckClassicMissingFeature(Checker& check) {
  if (!check.options.classic) {
    return;
  }
  const auto say = [&](const Instruction& instruction, Span span, std::string message) {
    check.At(RuleId::kClassicMissingFeature, instruction, span,
             {std::move(message), "the classic builder refuses the file",
              "build with BuildKit, or write the file without it"});
  };
  for (const Instruction& outer : check.file.instructions) {
    const Instruction& instruction = outer.trigger == nullptr ? outer : *outer.trigger;
    for (const Flag& flag : instruction.flags) {
      const FlagInfo* info = FindFlagInfo(instruction.keyword, flag.name);
      if (info != nullptr && !info->classic) {
        say(outer, flag.span,
            fmt::format("the classic builder does not read {} --{}",
                        KeywordName(instruction.keyword), flag.name));
      }
    }
    if (!instruction.heredocs.empty()) {
      say(outer, FirstLine(check.file, outer), "the classic builder reads no heredocs");
    }
  }
}

}  // namespace cacheplan::lint
