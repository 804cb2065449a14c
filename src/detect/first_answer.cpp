#include "src/detect/first_answer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include <fmt/format.h>

#include "src/detect/context_files.h"
#include "src/detect/once.h"
#include "src/detect/step_values.h"

namespace cacheplan::detect {
namespace {

constexpr std::size_t kMaxNamed = 6;  // files that a sentence names

/// "a, b and 3 more". `more` are in no list.
std::string Join(const std::vector<std::string_view>& items, std::size_t more) {
  const std::size_t shown = std::min(items.size(), kMaxNamed);
  more += items.size() - shown;
  std::string text =
      fmt::format("{}", fmt::join(items.begin(), items.begin() + static_cast<long>(shown), ", "));
  return more == 0 ? text : fmt::format("{} and {} more", text, more);
}

/// "tsconfig.json", "webpack.config.js", ".eslintrc": read, and never run as a script.
bool IsConfigurationName(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kEndings = {
      ".json", ".yaml", ".yml",        ".toml", ".ini", ".cfg",
      ".conf", ".xml",  ".properties", ".txt",  ".md",  ".lock"};
  return name.starts_with('.') || name.find(".conf") != std::string_view::npos ||
         std::any_of(kEndings.begin(), kEndings.end(),
                     [name](std::string_view ending) { return name.ends_with(ending); });
}

/// What came from the build context: the ecosystem's own files first.
struct Came {
  std::vector<std::string_view> own;
  std::vector<std::string_view> all;
  bool own_here = false;  ///< one of its own is where the command works
  bool scripts = false;   ///< some may be scripts
  std::size_t more = 0;
};

Came WhatCame(const Asker& asker, const Seen& seen, const Arrivals& arrivals) {
  Came came;
  OnceTexts own;
  for (const Content& file : seen.files) {
    if (IsOf(file, asker.ecosystem, asker.manager)) {
      own.Add(file.path);
      came.own_here = came.own_here || IsSeenBy(file, asker.manager, asker.place, asker.named);
    }
    came.scripts =
        came.scripts || (file.kind != ContentKind::kManifest && !IsConfigurationName(file.name));
  }
  OnceTexts all(own.list());
  for (const Content& file : seen.files) {
    all.Add(file.path);
  }
  if (arrivals.MayRead(arrivals.sources.size())) {
    for (const Content& archive : arrivals.sources) {
      all.Add(archive.path);  // unpacked elsewhere, or there would be another answer
      came.scripts = true;
    }
  }
  came.own = own.Take();
  came.all = all.Take();
  came.more = seen.left_out;
  return came;
}

std::string_view Everything(const Came& came, const Arrivals& arrivals, Arena& arena) {
  // Of what other stages bring nothing is said, and it runs a step again too.
  const bool alone =
      arrivals.stage_sources.empty() && arrivals.stage_files.empty() && !arrivals.fetched;
  return arena.Copy(fmt::format(
      "Before it, only {}{} came from the build context ({}): a change of {} files "
      "does not run it again.",
      came.own.empty() ? "" : "manifests",
      came.own.empty() ? (came.scripts ? "configuration and scripts" : "configuration")
                       : (came.scripts ? ", configuration and scripts" : " and configuration"),
      Join(came.all, came.more), alone ? "other" : "its other"));
}

/// "a, b came, from another stage (line 3)": what is no source.
std::string FromStages(const Seen& seen, const Arrivals& arrivals) {
  OnceTexts all;
  for (const Content& file : seen.stage_manifests) {
    all.Add(file.path);
  }
  if (arrivals.MayRead(arrivals.stage_files.size())) {
    for (const Content& file : arrivals.stage_files) {
      all.Add(file.path);
    }
  }
  const std::uint32_t line = seen.stage_manifests.front().line;
  const auto same = [line](const Content& file) { return file.line == line; };
  const bool one = std::all_of(seen.stage_manifests.begin(), seen.stage_manifests.end(), same) &&
                   std::all_of(arrivals.stage_files.begin(), arrivals.stage_files.end(), same);
  return fmt::format("{} came, from {} (line {}{})", Join(all.list(), seen.left_out),
                     one ? "another stage" : "other stages", line, one ? "" : " and others");
}

/// Source of another stage, or of an image where nothing else tells what the command works on.
const Arrival* Covering(const Asker& asker, const Seen& seen, bool own_files) {
  const auto covers = [&](const Arrival& arrival) {
    return !asker.place.empty() && !arrival.place.empty() && IsUnder(asker.place, arrival.place);
  };
  const bool lone = !own_files && seen.stage_manifests.empty();
  const auto found = std::find_if(
      seen.stage_sources.begin(), seen.stage_sources.end(), [&](const Arrival& arrival) {
        // What is built of the source changes with it; it lands where the command works.
        const bool inside = !asker.place.empty() && !arrival.place.empty() &&
                            (covers(arrival) || IsUnder(arrival.place, asker.place));
        if (arrival.project && inside) {
          return true;
        }
        const bool here =
            covers(arrival) || (arrival.place.empty() && asker.place.empty() && !asker.moved);
        return arrival.of_file ? lone || (own_files && covers(arrival))
                               : (lone || arrival.tree) && here;
      });
  return found == seen.stage_sources.end() ? nullptr : &*found;
}

FirstAnswer AfterSource(const Content& source, Arena& arena) {
  return {false,
          arena.Concat("Before it, ", source.path, " came from the build context (line ",
                       std::to_string(source.line), "): a change of the source runs it again."),
          TriggerOf(source)};
}

/// `first`: what is named where nothing is known to have come to where the command works.
FirstAnswer AfterFetch(const Asker& asker, const Arrival& first, Arena& arena) {
  const auto fetched = [](const std::optional<SourceTrigger>& bringer) {
    return bringer && bringer->cause == SourceCause::kFetched;
  };
  const bool here = fetched(asker.bringer);
  const SourceTrigger source =
      here ? *asker.bringer : SourceTrigger{SourceCause::kFetched, first.what, first.instruction};
  const std::string line = std::to_string(source.instruction->start_line);
  return {false,
          here ? arena.Concat("Before it, source came by ", source.what, " (line ", line, ").")
               : arena.Concat("Before it, ", source.what, " (line ", line,
                              ") brought files from the network."),
          source};
}

}  // namespace

const Content* SourceFor(std::string_view place, const Arrivals& arrivals) {
  constexpr std::size_t kAlwaysSeen = 40;
  const std::size_t all = arrivals.sources.size();
  const std::size_t count = arrivals.MayRead(all) ? all : std::min(all, kAlwaysSeen);
  const auto end = arrivals.sources.begin() + static_cast<std::ptrdiff_t>(count);
  const auto found = std::find_if(arrivals.sources.begin(), end, [place](const Content& source) {
    return !source.unpacked ||
           (source.place.empty() ? place.empty() : !place.empty() && IsUnder(place, source.place));
  });
  return found == end ? nullptr : &*found;
}

SourceTrigger TriggerOf(const Content& source) {
  return {source.how == Arrived::kMounted ? SourceCause::kMounted : SourceCause::kCopied,
          source.path, source.instruction};
}

FirstAnswer AskManifestsFirst(const Asker& asker, const Arrivals& arrivals, Arena& arena) {
  if (const Content* source = SourceFor(asker.place, arrivals)) {
    return AfterSource(*source, arena);
  }
  const Seen seen = arrivals.Look();
  const Came came = WhatCame(asker, seen, arrivals);
  if (const Arrival* covering = Covering(asker, seen, !came.own.empty())) {
    return {false,
            arena.Copy(fmt::format("Before it, {} brought files{} (line {}): a change of them runs "
                                   "it again.",
                                   covering->what, covering->of_file ? " of another stage" : "",
                                   covering->line)),
            SourceTrigger{SourceCause::kFromStage, covering->what, covering->instruction}};
  }
  if (asker.names_fetched) {
    return AfterFetch(asker, *arrivals.fetched, arena);
  }
  const bool cloned_around = arrivals.fetched && !arrivals.fetched->place.empty() &&
                             !asker.place.empty() && IsUnder(asker.place, arrivals.fetched->place);
  const bool fetched_counts =
      arrivals.fetched &&
      (came.own.empty() || !came.own_here || cloned_around || (asker.cloned_here && asker.moved));
  if (fetched_counts && seen.stage_manifests.empty()) {
    return AfterFetch(asker, *arrivals.fetched, arena);
  }
  if (!came.own.empty()) {
    return {true, Everything(came, arrivals, arena), std::nullopt};
  }
  if (!seen.stage_manifests.empty()) {
    const std::string more = came.all.empty() ? ""
                                              : fmt::format(", and {} from the build context",
                                                            Join(came.all, came.more));
    return {true,
            arena.Copy(fmt::format("Before it, only {}{}.", FromStages(seen, arrivals), more)),
            std::nullopt};
  }
  if (!came.all.empty()) {
    return {true, Everything(came, arrivals, arena), std::nullopt};
  }
  return {std::nullopt, "Nothing was copied from the build context before it.", std::nullopt};
}

}  // namespace cacheplan::detect
