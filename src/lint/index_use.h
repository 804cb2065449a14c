// Updates of a package index of the operating system, and the installs that read it.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// The last command of the RUN that does so with apt, apk or pacman; null when none does.
const KnownCommand* FindOs(const RunRef& run, Activity activity);

/// Where an install has its index from.
enum class IndexFrom {
  kHere,   ///< from what lies in the image; apk fetches one where none does
  kOwn,    ///< it fetches one, and leaves nothing of it (`apk --no-cache`)
  kNewer,  ///< it fetches one, and leaves it to those after it (`apk -U`, `pacman -Sy`)
};
IndexFrom IndexOf(const KnownCommand& install);

/// What an install or an update leaves of its index.
struct IndexRest {
  std::string_view clean;                 ///< the command that throws it away; "" where it has none
  std::vector<std::string_view> folders;  ///< where it may lie
};
/// By the program that runs: yum has its folder, microdnf its own command.
IndexRest RestOf(const KnownCommand& known);

/// The command throws the index of the install or update away.
bool Cleans(const KnownCommand& known, const KnownCommand& install, const IndexRest& rest);

/// What commands of a RUN leave of their index at its end. What throws it away is looked for once a
/// manager: a RUN may have very many installs.
class Leftovers {
 public:
  explicit Leftovers(const RunRef& run) : run_(run) {}
  /// No clean-up where that is nothing.
  IndexRest Of(const KnownCommand& known);

 private:
  /// Null where there is none; the end of the RUN where the folder is a mount.
  const KnownCommand* LastCleanUp(const KnownCommand& known, const IndexRest& rest);

  const RunRef& run_;
  std::vector<std::pair<const PackageManager*, const KnownCommand*>> found_;
};

/// What follows an update in its RUN, in its stage, or in a stage built FROM it.
struct Followed {
  const RunRef* install = nullptr;        ///< the first that relies on its index
  const KnownCommand* command = nullptr;  ///< of `install`
  const RunRef* own = nullptr;            ///< the first that installs and does not
  bool unclear = false;                   ///< something before `install` may that cannot be read
};

/// For the last update of `runs[update]`, one of the Checker's.
Followed WhatFollows(const Checker& check, std::span<const RunRef> runs, std::size_t update);
/// The same for what comes after that RUN, of whose own commands `followed` tells.
Followed WhatFollowsLater(const Checker& check, std::span<const RunRef> runs, std::size_t update,
                          Followed followed = {});
/// The commands of the RUN behind that one.
std::span<const KnownCommand> Behind(const RunRef& run, const KnownCommand& known);

}  // namespace cacheplan::lint
