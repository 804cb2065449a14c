// What is said of the commands of a step.
#pragma once

#include <string_view>

#include "cacheplan/arena.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/script.h"

namespace cacheplan::detect {

/// "`npm ci` fetches what the project's manifests declare." `text`: the command as it is shown.
std::string_view WhatItDoes(const SimpleCommand& command, std::string_view text,
                            const CommandFact& fact, Arena& arena);

}  // namespace cacheplan::detect
