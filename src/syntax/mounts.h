// The values of RUN --mount, --network, --security and --device.
// Source: moby/buildkit
// frontend/dockerfile/instructions/commands_run{mount,network,security,device}.go.
#pragma once

#include <string>
#include <string_view>

namespace cacheplan::syntax {

/// What BuildKit's instruction parser refuses of a RUN flag's value, before any variable is
/// expanded; empty when all is well.
std::string CheckRunFlag(std::string_view flag, std::string_view value);

}  // namespace cacheplan::syntax
