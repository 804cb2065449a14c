// What commands bring from the network that may be source, and where it lies then.
#pragma once

#include <string_view>

#include "cacheplan/detect.h"

#include "src/detect/arrivals.h"

namespace cacheplan::detect {

/// A command that may bring source.
struct Fetch {
  const Step& step;
  const KnownCommand& known;
  const CommandFact& fact;
  const KnownCommand* next = nullptr;  ///< of the same RUN
};

/// Whether what was fetched may be source: not what a shell runs at once, not a key, not a program
/// that lands in a place of the system, not what a line of PHP or Python brings (an installer).
/// What is only printed is source where the next command unpacks it: `curl … | tar x`.
bool MayBeSource(const Fetch& fetch);

/// Notes what it brings, shown as `text`.
void NoteFetch(const Fetch& fetch, std::string_view text, Arena& arena, Arrivals& arrivals);

/// What a command that nobody knows does to what was fetched: it unpacks it, moves it or copies it.
void NoteMoved(const Step& step, const SimpleCommand& command, Arena& arena, Arrivals& arrivals);

}  // namespace cacheplan::detect
