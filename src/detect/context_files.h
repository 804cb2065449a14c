// What a COPY, ADD or bind mount brings into a stage, and whether a change of ordinary source would
// change it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/arena.h"
#include "cacheplan/commands.h"
#include "cacheplan/detect.h"
#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"

#include "src/detect/arrivals.h"
#include "src/detect/paths.h"

namespace cacheplan::detect {

/// The kind of `path`, copied to the absolute `place` in `workdir`; both may be "" for unknown.
Content Classify(const Knowledge& knowledge, std::string_view path, std::string_view place,
                 std::string_view workdir);

/// "." and the like: all of the context, or of a stage.
bool IsEverything(std::string_view path);
/// By its extension it is a file of source: "main.go", "*.go".
bool IsSourceFileName(std::string_view name);

/// Adds what a COPY or ADD of the context or of a stage brings; true when source is among it that
/// comes from the context. URLs are the caller's. What is added consists of views into the graph
/// and the arena.
bool AddCopy(const Knowledge& knowledge, const Step& step, Arena& arena, Arrivals& arrivals);
/// Adds a file that the instruction itself writes, by a here-document or a redirection.
void AddWritten(const Knowledge& knowledge, const Instruction& instruction, std::string_view path,
                std::string_view place, Arrivals& arrivals);
/// Adds what the bind mounts of a RUN show it.
void AddBindMounts(const Knowledge& knowledge, const Step& step, const std::vector<Mount>& mounts,
                   Arena& arena, Arrivals& arrivals);

/// http://…, git@…: what ADD fetches instead of copying. The second says whether it is a
/// repository.
bool IsRemote(std::string_view source);
bool IsRepository(std::string_view source);

/// It stands in one of the folders above `directory`; `place` and that are absolute.
bool StandsAbove(std::string_view place, std::string_view directory);
/// A command of `manager` (null: not known) that works in `directory` ("": not known) sees the file
/// as its own, or names it: `named` are absolute.
bool IsSeenBy(const Content& file, const PackageManager* manager, std::string_view directory,
              std::span<const std::string_view> named);

}  // namespace cacheplan::detect
