#include "src/detect/bringers.h"

#include <algorithm>
#include <cstddef>
#include <tuple>

#include "src/detect/context_files.h"
#include "src/detect/first_answer.h"
#include "src/detect/paths.h"
#include "src/detect/spots.h"
#include "src/detect/step_values.h"

namespace cacheplan::detect {
namespace {

bool MayBeFileOf(std::string_view name, const PackageManager& manager) {
  const auto fits = [name](std::string_view known) { return MayFit(name, LastComponent(known)); };
  return manager.manifests.empty() ||
         std::any_of(manager.manifests.begin(), manager.manifests.end(), fits) ||
         std::any_of(manager.locks.begin(), manager.locks.end(), fits);
}

/// A lone `main.go`, or `*.go`, is no manifest and brings none.
bool MayBringManifests(const Content& content, const PackageManager& manager) {
  const bool file = !content.folder && !content.unpacked && IsSourceFileName(content.name);
  return !file || MayBeFileOf(content.name, manager);
}

/// "github.com/a/b" of "github.com/a/b/cmd/...@v1": what `go get` brings below src/.
std::string_view RepositoryOf(std::string_view package) {
  constexpr int kParts = 3;
  std::size_t end = 0;
  for (int part = 0; part < kParts && end != std::string_view::npos; ++part) {
    end = package.find('/', end == 0 ? 0 : end + 1);
  }
  package = package.substr(0, end);
  return package.substr(0, package.find('@'));
}

/// Source that `go get` brought lies in src/ of any GOPATH, by its name; commands name it so, too.
bool IsInRepositories(const Reading& reading, Texts packages) {
  const auto holds = [](std::string_view path, std::string_view part) {
    const std::size_t at = path.find(part);
    return at != std::string_view::npos && (at == 0 || path[at - 1] == '/') &&
           (at + part.size() == path.size() || path[at + part.size()] == '/');
  };
  return std::any_of(packages.begin(), packages.end(), [&](std::string_view package) {
    const std::string_view repository = RepositoryOf(package);
    if (repository.find('/') == std::string_view::npos) {
      return false;
    }
    const std::size_t src = reading.spot.find("/src/");
    return (src != std::string_view::npos && holds(reading.spot.substr(src + 5), repository)) ||
           std::any_of(reading.fact->packages.begin(), reading.fact->packages.end(),
                       [&](std::string_view word) {
                         return word.starts_with(repository) && holds(word, repository);
                       });
  });
}

/// A word of the command names something in the folder: `dotnet publish src/app`. Go's words name
/// parts of the module at hand, whose manifest lies where it works; in a GOPATH they are folders.
bool NamesPart(const Reading& reading, std::string_view into) {
  constexpr std::string_view kPackages = "/src/";
  const bool go = reading.fact->ecosystem == "go";
  const std::size_t src = into.find(kPackages);
  return std::any_of(
      reading.fact->packages.begin(), reading.fact->packages.end(), [&](std::string_view word) {
        if (go) {
          return src != std::string_view::npos && !word.starts_with('/') &&
                 IsUnder(word, into.substr(src + kPackages.size()));
        }
        const bool in_folder = into.size() > reading.spot.size() && IsUnder(into, reading.spot);
        const std::string_view part =
            word.starts_with('/') ? into
            : in_folder           ? into.substr(reading.spot.size() + (reading.spot == "/" ? 0 : 1))
                                  : std::string_view();
        word.remove_prefix(word.starts_with("./") ? 2 : 0);
        return !part.empty() && part != "/" && IsUnder(word, part);
      });
}

/// What may hold other files: a name of an archive, or one that says nothing.
bool IsPacked(std::string_view file) {
  const std::string_view name = LastComponent(file);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || IsArchive(name) || name.ends_with(".zip") ||
         name.ends_with(".gz") || name.ends_with(".bz2") || name.ends_with(".xz") ||
         name.find_first_of("0123456789$?=", dot) != std::string_view::npos;
}

/// A fetch of other files than the one that it is.
bool MayBePacked(const Arrival& fetch) {
  return fetch.whole || fetch.file.empty() || IsPacked(fetch.file);
}

bool MayBringManifests(const Arrival& fetch, const PackageManager& manager) {
  return MayBePacked(fetch) || MayBeFileOf(LastComponent(fetch.file), manager);
}

/// What came to `into` may be in the folder `spot`, or above it.
bool MayReach(std::string_view into, std::string_view spot) {
  return !AreComparable(into, spot) || IsUnder(spot, into);
}

/// How good an answer something is: whether the command works in its folder, the length of that,
/// how much it brings, and how late it came.
using Rank = std::tuple<bool, std::size_t, int, std::uint32_t>;

/// The same where it cannot be told whether it is there: that it was not fetched (the first such
/// counts), a repository, what was unpacked rather than written to a file, and how late it came.
using Possible = std::tuple<bool, bool, bool, std::uint32_t>;
constexpr Possible kNotFetched = {true, false, false, 0};

constexpr int kPart = 0;
constexpr int kArchive = 1;  // that was unpacked there
constexpr int kAll = 2;      // of the context, of a stage, of a repository

class Search {
 public:
  explicit Search(const Reading& reading) : reading_(reading) {}

  void Take(std::string_view into, int whole, std::uint32_t line, const SourceTrigger& trigger,
            const Possible& possible = kNotFetched) {
    if (Holds(into)) {
      Note({true, into.size(), whole, line}, trigger);
    } else if (NamesPart(reading_, into)) {
      // Packages of a GOPATH are the same wherever the command works.
      Note({reading_.fact->ecosystem == "go", into.size(), whole, line}, trigger);
    } else if (MayHold(into)) {
      NotePossible(possible, trigger);
    }
  }

  void TakeFetched(const Arrival& arrival) {
    const SourceTrigger trigger{arrival.cause, arrival.what, arrival.instruction};
    if (!arrival.packages.empty()) {
      if (IsInRepositories(reading_, arrival.packages)) {
        Note({true, reading_.spot.size(), kAll, arrival.line}, trigger);
      }
    } else if (MayBringManifests(arrival, *reading_.fact->manager)) {
      Take(arrival.spot,
           arrival.tree    ? kAll
           : arrival.whole ? kArchive
                           : kPart,
           arrival.line, trigger, {false, arrival.tree, arrival.file.empty(), arrival.line});
    }
  }

  [[nodiscard]] std::optional<SourceTrigger> Answer() const { return best_ ? best_ : possible_; }

 private:
  /// The places of what it reads.
  [[nodiscard]] std::span<const std::string_view> Targets() const {
    return reading_.named.empty() ? std::span(&reading_.spot, 1) : reading_.named;
  }
  [[nodiscard]] bool Holds(std::string_view into) const {
    const std::span<const std::string_view> targets = Targets();
    return !into.empty() &&
           std::any_of(targets.begin(), targets.end(), [into](std::string_view path) {
             return !path.empty() && IsUnder(path, into);
           });
  }
  /// That cannot be told.
  [[nodiscard]] bool MayHold(std::string_view into) const {
    const std::span<const std::string_view> targets = Targets();
    return !std::all_of(targets.begin(), targets.end(),
                        [into](std::string_view path) { return AreComparable(into, path); });
  }

  void Note(const Rank& rank, const SourceTrigger& trigger) {
    if (!best_ || rank >= rank_) {
      best_ = trigger;
      rank_ = rank;
    }
  }

  void NotePossible(const Possible& possible, const SourceTrigger& trigger) {
    if (!possible_ || possible > how_possible_) {
      possible_ = trigger;
      how_possible_ = possible;
    }
  }

  const Reading& reading_;
  std::optional<SourceTrigger> best_;
  Rank rank_;
  std::optional<SourceTrigger> possible_;  ///< where nothing is known to be there
  Possible how_possible_;
};

}  // namespace

std::optional<SourceTrigger> BringerOf(const Reading& reading, const Arrivals& arrivals) {
  Search search(reading);
  if (!arrivals.MayRead(arrivals.sources.size() + arrivals.stage_sources.size() +
                        arrivals.fetches.size())) {
    return std::nullopt;
  }
  for (const Content& source : arrivals.sources) {
    const bool gone = !source.IsHeld() && source.into.empty();  // a RUN before it mounted it
    if (!gone && MayBringManifests(source, *reading.fact->manager)) {
      const int whole = IsEverything(source.path) ? kAll : source.unpacked ? kArchive : kPart;
      search.Take(source.into, whole, source.line, TriggerOf(source));
    }
  }
  for (const Arrival& arrival : arrivals.stage_sources) {
    search.Take(arrival.spot, arrival.tree ? kAll : kPart, arrival.line,
                {SourceCause::kFromStage, arrival.what, arrival.instruction});
  }
  for (const Arrival& arrival : arrivals.fetches) {
    search.TakeFetched(arrival);
  }
  return search.Answer();
}

bool MayBeMore(const Reading& reading, const Arrivals& arrivals) {
  const PackageManager& manager = *reading.fact->manager;
  return !arrivals.MayRead(arrivals.sources.size() + arrivals.stage_sources.size() +
                           arrivals.fetches.size()) ||
         std::ranges::any_of(arrivals.sources,
                             [&](const Content& source) {
                               return MayReach(source.into, reading.spot) &&
                                      MayBringManifests(source, manager);
                             }) ||
         std::ranges::any_of(
             arrivals.stage_sources,
             [&](const Arrival& source) { return MayReach(source.spot, reading.spot); }) ||
         std::ranges::any_of(arrivals.fetches, [&](const Arrival& fetch) {
           return MayReach(fetch.spot, reading.spot) && MayBringManifests(fetch, manager);
         });
}

bool MayBeFetched(std::string_view spot, const Arrivals& arrivals) {
  return !arrivals.MayRead(arrivals.fetches.size()) ||
         std::ranges::any_of(arrivals.fetches, [&](const Arrival& fetch) {
           return MayReach(fetch.spot, spot) && MayBePacked(fetch);
         });
}

bool NamesFetched(std::span<const std::string_view> named, const Arrivals& arrivals) {
  if (named.empty() || arrivals.fetches.empty()) {
    return false;
  }
  const Seen seen = arrivals.Look();
  if (seen.left_out > 0 ||
      !arrivals.MayRead(named.size() * (arrivals.fetches.size() + seen.files.size() +
                                        seen.written.size() + seen.stage_manifests.size()))) {
    return false;
  }
  return std::all_of(named.begin(), named.end(), [&](std::string_view path) {
    const auto may_bring = [path](const auto& came) {
      return came.place.empty() || IsUnder(path, came.place);
    };
    const auto fetched = [path](const Arrival& arrival) {
      return arrival.cause == SourceCause::kFetched && arrival.spot.starts_with('/') &&
             IsUnder(path, arrival.spot) &&
             (arrival.tree || arrival.whole || arrival.file.empty() || IsPacked(arrival.file));
    };
    return !path.empty() && std::ranges::none_of(seen.files, may_bring) &&
           std::ranges::none_of(seen.stage_manifests, may_bring) &&
           std::ranges::none_of(seen.written, may_bring) &&
           std::ranges::none_of(seen.stage_sources, may_bring) &&
           std::ranges::any_of(arrivals.fetches, fetched);
  });
}

}  // namespace cacheplan::detect
