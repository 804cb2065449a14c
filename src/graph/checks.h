// Values that only a build would look at: ports, signals, platforms.
#pragma once

#include <string>
#include <string_view>

namespace cacheplan::graph {

/// Each gives BuildKit's error, empty when all is well.
/// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert_expose.go.
std::string CheckPort(std::string_view spec);
/// Source: github.com/moby/sys/signal (Linux).
std::string CheckSignal(std::string_view signal);
/// Source: github.com/containerd/platforms (Parse).
std::string CheckPlatform(std::string_view platform);

}  // namespace cacheplan::graph
