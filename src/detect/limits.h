// What package managers do not do in old versions, or under a setting: the tables of
// grammar/limits.def and
// grammar/source_resolvers.def.
#pragma once

#include <span>
#include <string_view>

#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/script.h"

#include "src/detect/variables.h"

namespace cacheplan::detect {

/// The image that a stage starts from: the last part of its name, and the version that its tag
/// begins with ("1.9" of golang:1.9-alpine); "" where they are not known.
struct ImageVersion {
  std::string_view name;
  std::string_view version;
  bool newest = false;  ///< its tag is none, or one that stands for the newest version
};
ImageVersion VersionOf(const StageSource& base);

/// `version` is of a line that got it with one of `since`, or of a later one. What a version leaves
/// open is its latest.
bool HasReached(std::string_view version, std::string_view since);

/// For a fact of a command of `step`, in a stage that starts from the image.
void NoteLimits(const ImageVersion& image, const Step& step, const SimpleCommand& command,
                KnownVariables& variables, Arena& arena, CommandFact& fact);

/// What a command does that reads no manifest, behind its text; "" for a manager that always does.
std::string_view WithoutManifests(const PackageManager& manager, Activity activity);

/// For a command that resolves what the source imports, the one that fetches with the manifests
/// alone; else "".
std::string_view ManifestsForm(const SimpleCommand& command, const CommandFact& fact);

}  // namespace cacheplan::detect
