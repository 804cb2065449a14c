// The file that a command runs.
#pragma once

#include <string_view>

#include "cacheplan/script.h"

#include "src/detect/programs.h"

namespace cacheplan::detect {

/// The file of the context or image that the command runs and the Dockerfile does not show; empty
/// when it is none. `program`: what is known of the command's.
std::string_view LocalScript(const SimpleCommand& command, const Program& program);

/// "build.sh", "make_srpm.sh": what it does is in another file, but not what it is for.
bool NameSaysBuild(std::string_view script);

}  // namespace cacheplan::detect
