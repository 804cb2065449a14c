// Folders that hold the project's manifests and nothing else of it: commands put them together for
// another stage.
#pragma once

#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"

#include "src/detect/arrivals.h"
#include "src/detect/run_commands.h"

namespace cacheplan::detect {

/// Notes what the commands of a RUN pick: `turbo prune --docker`, `find … -exec cp --parents`,
/// `find … ! -name package.json | xargs rm`.
void NotePicked(const Knowledge& knowledge, const Step& step, const RunReading& reading,
                Arena& arena, Arrivals& arrivals);

/// Whether AddPicked may find anything in what a stage has come to hold.
bool MayBePicked(const Arrivals& stage);

/// Adds the files of another stage that a COPY --from of the folder `source` brings to `place`,
/// where all that stage has there are manifests and configuration. False, and nothing is added,
/// where that is not so or cannot be told.
bool AddPicked(const Step& step, std::string_view source, std::string_view place, Arena& arena,
               Arrivals& arrivals);

}  // namespace cacheplan::detect
