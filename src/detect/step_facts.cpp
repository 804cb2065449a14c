#include "src/detect/step_facts.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/detect/step_values.h"

namespace cacheplan::detect {
namespace {

constexpr std::size_t kMaxNamed = 6;        // files or packages that a sentence names
constexpr std::size_t kUsualSentences = 3;  // on one step

std::string Join(const std::vector<std::string_view>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size() && i < kMaxNamed; ++i) {
    text += i == 0 ? "" : ", ";
    text += items[i];
  }
  if (items.size() > kMaxNamed) {
    text += fmt::format(" and {} more", items.size() - kMaxNamed);
  }
  return text;
}

template <typename T>
void AddOnce(std::vector<T>& list, T item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) {
    list.push_back(std::move(item));
  }
}

std::optional<StepKind> KindOf(Activity activity) {
  switch (activity) {
    case Activity::kProject:
    case Activity::kProjectBuild:
    case Activity::kProjectTest:
      return StepKind::kProject;
    case Activity::kTool:
      return StepKind::kTool;
    case Activity::kSystem:
      return StepKind::kSystem;
    case Activity::kFetch:
      return StepKind::kFetch;
    default:
      return std::nullopt;
  }
}

bool Builds(Activity activity) {
  return activity == Activity::kCompile || activity == Activity::kProjectBuild;
}
bool Tests(Activity activity) {
  return activity == Activity::kTest || activity == Activity::kProjectTest;
}

/// Whether what was fetched may be source: not what a shell runs at once, not a key, not a program
/// that lands in a place of the system, not what a line of PHP or Python brings (an installer).
bool MayBeSource(const KnownCommand& known, const CommandFact& fact) {
  if (fact.brings_source) {
    return true;
  }
  if (known.command.piped_into_shell || fact.manager->name == "keys" ||
      fact.manager->name == "inline-programs") {
    return false;
  }
  return std::none_of(known.command.words.begin(), known.command.words.end(),
                      [](const ScriptWord& word) { return IsSystemPlace(word.text); }) &&
         std::none_of(known.command.redirections.begin(), known.command.redirections.end(),
                      [](const Redirection& to) { return IsSystemPlace(to.target.text); });
}

/// The answer to "were only manifests there?", with its sentence.
struct FirstAnswer {
  std::optional<bool> manifests_first;
  std::string_view why;
  std::optional<SourceTrigger> source;  ///< when the answer is false
};

/// `place`: where the command works; "" when that cannot be told. `named`: the manifests that it
/// names.
FirstAnswer AskManifestsFirst(std::string_view place, bool moved, std::string_view ecosystem,
                              const Arrivals& arrivals, bool cloned_here,
                              std::span<const std::string_view> named, Arena& arena) {
  if (arrivals.source) {
    return {
        false,
        arena.Concat({"Before it, ", arrivals.source->path, " came from the build context (line ",
                      std::to_string(arrivals.source->line),
                      "): a change of the source runs it again."}),
        TriggerOf(*arrivals.source)};
  }
  std::vector<std::string_view> manifests;
  bool manifest_here = false;
  for (const Content& file : arrivals.files) {
    if (file.manager != nullptr && file.manager->ecosystem == ecosystem) {
      AddOnce(manifests, file.path);
      manifest_here = manifest_here || IsSeenBy(file, place, named);
    }
  }
  const auto covering = std::find_if(
      arrivals.stage_sources.begin(), arrivals.stage_sources.end(), [&](const Arrival& arrival) {
        return manifests.empty() ||
               (!place.empty() && !arrival.place.empty() && IsUnder(place, arrival.place));
      });
  if (covering != arrivals.stage_sources.end() &&
      (manifests.empty() ? arrivals.stage_manifests.empty() : true)) {
    return {false,
            arena.Copy(fmt::format("Before it, {} brought files of another stage (line {}): a "
                                   "change of them runs it again.",
                                   covering->what, covering->line)),
            SourceTrigger{SourceCause::kFromStage, covering->what, covering->instruction}};
  }
  const bool fetched_counts =
      arrivals.fetched && (manifests.empty() || !manifest_here || (cloned_here && moved));
  if (fetched_counts && arrivals.stage_manifests.empty()) {
    return {false,
            arena.Copy(fmt::format("Before it, source came by {} (line {}).",
                                   arrivals.fetched->what, arrivals.fetched->line)),
            SourceTrigger{SourceCause::kFetched, arrivals.fetched->what,
                          arrivals.fetched->instruction}};
  }
  if (!manifests.empty()) {
    return {
        true,
        arena.Concat({"Before it, only manifests and configuration came from the build context (",
                      Join(manifests), "): a change of other files does not run it again."}),
        std::nullopt};
  }
  if (!arrivals.stage_manifests.empty()) {
    return {true,
            arena.Copy(fmt::format("Before it, only {} came, from another stage (line {}).",
                                   arrivals.stage_manifests.front().path,
                                   arrivals.stage_manifests.front().line)),
            std::nullopt};
  }
  if (!arrivals.files.empty()) {
    return {true,
            arena.Copy(fmt::format("Before it, only configuration and scripts came from the build "
                                   "context ({}, line {}).",
                                   arrivals.files.front().path, arrivals.files.front().line)),
            std::nullopt};
  }
  return {std::nullopt, "Nothing was copied from the build context before it.", std::nullopt};
}

/// The folder that a command works in as it stands in the build context, where that lies below the
/// stage's: "web/" after `cd web` and for `--prefix web`; "" for the stage's own, and where it
/// cannot be told.
std::string_view FolderOf(const SimpleCommand& command, const CommandFact& fact, Arena& arena) {
  const auto below = [](std::string_view path) {
    return !path.starts_with('/') && !path.starts_with("..") &&
           path.find('$') == std::string_view::npos;
  };
  const auto trimmed = [](std::string_view path) {
    while (path.starts_with("./")) {
      path.remove_prefix(2);
    }
    while (path.ends_with('/') && path.size() > 1) {
      path.remove_suffix(1);
    }
    return path == "." ? std::string_view() : path;
  };
  const std::string_view moved = trimmed(command.directory);
  const std::string_view flag = trimmed(fact.directory);
  if (!command.directory_known || (moved.empty() && flag.empty()) || !below(moved) ||
      !below(flag)) {
    return {};
  }
  return arena.Concat({moved, moved.empty() || flag.empty() ? "" : "/", flag, "/"});
}

/// The manifests that came before, else those that such a command reads where it works. `named`:
/// where those that the command names are, in their order.
std::vector<std::string_view> ManifestsOf(const SimpleCommand& command, const CommandFact& fact,
                                          const Arrivals& arrivals,
                                          const std::vector<std::string_view>& named,
                                          Arena& arena) {
  std::vector<std::string_view> manifests(fact.manifests.begin(), fact.manifests.end());
  for (const std::vector<Content>* files : {&arrivals.files, &arrivals.stage_manifests}) {
    for (const Content& file : *files) {
      if (file.manager == nullptr || file.manager->ecosystem != fact.ecosystem ||
          file.file == FileKind::kConfig) {
        continue;
      }
      // What the command names by where it landed is shown by where it came from.
      const auto same = std::find(named.begin(), named.end(), file.place);
      const auto shown =
          same == named.end() || file.place.empty()
              ? manifests.end()
              : std::find(manifests.begin(), manifests.end(),
                          fact.manifests[static_cast<std::size_t>(same - named.begin())]);
      if (shown != manifests.end()) {
        manifests.erase(shown);
      }
      AddOnce(manifests, file.path);
    }
  }
  if (manifests.empty()) {
    manifests.assign(fact.manager->manifests.begin(), fact.manager->manifests.end());
    manifests.insert(manifests.end(), fact.manager->locks.begin(), fact.manager->locks.end());
    if (const std::string_view folder = FolderOf(command, fact, arena); !folder.empty()) {
      for (std::string_view& manifest : manifests) {
        manifest = arena.Concat({folder, manifest});
      }
    }
  }
  return manifests;
}

std::string_view WhatItDoes(Activity activity) {
  switch (activity) {
    case Activity::kProject:
      return "` fetches what the project's manifests declare.";
    case Activity::kProjectBuild:
      return "` builds, and fetches what is missing of the project's dependencies.";
    case Activity::kProjectTest:
      return "` tests, and fetches what is missing of the project's dependencies.";
    case Activity::kTool:
      return "` fetches packages that the command names.";
    case Activity::kSystem:
      return "` installs packages of the operating system.";
    default:
      return "` brings something from the network.";
  }
}

/// What else the instruction does, for the mode of its project steps.
struct Building {
  std::string_view command;  ///< the first command that builds or tests; "" = none
};

void SetMode(DependencyStep& step, const Building& building, Arena& arena) {
  if (building.command.empty()) {
    step.mode = StepMode::kDownload;
    return;
  }
  if (step.manifests_first == true) {
    step.mode = StepMode::kDownload;
    step.why.push_back(arena.Concat(
        {"`", building.command,
         "` builds too, but the project's source is not there yet: only dependencies are."}));
    return;
  }
  step.mode = StepMode::kBuild;
  step.why.push_back(
      arena.Concat({"The same instruction builds or tests: `", building.command, "`."}));
}

}  // namespace

RunFacts ReadRunFacts(const Step& step, const RunReading& reading, CommandPlaces& places,
                      Arena& arena, Arrivals& arrivals, std::vector<DependencyStep>& steps) {
  RunFacts run;
  const std::size_t before = steps.size();
  Building building;
  bool cloned_here = false;
  bool real_build = false;
  for (const KnownCommand& known : reading.commands) {
    const std::string_view text =
        known.facts.empty() ? std::string_view() : CommandText(known.command, arena);
    for (const CommandFact& fact : known.facts) {
      const bool builds = Builds(fact.activity);
      const bool tests = Tests(fact.activity);
      if ((builds || tests) && building.command.empty()) {
        building.command = text;
      }
      const std::optional<StepKind> kind = KindOf(fact.activity);
      const std::string_view directory = PlaceOf(step, known.command, arena, fact.directory);
      std::vector<std::string_view> named;
      for (const std::string_view manifest : fact.manifests) {
        named.push_back(Absolute(manifest, directory, arena));
      }
      FirstAnswer first;
      if (kind == StepKind::kProject) {
        first = AskManifestsFirst(directory, !known.command.directory.empty(), fact.ecosystem,
                                  arrivals, cloned_here, named, arena);
      }
      if (builds && !(kind && first.manifests_first == true)) {
        real_build = true;
        if (run.compile_command.empty()) {
          run.compile_command = text;
        }
      }
      if (tests && run.test_command.empty()) {
        run.test_command = text;
      }
      run.tests = run.tests || tests;
      if (!kind) {
        continue;
      }
      DependencyStep found;
      found.instruction = step.instruction;
      found.line = step.instruction->start_line;
      found.kind = *kind;
      found.ecosystem = fact.ecosystem;
      found.manager = fact.manager->name;
      found.command = text;
      found.why.reserve(kUsualSentences);
      found.why.push_back(arena.Concat({"`", text, WhatItDoes(fact.activity)}));
      std::vector<VisibleFile> files =
          FilesOf(fact.ecosystem, arrivals, directory, fact.manager, named);
      found.commands.push_back(
          CommandOf(text, fact, directory, files, arrivals, places.Of(known.command)));
      if (arrivals.source) {
        found.source = TriggerOf(*arrivals.source);
      }
      if (*kind == StepKind::kProject) {
        found.manifests_first = first.manifests_first;
        found.source_line = arrivals.source ? arrivals.source->line : 0;
        found.manifests = ManifestsOf(known.command, fact, arrivals, named, arena);
        found.files = std::move(files);
        found.source = first.source;
        found.why.push_back(first.why);
      }
      if (known.command.piped_into_shell) {
        found.why.emplace_back("What it brings is run at once; what that fetches is not known.");
      }
      AddStep(std::move(found), steps);
      if (*kind == StepKind::kTool && fact.compiles && run.tool_command.empty()) {
        run.tool_command = text;
      }
      if (fact.brings_source || (*kind == StepKind::kFetch && MayBeSource(known, fact))) {
        cloned_here = cloned_here || (*kind == StepKind::kFetch && fact.brings_source);
        if (!arrivals.fetched) {
          arrivals.fetched = Arrival{text, "", step.instruction->start_line, step.instruction};
        }
      }
    }
  }
  if (!reading.hidden_build.empty()) {
    building.command = building.command.empty() ? reading.hidden_build : building.command;
    run.compile_command = run.compile_command.empty() ? reading.hidden_build : run.compile_command;
    real_build = true;
  }
  run.compiles = real_build;
  EndSteps(*step.instruction, steps);
  for (DependencyStep& found : std::span(steps).subspan(before)) {
    if (found.kind == StepKind::kProject) {
      SetMode(found, building, arena);
    }
  }
  return run;
}

void AnswerForAnnotation(const Arrivals& arrivals, Arena& arena, DependencyStep& found) {
  const FirstAnswer first =
      AskManifestsFirst("", false, found.ecosystem, arrivals, false, {}, arena);
  found.manifests_first = first.manifests_first;
  found.source = first.source;
  found.files = FilesOf(found.ecosystem, arrivals, "", nullptr, {});
  found.why.push_back(first.why);
}

}  // namespace cacheplan::detect
