#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

bool IsRoot(std::string_view user) {
  const std::string_view name = user.substr(0, user.find(':'));
  return name == "root" || name == "0";
}

bool IsNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// What follows `key` ("uid=") in the value of a mount, up to the comma; nothing without it.
std::optional<std::string_view> Field(std::string_view value, std::string_view key) {
  const std::size_t at = value.find(key);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view rest = value.substr(at + key.size());
  return rest.substr(0, rest.find(','));
}

/// Who owns the mount, where that is plainly not the user: "root", or a number. "" where the user
/// may well write to it.
std::string_view OtherOwner(const Mount& mount, std::string_view user) {
  const std::string_view value = mount.flag->value.value_or("");
  const std::string_view mode = Field(value, "mode=").value_or("0755");  // which it has by itself
  if (mount.type != MountType::kCache || !mount.from.empty() || (mode != "0755" && mode != "755")) {
    return {};
  }
  const std::string_view uid = Field(value, "uid=").value_or("0");
  if (uid == "0") {
    return "root";
  }
  const std::string_view name = user.substr(0, user.find(':'));
  return IsNumber(uid) && IsNumber(name) && uid != name ? uid : std::string_view();
}

}  // namespace

void CheckCacheMountOwner(Checker& check) {
  const std::span<const StepRef> runs = check.Steps(Keyword::kRun);
  if (check.Steps(Keyword::kUser).empty() ||
      std::none_of(runs.begin(), runs.end(),
                   [](const StepRef& run) { return HasMounts(run.instruction()); })) {
    return;
  }
  // The last USER of each stage so far, its base stages included.
  std::vector<std::string_view> users(check.graph.stages.size());
  for (const Stage& stage : check.graph.stages) {
    std::string_view user = stage.base.kind == SourceKind::kStage && stage.base.stage < stage.index
                                ? users[stage.base.stage]
                                : std::string_view();
    for (std::size_t i = 0; i < stage.steps.size(); ++i) {
      const Instruction& instruction = *stage.steps[i].instruction;
      if (instruction.keyword == Keyword::kUser && !instruction.args.empty()) {
        user = instruction.args.front().text;
      }
      const bool known = !user.empty() && user.find('$') == std::string_view::npos;
      if (instruction.keyword != Keyword::kRun || !known || IsRoot(user)) {
        continue;
      }
      if (check.file.source->Slice(instruction.span).find("sudo ") != std::string_view::npos) {
        continue;  // not as that user
      }
      for (const Mount& mount : Mounts(instruction)) {
        const std::string_view owner = OtherOwner(mount, user);
        if (owner.empty()) {
          continue;
        }
        check.At(RuleId::kCacheMountOwner, instruction, mount.flag->span,
                 {fmt::format("the cache on {} belongs to {}, and the step runs as {}",
                              mount.target, owner, user),
                  "what runs there cannot write to the cache: it fails, or downloads everything "
                  "each time",
                  "give it uid= and gid= of the user"});
      }
    }
    users[stage.index] = user;
  }
}

}  // namespace cacheplan::lint
