// Updates of a package index of the operating system, and the installs that read it.
#pragma once

#include <cstddef>
#include <span>

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// The first command of the RUN that does so with apt or apk; null when none does.
const KnownCommand* FindOs(const RunRef& run, Activity activity);

/// What follows an update in its stage, or in a stage built FROM it.
struct Followed {
  const RunRef* install = nullptr;  ///< the first that relies on its index
  const RunRef* own = nullptr;      ///< the first that installs and does not
  bool unclear = false;             ///< something may that cannot be read
};

/// For `runs[update]`, one of the Checker's.
Followed WhatFollows(const Checker& check, std::span<const RunRef> runs, std::size_t update);

}  // namespace cacheplan::lint
