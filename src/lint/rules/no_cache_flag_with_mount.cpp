#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The flag that keeps a package manager from its cache.
constexpr std::string_view kFlags[] = {"--no-cache-dir", "--no-cache", "--no-cache-dir=1"};

/// The variable that does the same.
struct Variable {
  std::string_view manager;
  std::string_view name;
};
constexpr Variable kVariables[] = {{"pip", "PIP_NO_CACHE_DIR"}, {"uv", "UV_NO_CACHE"}};

bool IsTrue(std::string_view value) {
  constexpr std::string_view kTrue[] = {"1", "true", "yes", "on", "y", "t"};
  return std::any_of(std::begin(kTrue), std::end(kTrue),
                     [&](std::string_view word) { return EqualFold(word, value); });
}

/// The variable of its package manager that is set to a true value where the command runs; "" when
/// none is.
std::string_view SetVariable(const Checker& check, const RunRef& run, const KnownCommand& known) {
  const std::string_view manager = known.facts.front().manager->name;
  const auto found = std::find_if(std::begin(kVariables), std::end(kVariables),
                                  [&](const Variable& one) { return one.manager == manager; });
  if (found == std::end(kVariables)) {
    return {};
  }
  bool set = false;
  AnyStepBefore(check, *run.step.stage, run.step.index, [&](const Step& before) {
    if (before.instruction->keyword == Keyword::kEnv) {
      for (const KeyValue& pair : AsPairs(*before.instruction)) {
        set = pair.key.text == found->name ? IsTrue(pair.value ? pair.value->text : "") : set;
      }
    }
    return false;
  });
  for (const ScriptWord& assignment : known.command.assignments) {
    const std::size_t sign = assignment.text.find('=');
    set = assignment.text.substr(0, sign) == found->name ? IsTrue(assignment.text.substr(sign + 1))
                                                         : set;
  }
  return set ? found->name : std::string_view();
}

}  // namespace

void CheckNoCacheFlagWithMount(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    if (!HasMounts(run.instruction())) {
      continue;
    }
    for (const KnownCommand& known : run.commands->commands) {
      if (known.facts.empty() || !Does(known, {Activity::kProject, Activity::kProjectBuild,
                                               Activity::kTool, Activity::kSystem})) {
        continue;
      }
      const auto flag =
          std::find_if(std::begin(kFlags), std::end(kFlags),
                       [&](std::string_view word) { return HasWord(known.command, word); });
      const std::vector<Mount> mounts =
          CacheMounts(run.instruction(), known.facts.front().manager->caches);
      if (mounts.empty()) {
        continue;
      }
      const std::string_view what =
          flag != std::end(kFlags) ? *flag : SetVariable(check, run, known);
      if (what.empty()) {
        continue;
      }
      check.At(RuleId::kNoCacheFlagWithMount, run.instruction(),
               CommandSpan(check.file, run.instruction(), known.command),
               {fmt::format("{} keeps {} from the cache that is mounted on {}", what,
                            known.facts.front().manager->name, mounts.front().target),
                "everything is downloaded each time the step runs, and the mount holds nothing",
                fmt::format("leave {} out: what is on the mount is no part of the layer", what)});
    }
  }
}

}  // namespace cacheplan::lint
