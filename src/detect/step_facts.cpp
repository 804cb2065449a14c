#include "src/detect/step_facts.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "src/detect/bringers.h"
#include "src/detect/fetches.h"
#include "src/detect/first_answer.h"
#include "src/detect/named_files.h"
#include "src/detect/once.h"
#include "src/detect/programs.h"
#include "src/detect/step_sentences.h"
#include "src/detect/step_values.h"

namespace cacheplan::detect {
namespace {

constexpr std::size_t kUsualSentences = 3;  // on one step

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

/// The manifests that came, where some are where the command works (projects refer to each other);
/// else those that such a command reads there.
std::vector<std::string_view> ManifestsOf(const SimpleCommand& command, const CommandFact& fact,
                                          std::span<const VisibleFile> files,
                                          std::span<const std::string_view> named, Arena& arena) {
  std::vector<std::string_view> manifests(fact.manifests.begin(), fact.manifests.end());
  OnceTexts came;
  // What the Dockerfile itself writes elsewhere is for another command.
  const auto is_manifest = [](const VisibleFile& file) {
    return file.kind != FileKind::kConfig && file.read &&
           (file.in_directory || file.how != Arrived::kWritten);
  };
  const bool here =
      !manifests.empty() || std::any_of(files.begin(), files.end(), [&](const VisibleFile& file) {
        return is_manifest(file) && file.in_directory;
      });
  for (const VisibleFile& file : files) {
    if (!here || !is_manifest(file)) {
      continue;
    }
    // What the command names by where it landed is shown by where it came from.
    for (std::size_t i = 0; i < named.size(); ++i) {
      const bool same = file.place.empty() || named[i].empty()
                            ? file.name == LastComponent(fact.manifests[i])
                            : named[i] == file.place;
      if (same) {
        manifests.erase(std::remove(manifests.begin(), manifests.end(), fact.manifests[i]),
                        manifests.end());
      }
    }
    came.Add(file.path);
  }
  manifests.insert(manifests.end(), came.list().begin(), came.list().end());
  if (manifests.empty() && !fact.without_manifests) {
    manifests.assign(fact.manager->manifests.begin(), fact.manager->manifests.end());
    if (!fact.reads_no_lock) {
      manifests.insert(manifests.end(), fact.manager->locks.begin(), fact.manager->locks.end());
    }
    if (const std::string_view folder = FolderOf(command, fact, arena); !folder.empty()) {
      for (std::string_view& manifest : manifests) {
        manifest = arena.Concat({folder, manifest});
      }
    }
  }
  return manifests;
}

Reading ReadingOf(const Step& step, const SimpleCommand& command, const CommandFact& fact,
                  Arena& arena) {
  const std::string_view spot = SpotOf(step, command, fact.directory, arena);
  const std::span<std::string_view> named = arena.Room<std::string_view>(fact.manifests.size());
  std::transform(fact.manifests.begin(), fact.manifests.end(), named.begin(),
                 [&](std::string_view name) {
                   return Spot(name, Value{spot, true, {}}, arena);
                 });
  return {spot, &fact, named};
}

/// The files that one more command of the step sees: of one instruction mostly the same ones, seen
/// from another directory by another manager.
void See(std::span<const VisibleFile> files, bool is_new, Arena& arena, DependencyStep& found) {
  if (is_new) {
    found.files = ArenaList(arena.Copy(files));
    return;
  }
  std::vector<VisibleFile> more;
  VisibleFile* const end = found.files.end();
  VisibleFile* at = found.files.begin();
  for (const VisibleFile& file : files) {
    const auto same = [&file](const VisibleFile& other) {
      return other.instruction == file.instruction && other.path == file.path &&
             other.place == file.place;
    };
    VisibleFile* seen = std::find_if(at, end, same);
    seen = seen == end ? std::find_if(found.files.begin(), at, same) : seen;
    if (seen == end || !same(*seen)) {
      more.push_back(file);
      continue;
    }
    seen->in_directory = seen->in_directory || file.in_directory;
    seen->read = seen->read || file.read;
    at = seen + 1;
  }
  if (!more.empty()) {
    found.files.Append(arena, more);
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
  step.build_command = building.command;
  if (step.manifests_first == true) {
    step.mode = StepMode::kDownload;
    step.why.Add(
        arena,
        arena.Concat(
            {"`", building.command,
             "` builds too, but the project's source is not there yet: only dependencies are."}));
    return;
  }
  step.mode = StepMode::kBuild;
  step.why.Add(arena,
               arena.Concat({"The same instruction builds or tests: `", building.command, "`."}));
}

CommandRange RangeOf(std::span<const KnownCommand> commands, const KnownCommand& known) {
  constexpr std::size_t kMost = 17;  // with what it substitutes; of more all of the script is taken
  const auto first = static_cast<std::size_t>(&known - commands.data());
  std::size_t end = first + 1;
  while (end < commands.size() && commands[end].command.offset < known.command.end) {
    if (++end - first > kMost) {
      return {first, commands.size()};
    }
  }
  return {first, end};
}

/// The lock files that commands of one RUN may have made, by the folders. Of very many it is not
/// known any more where they are: any may be there.
class MadeLocks {
 public:
  void Add(const PackageManager* manager, std::string_view folder) {
    if (!Has(manager, folder)) {
      places_.emplace_back(manager, folder);
    }
  }
  [[nodiscard]] bool Has(const PackageManager* manager, std::string_view folder) const {
    return places_.size() == kMost ||
           std::find(places_.begin(), places_.end(), Place(manager, folder)) != places_.end();
  }

 private:
  static constexpr std::size_t kMost = 64;
  using Place = std::pair<const PackageManager*, std::string_view>;
  std::vector<Place> places_;
};

}  // namespace

RunFacts ReadRunFacts(const Step& step, const RunReading& reading, CommandPlaces& places,
                      Arena& arena, Arrivals& arrivals, std::vector<DependencyStep>& steps) {
  RunFacts run;
  const std::size_t before = steps.size();
  Building building;
  bool cloned_here = false;
  bool real_build = false;
  MadeLocks made_locks;
  std::size_t most_manifests = 1024;  // of a step, before those that are there twice are left out
  for (const KnownCommand& known : reading.commands) {
    const KnownCommand* const next = &known == &reading.commands.back() ? nullptr : &known + 1;
    if (known.facts.empty() || known.facts.front().activity == Activity::kNothing) {
      NoteMoved(step, known.command, reading.unpacks, arena, arrivals);
    }
    if (known.facts.empty()) {
      if (reading.unpacks) {
        NoteUnpacked(step, known.command, arena, arrivals);
      }
      continue;
    }
    const std::string_view text = known.command.more_words || places.GoesOn(known.command)
                                      ? places.Written(known.command)
                                      : CommandText(known.command, arena);
    for (const CommandFact& fact : known.facts) {
      const std::string_view directory = PlaceOf(step, known.command, arena, fact.directory);
      if (fact.writes_lock) {
        made_locks.Add(fact.manager, directory);
      }
      const bool builds = Builds(fact.activity);
      const bool tests = Tests(fact.activity);
      if ((builds || tests) && building.command.empty()) {
        building.command = text;
      }
      const std::optional<StepKind> kind = KindOf(fact.activity);
      const std::span<std::string_view> named = arena.Room<std::string_view>(fact.manifests.size());
      std::transform(fact.manifests.begin(), fact.manifests.end(), named.begin(),
                     [&](std::string_view name) { return Absolute(name, directory, arena); });
      FirstAnswer first;
      std::optional<SourceTrigger> bringer;
      if (kind == StepKind::kProject) {
        bringer = BringerOf(ReadingOf(step, known.command, fact, arena), arrivals);
        first = AskManifestsFirst({directory, !known.command.directory.empty(), fact.ecosystem,
                                   named, fact.manager, cloned_here, bringer},
                                  arrivals, arena);
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
      DependencyStep& found = StepOf(*step.instruction, *kind, fact.ecosystem, steps);
      const bool is_new = found.commands.empty();
      if (is_new) {
        found.manager = fact.manager->name;
        found.command = text;
        found.why.Reserve(arena, kUsualSentences);
      }
      run.last.resize(steps.size() - before);
      run.last[static_cast<std::size_t>(&found - &steps[before])] =
          RangeOf(reading.commands, known);
      found.why.Add(arena, WhatItDoes(known.command, text, fact, arena));
      const Content* source = SourceFor(directory, arrivals);
      std::vector<VisibleFile> files;
      std::size_t left_out = 0;
      std::optional<SourceTrigger> trigger;
      if (*kind == StepKind::kProject) {
        const Seen seen = arrivals.Look();
        files = FilesOf(fact.ecosystem, seen, directory, fact.manager, named);
        LeaveOutUnread(step, known.command, fact, named, arena, files);
        left_out = seen.left_out;
        if (is_new) {
          found.files_left_out = left_out;
          found.manifests_first = first.manifests_first;
          found.source_line = source != nullptr ? source->line : 0;
        } else if (found.manifests_first == true && first.manifests_first == false) {
          found.manifests_first = false;
        }
        See(files, is_new, arena, found);
        found.manifests.Append(arena, ManifestsOf(known.command, fact, files, named, arena));
        if (found.manifests.size() > most_manifests) {  // of very many commands mostly the same
          KeepOnce(found.manifests);
          most_manifests = std::max(most_manifests, 2 * found.manifests.size());
        }
        found.bringer = found.bringer ? found.bringer : bringer;
        trigger = first.source;
        found.why.Add(arena, first.why);
      } else if (source != nullptr) {
        trigger = TriggerOf(*source);
      }
      found.source = found.source ? found.source : trigger;
      const bool made = made_locks.Has(fact.manager, directory);
      const bool complete = source == nullptr && !arrivals.fetched &&
                            arrivals.stage_sources.empty() && !arrivals.whole_folders &&
                            left_out == 0;
      StepCommand command =
          CommandOf(text, fact, directory, files, complete, places.Of(known.command));
      command.manifests_form = ManifestsForm(known.command, fact);
      ApplyGuards(reading, known.command.branch, command);
      if (made && command.lock == LockState::kMissing) {
        command.lock = LockState::kUnknown;
        command.frozen_form = {};
      }
      if (*kind == StepKind::kProject && !fact.frozen) {
        made_locks.Add(fact.manager, directory);
      }
      found.commands.Add(arena, command);
      if (known.command.piped_into_shell) {
        found.why.Add(arena, "What it brings is run at once; what that fetches is not known.");
      }
      if (*kind == StepKind::kTool && fact.compiles && run.tool_command.empty()) {
        run.tool_command = text;
      }
      const Fetch fetch{step, known, fact, next};
      if (fact.brings_source || (*kind == StepKind::kFetch && MayBeSource(fetch))) {
        cloned_here = cloned_here || (*kind == StepKind::kFetch && fact.brings_source);
        NoteFetch(fetch, text, arena, arrivals);
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
      AskManifestsFirst({"", false, found.ecosystem, {}, nullptr, false}, arrivals, arena);
  const Seen seen = arrivals.Look();
  found.manifests_first = first.manifests_first;
  found.source = first.source;
  found.bringer = first.source;
  found.files = ArenaList(arena.Copy(FilesOf(found.ecosystem, seen, "", nullptr, {})));
  found.files_left_out = seen.left_out;
  found.why.Add(arena, first.why);
}

}  // namespace cacheplan::detect
