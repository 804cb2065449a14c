// Which of what came into a stage brings the files of the folder that a command works in.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "cacheplan/detect.h"
#include "cacheplan/knowledge.h"

#include "src/detect/arrivals.h"

namespace cacheplan::detect {

/// A project's command, as far as the files go that it reads.
struct Reading {
  std::string_view spot;  ///< where it works
  const CommandFact* fact = nullptr;
  std::span<const std::string_view> named;  ///< spots of the manifests that it names
};

/// What brings the manifests of that command, where they come with other files: of all whose
/// destination holds the folder the most specific, of equals one that brings everything, then the
/// latest. Where no destination is known for sure, one that may be it: the first that was not
/// fetched, else a repository or what was unpacked last; nothing where all bring something
/// elsewhere.
std::optional<SourceTrigger> BringerOf(const Reading& reading, const Arrivals& arrivals);

/// What came with something else, from wherever, may be a manifest or a lock file of the manager
/// and in the folder, or above it: what is seen is perhaps not all.
bool MayBeMore(const Reading& reading, const Arrivals& arrivals);

/// What was fetched may have brought files to the folder, a Spot.
bool MayBeFetched(std::string_view spot, const Arrivals& arrivals);

/// A fetch brought all that a command names (`-r x/requirements.txt` after `git clone …/x`), and
/// nothing else did. `named`: absolute places, "" where one cannot be told.
bool NamesFetched(std::span<const std::string_view> named, const Arrivals& arrivals);

}  // namespace cacheplan::detect
