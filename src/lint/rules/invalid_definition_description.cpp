// Source: moby/buildkit frontend/dockerfile/instructions/parse.go (validateDefinitionDescription).
#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/commands.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

void Say(Checker& check, const Instruction& instruction, std::string_view what,
         const std::vector<std::string_view>& names) {
  if (instruction.comments.empty() || names.empty()) {
    return;
  }
  const std::string_view comment = instruction.comments.back();
  const std::string_view first = comment.substr(0, comment.find(' '));
  if (std::find(names.begin(), names.end(), first) != names.end()) {
    return;
  }
  check.At(RuleId::kInvalidDefinitionDescription, instruction, KeywordSpan(instruction),
           {fmt::format("Comment for {} should follow the format: `# {} <description>`", what,
                        names.size() > 1 ? "<arg_key>" : names.front()),
            "", "begin the comment with the name, or put an empty comment line below it"});
}

}  // namespace

void CheckInvalidDefinitionDescription(Checker& check) {
  for (const StageDecl& stage : check.file.stages) {
    if (!stage.name.empty()) {
      Say(check, check.file.instructions[stage.from], "FROM", {stage.name});
    }
  }
  for (const Instruction* arg : check.Instructions(Keyword::kArg)) {
    std::vector<std::string_view> names;
    for (const KeyValue& pair : AsPairs(*arg)) {
      names.push_back(pair.key.text);
    }
    Say(check, *arg, "ARG", names);
  }
}

}  // namespace cacheplan::lint
