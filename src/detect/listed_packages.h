// Packages that a command is given by words, and a file of the project by lines.
#pragma once

#include <span>

#include "cacheplan/arena.h"
#include "cacheplan/detect.h"

namespace cacheplan::detect {

/// Makes commands of the project of those that install what a manifest lists and other programs
/// hand over: `pip install $(cat requirements.txt)`, `xargs pip install < requirements.txt`,
/// `while read p; do pip install $p; done < requirements.txt`. The file is what they name then.
/// True when there are such commands.
bool NoteListed(std::span<KnownCommand> commands, Arena& arena);

}  // namespace cacheplan::detect
