#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The file is built for several platforms.
bool IsMultiPlatform(const Checker& check) {
  for (const PairsRef& arg : check.Pairs(Keyword::kArg)) {
    for (const KeyValue& pair : arg.pairs) {
      if (pair.key.text == "TARGETARCH" || pair.key.text == "TARGETPLATFORM") {
        return true;
      }
    }
  }
  const auto& stages = check.graph.stages;
  return std::any_of(stages.begin(), stages.end(), [](const Stage& stage) {
    const Flag* platform = AsFrom(*stage.from).platform;
    return platform != nullptr && platform->value && Reads(*platform->value, "TARGETPLATFORM");
  });
}

/// The stage is built for one platform: the builder's own, or one that the file names.
bool RunsOnOnePlatform(const Checker& check, const Stage& stage) {
  const Stage* root = &stage;
  while (root->base.kind == SourceKind::kStage && root->base.stage < root->index) {
    root = &check.graph.stages[root->base.stage];
  }
  const Flag* platform = AsFrom(*root->from).platform;
  return platform != nullptr && platform->value &&
         (Reads(*platform->value, "BUILDPLATFORM") ||
          platform->value->find('$') == std::string_view::npos);
}

}  // namespace

void CheckCacheMountPlatformClash(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    const KnownCommand* known =
        HasMounts(run.instruction()) ? Find(run, {Activity::kSystem}) : nullptr;
    if (known == nullptr || !IsMultiPlatform(check) || RunsOnOnePlatform(check, *run.step.stage)) {
      continue;
    }
    for (const Mount& mount :
         CacheMounts(run.instruction(), known->facts.front().manager->caches)) {
      const std::string& key = mount.id.empty() ? mount.target : mount.id;
      if (key.find('$') != std::string::npos) {  // of the platform, or of what depends on it
        continue;
      }
      check.At(
          RuleId::kCacheMountPlatformClash, run.instruction(), mount.flag->span,
          {fmt::format("builds for all platforms share the cache on {}", mount.target),
           "its indexes and packages are those of one platform: the builds overwrite each other's "
           "and download again",
           "add id=NAME-$TARGETARCH, with ARG TARGETARCH above"});
    }
  }
}

}  // namespace cacheplan::lint
