// What has come into a stage by some instruction: files and folders, and what each is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/detect.h"
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
  bool folder = false;    ///< whose files are copied
  bool unpacked = false;  ///< an archive: source for what works where it was unpacked, and no other
  std::string_view path;
  std::string_view name;   ///< what it is called there
  std::string_view place;  ///< where it lands, absolute; "" when that cannot be told
  std::string_view into;   ///< the folder that it lands in, or whose files it brings: a Spot
  std::uint32_t line = 0;
  const Instruction* instruction = nullptr;
  Arrived how = Arrived::kCopied;
  const PackageManager* manager = nullptr;  ///< kManifest
  FileKind file = FileKind::kManifest;      ///< kManifest

  /// Not only seen by a RUN that mounts it.
  [[nodiscard]] bool IsHeld() const { return how != Arrived::kMounted; }
};

/// Source that a stage got from somewhere else than the context.
struct Arrival {
  std::string_view what;   ///< "COPY --from=builder", "git clone https://…"
  std::string_view place;  ///< absolute directory where known, else ""
  std::uint32_t line = 0;
  const Instruction* instruction = nullptr;
  bool tree = false;     ///< everything there is in an image or a named context
  bool of_file = true;   ///< by a stage of it; of an image's files it is not known what they are
  bool project = false;  ///< by a stage that holds source of the project, or source that it fetched
  std::string_view spot{};  ///< the folder that holds it: a Spot
  std::string_view file{};  ///< fetched: the file that was written, a Spot; "" where it is printed
  Texts packages{};         ///< fetched: of `go get`, which has a folder for each
  bool whole = false;       ///< fetched: files, not an archive as yet; `tree`: a repository
  /// In `fetches`: what a command copied from where it came to, if not from the network.
  SourceCause cause = SourceCause::kFetched;
};

/// How much may be looked at, or copied, of lists that are long: many steps over many files must
/// not take the product of both. No file that is read by people uses it up.
struct LookBudget {
  std::size_t left = 200000;
};

/// What a step sees of what has come: all of it, but for the end of a list where the budget is
/// used up.
struct Seen {
  std::span<const Content> files;
  std::span<const Content> stage_manifests;
  std::span<const Content> written;
  std::span<const Arrival> stage_sources;
  std::size_t left_out = 0;  ///< how many are not in the lists
};

/// What has come into a stage so far, its base stages included.
struct Arrivals {
  std::vector<Content> files;            ///< from the context: manifests and support
  std::vector<Content> sources;          ///< source from the context; the first runs steps again
  std::vector<Content> stage_manifests;  ///< manifests by COPY --from
  std::vector<Content> stage_files;      ///< other files by COPY --from
  std::vector<Content> written;          ///< by a here-document or a command of the file itself
  std::vector<Arrival> stage_sources;    ///< source by COPY --from
  std::vector<Content> picked;           ///< folders that hold manifests alone: see picked.h
  std::optional<Arrival> fetched;        ///< source by git clone, curl or ADD URL: the first
  std::vector<Arrival> fetches;          ///< all of them, where they lie by now, and copies
  std::size_t left_out = 0;              ///< contents that a copy of this had no room for
  /// File names that annotations call manifests, whatever they look like. Outlives this.
  const std::set<std::string, std::less<>>* named = nullptr;
  /// By the stages' numbers: it holds source. Outlives this.
  const std::vector<bool>* source_stages = nullptr;
  /// By the stages' numbers: what those leave that others copy from. Outlives this.
  const std::vector<Arrivals>* stages = nullptr;
  bool installed = false;        ///< a step fetched what a project declares, or a tool
  bool mounted_source = false;   ///< a RUN with mounts saw more source than is in the lists
  std::size_t unpacked = 0;      ///< how often a command unpacked something that is in `sources`
  bool programs = false;         ///< some of `files` were copied to a folder bin/ or sbin/
  bool whole_folders = false;    ///< manifests came in a folder of a stage that may have made more
  LookBudget* budget = nullptr;  ///< outlives this

  /// True when it is source.
  bool Add(Content content);
  void AddFetch(const Arrival& arrival) {
    fetched = fetched ? fetched : arrival;
    fetches.push_back(arrival);
  }
  /// What the instruction fetched is no source after all.
  void DropFetches(const Instruction& instruction);
  [[nodiscard]] bool HoldsSource() const {
    return fetched || std::ranges::any_of(sources, &Content::IsHeld) ||
           std::any_of(stage_sources.begin(), stage_sources.end(),
                       [](const Arrival& arrival) { return arrival.project; });
  }
  /// Nothing came that a project may be made of, or that a command may find installed.
  [[nodiscard]] bool IsNothing() const {
    return !installed && !fetched && !mounted_source && files.empty() && sources.empty() &&
           stage_manifests.empty() && stage_files.empty() && written.empty() &&
           stage_sources.empty();
  }
  /// The first source from the context; null when none came.
  [[nodiscard]] const Content* source() const { return sources.empty() ? nullptr : &sources[0]; }
  [[nodiscard]] Seen Look() const;
  /// Whether the budget lets somebody go through that many things once.
  [[nodiscard]] bool MayRead(std::size_t things) const;
  /// What a RUN leaves that saw these and what was mounted for it.
  void KeepOf(Arrivals&& mounted);
  /// For one more stage on the same base, or for a RUN with mounts of its own.
  [[nodiscard]] Arrivals Copy() const;
};

}  // namespace cacheplan::detect
