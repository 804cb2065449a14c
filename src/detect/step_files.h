// Which files the commands of a step depend on, and which the step sees.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "cacheplan/arena.h"
#include "cacheplan/detect.h"

namespace cacheplan::detect {

/// The manifests that came, where some are where the command works (projects refer to each other);
/// else those that such a command reads there.
/// `named`: the places of those that the command names.
std::vector<std::string_view> ManifestsOf(const SimpleCommand& command, const CommandFact& fact,
                                          std::span<const VisibleFile> files,
                                          std::span<const std::string_view> named, Arena& arena);

/// The files that one more command of the step sees: of one instruction mostly the same ones, seen
/// from another directory by another manager.
/// `is_new`: the step has seen none yet.
void See(std::span<const VisibleFile> files, bool is_new, Arena& arena, DependencyStep& found);

}  // namespace cacheplan::detect
