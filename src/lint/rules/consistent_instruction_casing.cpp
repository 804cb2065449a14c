// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go (validateCommandCasing).
#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckConsistentInstructionCasing(Checker& check) {
  // ARG lines before the first FROM belong to no stage and do not count.
  if (check.file.stages.empty()) {
    return;
  }
  const std::span<const Instruction> all(check.file.instructions);
  const std::span<const Instruction> counted = all.subspan(check.file.stages.front().from);
  std::size_t lower = 0;
  std::size_t upper = 0;
  for (const Instruction& instruction : counted) {
    const std::string_view name = instruction.name.text;
    // Nearly all are written as the keyword is.
    const bool is_upper =
        name == KeywordName(instruction.keyword) || (!IsLower(name) && IsUpper(name));
    upper += is_upper ? 1 : 0;
    lower += !is_upper && IsLower(name) ? 1 : 0;
  }
  if (upper == counted.size()) {
    return;
  }
  const bool mostly_lower = lower > upper;
  for (const Instruction& instruction : counted) {
    const std::string_view name = instruction.name.text;
    if (mostly_lower ? IsLower(name) : IsUpper(name)) {
      continue;
    }
    const std::string wanted = mostly_lower ? ToLower(name) : ToUpper(name);
    check.At(RuleId::kConsistentInstructionCasing, instruction, KeywordSpan(instruction),
             {fmt::format("Command '{}' should match the case of the command majority ({})", name,
                          mostly_lower ? "lowercase" : "uppercase"),
              "", fmt::format("write {}", wanted),
              Fix{fmt::format("write {}", wanted), true, {{KeywordSpan(instruction), wanted}}}});
  }
}

}  // namespace cacheplan::lint
