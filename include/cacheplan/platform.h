// Platforms as builders name them.
#pragma once

#include <string>
#include <string_view>

namespace cacheplan {

/// What is wrong with "OS", "ARCH", "OS/ARCH" or "OS/ARCH/VARIANT", in the builder's words; empty
/// when all is well. Source: github.com/containerd/platforms (Parse).
std::string CheckPlatform(std::string_view platform);

}  // namespace cacheplan
