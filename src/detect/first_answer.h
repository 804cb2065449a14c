// Whether only manifests were there when a step ran, and what else lets it run again.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "cacheplan/detect.h"

#include "src/detect/arrivals.h"

namespace cacheplan::detect {

/// The answer to "were only manifests there?", with its sentence.
struct FirstAnswer {
  std::optional<bool> manifests_first;
  std::string_view why;
  std::optional<SourceTrigger> source;  ///< when the answer is false
};

/// What a project command is, as far as the answer goes.
struct Asker {
  std::string_view place;  ///< where it works; "" when that cannot be told
  bool moved = false;      ///< by a cd
  std::string_view ecosystem;
  std::span<const std::string_view> named;  ///< places of the manifests that it names
  const PackageManager* manager = nullptr;  ///< that reads them; null for an annotation
  bool cloned_here = false;                 ///< the same instruction cloned a repository
  std::optional<SourceTrigger> bringer{};   ///< of the manifests that it reads
  bool names_fetched = false;               ///< see NamesFetched
};
FirstAnswer AskManifestsFirst(const Asker& asker, const Arrivals& arrivals, Arena& arena);

/// The first source from the build context that a command in `place` ("": not known) may work on;
/// null when none came.
const Content* SourceFor(std::string_view place, const Arrivals& arrivals);

SourceTrigger TriggerOf(const Content& source);

}  // namespace cacheplan::detect
