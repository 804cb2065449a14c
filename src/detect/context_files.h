// What a COPY, ADD or bind mount brings into a stage, and whether a change of ordinary source would
// change it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/arena.h"
#include "cacheplan/commands.h"
#include "cacheplan/detect.h"
#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"

namespace cacheplan::detect {

/// What one copied path is.
enum class ContentKind {
  kManifest,  ///< a manifest, a lock file or the configuration of a package manager
  kSupport,   ///< other configuration and helper scripts
  kSource,    ///< ordinary source, or everything
};

struct Content {
  ContentKind kind = ContentKind::kSource;
  bool folder = false;  ///< whose files are copied
  std::string_view path;
  std::string_view place;  ///< where it lands, absolute; "" when that cannot be told
  std::uint32_t line = 0;
  const Instruction* instruction = nullptr;
  Arrived how = Arrived::kCopied;
  const PackageManager* manager = nullptr;  ///< kManifest
  FileKind file = FileKind::kManifest;      ///< kManifest
};

/// Source that a stage got from somewhere else than the context.
struct Arrival {
  std::string_view what;   ///< "COPY --from=builder", "git clone https://…"
  std::string_view place;  ///< absolute directory where known, else ""
  std::uint32_t line = 0;
  const Instruction* instruction = nullptr;
};

/// What has come into a stage so far, its base stages included. Lists are cut at a few dozen: they
/// are evidence to show, and the first answers every question.
struct Arrivals {
  std::vector<Content> files;            ///< from the context: manifests and support
  std::optional<Content> source;         ///< the first source from the context
  std::vector<Content> stage_manifests;  ///< manifests by COPY --from
  std::vector<Arrival> stage_sources;    ///< source by COPY --from
  std::optional<Arrival> fetched;        ///< source by git clone, curl or ADD URL
  /// File names that annotations call manifests, whatever they look like. Outlives this.
  const std::set<std::string, std::less<>>* named = nullptr;

  /// True when it is source.
  bool Add(Content content);
};

/// The kind of `path`, copied to the absolute `place` in `workdir`; both may be "" for unknown.
Content Classify(const Knowledge& knowledge, std::string_view path, std::string_view place,
                 std::string_view workdir);

/// Adds what a COPY or ADD of the context or of a stage brings; true when source is among it that
/// comes from the context. URLs are the caller's. What is added consists of views into the graph
/// and the arena.
bool AddCopy(const Knowledge& knowledge, const Step& step, Arena& arena, Arrivals& arrivals);
/// Adds what the bind mounts of a RUN show it.
void AddBindMounts(const Knowledge& knowledge, const Step& step, const std::vector<Mount>& mounts,
                   Arena& arena, Arrivals& arrivals);

/// http://…, git@…: what ADD fetches instead of copying. The second says whether it is a
/// repository.
bool IsRemote(std::string_view source);
bool IsRepository(std::string_view source);

/// `path` as an absolute one; "" when that cannot be told. A view of `path`, of `workdir` or into
/// the arena.
std::string_view Absolute(std::string_view path, std::string_view workdir, Arena& arena);
/// `path` is `folder` or lies below it; both absolute.
bool IsUnder(std::string_view path, std::string_view folder);
/// A command that works in `directory` ("": not known) sees the file as its own, or names it:
/// `named` are absolute.
bool IsSeenBy(const Content& file, std::string_view directory,
              std::span<const std::string_view> named);
/// A place of the system (/etc, /usr/local/bin …): what lands there is no project.
bool IsSystemPlace(std::string_view place);

}  // namespace cacheplan::detect
