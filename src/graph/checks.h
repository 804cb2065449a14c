// Values that only a build would look at: ports, signals, modes, digests.
#pragma once

#include <string>
#include <string_view>

namespace cacheplan::graph {

/// Each gives BuildKit's error, empty when all is well.
/// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert_expose.go.
std::string CheckPort(std::string_view spec);
/// Source: github.com/moby/sys/signal (Linux).
std::string CheckSignal(std::string_view signal);
/// A --chmod: octal, or symbolic as chmod(1) has it.
/// Source: frontend/dockerfile/dockerfile2llb/convert_copy.go, github.com/tonistiigi/dchapes-mode.
std::string CheckMode(std::string_view mode);
/// Source: github.com/opencontainers/go-digest (Parse).
std::string CheckDigest(std::string_view digest);
/// The place of a mount: anywhere but at "/". `workdir` is where relative ones start.
/// Source: frontend/dockerfile/dockerfile2llb/convert_runmount.go.
std::string CheckMountTarget(std::string_view target, std::string_view workdir);

}  // namespace cacheplan::graph
