// What the commands of a RUN say of files: which ones they name as manifests, write or unpack.
#pragma once

#include <string_view>

#include "cacheplan/detect.h"

#include "src/detect/arrivals.h"
#include "src/detect/run_commands.h"

namespace cacheplan::detect {

/// Makes manifests of what the commands name as such (`-r req.txt`), of a folder of such files
/// too, and notes the files that they write (`> requirements.txt`).
void NoteNamedFiles(const Knowledge& knowledge, const Step& step, const RunReading& reading,
                    Arena& arena, Arrivals& arrivals);

/// Makes source of a copied archive that the command unpacks.
void NoteUnpacked(const Step& step, const SimpleCommand& command, Arena& arena, Arrivals& arrivals);

}  // namespace cacheplan::detect
