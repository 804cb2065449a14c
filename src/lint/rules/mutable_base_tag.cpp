#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// Tags that are moved on purpose, alone or with a variant ("lts-slim"), and variants that stand
/// for the newest version. One with a number in it names a version or a day ("stable-20240101").
bool Moves(std::string_view tag) {
  constexpr std::string_view kMoving[] = {
      "latest",  "stable",    "edge",  "nightly",      "rolling",    "master", "main",  "develop",
      "dev",     "current",   "lts",   "testing",      "unstable",   "canary", "sid",   "mainline",
      "rawhide", "oldstable", "devel", "experimental", "tumbleweed", "slim",   "alpine"};
  return tag.find_first_of("0123456789") == std::string_view::npos &&
         std::find(std::begin(kMoving), std::end(kMoving), tag.substr(0, tag.find('-'))) !=
             std::end(kMoving);
}

/// The tag of an image's name, which the graph has found valid: "" when it has none; nothing when
/// it has a digest.
std::optional<std::string_view> Tag(std::string_view image) {
  if (image.find('@') != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view last = image.substr(image.rfind('/') + 1);
  const std::size_t colon = last.find(':');
  return colon == std::string_view::npos ? std::string_view() : last.substr(colon + 1);
}

}  // namespace

void CheckMutableBaseTag(Checker& check) {
  for (const Stage& stage : check.graph.stages) {
    if (stage.base.kind != SourceKind::kImage || !stage.base.name.known || !stage.reachable) {
      continue;
    }
    const std::string_view image = stage.base.name.text;
    const std::optional<std::string_view> tag = Tag(image);
    if (!tag || !(tag->empty() || Moves(*tag))) {
      continue;
    }
    const DependencyStep* hit = FirstDependencyAfter(
        check, stage, 0,
        [](const DependencyStep& step) { return step.instruction->keyword == Keyword::kRun; });
    if (hit == nullptr) {
      continue;
    }
    check.At(RuleId::kMutableBaseTag, *stage.from, AsFrom(*stage.from).base.span,
             {tag->empty() ? fmt::format("{} names no tag, which means latest", image)
                           : fmt::format("{} is a tag that moves", image),
              fmt::format("when it moves, every step built on it runs again, `{}` (line {}) among "
                          "them, on a day nobody chose",
                          hit->command, hit->line),
              "name the version that is meant, or a digest"});
  }
}

}  // namespace cacheplan::lint
