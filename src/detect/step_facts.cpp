#include "src/detect/step_facts.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "src/detect/bringers.h"
#include "src/detect/command_text.h"
#include "src/detect/fetches.h"
#include "src/detect/first_answer.h"
#include "src/detect/named_files.h"
#include "src/detect/programs.h"
#include "src/detect/spots.h"
#include "src/detect/step_files.h"
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

/// A fact of a command, as far as all questions about it need it.
struct Told {
  const KnownCommand& known;
  const CommandFact& fact;
  std::string_view text;                    ///< the command as it is shown
  std::string_view directory;               ///< where it works; "" when that cannot be told
  std::span<const std::string_view> named;  ///< places of the manifests that it names
  std::optional<StepKind> kind;             ///< nothing: it downloads nothing
};

/// What a project's command is told of its surroundings.
struct Surroundings {
  FirstAnswer first;
  std::optional<SourceTrigger> bringer;
  bool names_fetched = false;  ///< see NamesFetched
  Reading reads;
};

/// Reads what the commands of one RUN do, in their order.
class FactsReader {
 public:
  FactsReader(const Step& step, const RunReading& reading, CommandPlaces& places, Arena& arena,
              Arrivals& arrivals, std::vector<DependencyStep>& steps)
      : step_(step),
        reading_(reading),
        places_(places),
        arena_(arena),
        arrivals_(arrivals),
        steps_(steps),
        before_(steps.size()) {}

  RunFacts Read() {
    for (const KnownCommand& known : reading_.commands) {
      ReadCommand(known);
    }
    if (!reading_.hidden_build.empty()) {
      NoteBuild(reading_.hidden_build);
      KeepFirst(building_.command, reading_.hidden_build);
    }
    EndSteps(*step_.instruction, steps_);
    for (DependencyStep& found : std::span(steps_).subspan(before_)) {
      if (found.kind == StepKind::kProject) {
        SetMode(found, building_, arena_);
      }
    }
    return std::move(run_);
  }

 private:
  static void KeepFirst(std::string_view& first, std::string_view text) {
    first = first.empty() ? text : first;
  }

  void ReadCommand(const KnownCommand& known) {
    if ((reading_.unpacks || reading_.copies) &&
        (known.facts.empty() || known.facts.front().activity == Activity::kNothing)) {
      NoteMoved(step_, known.command, arena_, arrivals_);
    }
    if (known.facts.empty()) {
      if (reading_.unpacks) {
        NoteUnpacked(step_, known.command, arena_, arrivals_);
      }
      return;
    }
    const std::string_view text = known.command.more_words || places_.GoesOn(known.command)
                                      ? places_.Written(known.command)
                                      : CommandText(known.command, arena_);
    for (const CommandFact& own : known.facts) {
      const CommandFact& fact = own.lone_tool && arrivals_.IsNothing() ? AsTool(own) : own;
      const std::string_view directory = PlaceOf(step_, known.command, arena_, fact.directory);
      ReadFact({known, fact, text, directory, PlacesOf(fact, directory), KindOf(fact.activity)});
    }
  }

  /// There is nothing that it could build: it fetches what it names.
  [[nodiscard]] const CommandFact& AsTool(const CommandFact& fact) const {
    CommandFact& tool = arena_.Copy(std::span(&fact, 1)).front();
    tool.activity = Activity::kTool;
    tool.frozen = false;
    return tool;
  }

  /// The places of the manifests that the command names.
  [[nodiscard]] std::span<const std::string_view> PlacesOf(const CommandFact& fact,
                                                           std::string_view directory) const {
    const std::span<std::string_view> named = arena_.Room<std::string_view>(fact.manifests.size());
    std::transform(fact.manifests.begin(), fact.manifests.end(), named.begin(),
                   [&](std::string_view name) { return Absolute(name, directory, arena_); });
    return named;
  }

  void ReadFact(const Told& told) {
    const CommandFact& fact = told.fact;
    if (fact.writes_lock) {
      made_locks_.Add(fact.manager, told.directory);
    }
    Surroundings around;
    if (told.kind == StepKind::kProject) {
      around.reads = ReadingOf(step_, told.known.command, fact, arena_);
      around.bringer = BringerOf(around.reads, arrivals_);
      around.names_fetched = arrivals_.fetched && NamesFetched(told.named, arrivals_);
      around.first = AskManifestsFirst(
          {told.directory, !told.known.command.directory.empty(), fact.ecosystem, told.named,
           fact.manager, cloned_here_, around.bringer, around.names_fetched},
          arrivals_, arena_);
    }
    NoteWork(told, around.first.manifests_first == true);
    if (told.kind) {
      AddToStep(told, around);
      NoteTool(told);
      NoteBrought(told);
    }
  }

  void NoteBuild(std::string_view text) {
    run_.compiles = true;
    KeepFirst(run_.compile_command, text);
  }

  /// Whether the command builds or tests. `dependencies_alone`: the project's source is not there.
  void NoteWork(const Told& told, bool dependencies_alone) {
    const bool builds = Builds(told.fact.activity);
    const bool tests = Tests(told.fact.activity);
    if (builds || tests) {
      KeepFirst(building_.command, told.text);
    }
    if (builds && !(told.kind && dependencies_alone)) {
      NoteBuild(told.text);
    }
    if (tests) {
      run_.tests = true;
      KeepFirst(run_.test_command, told.text);
    }
  }

  void AddToStep(const Told& told, const Surroundings& around) {
    const CommandFact& fact = told.fact;
    DependencyStep& found = StepOf(*step_.instruction, *told.kind, fact.ecosystem, steps_);
    const bool is_new = found.commands.empty();
    if (is_new) {
      found.manager = fact.manager->name;
      found.command = told.text;
      found.why.Reserve(arena_, kUsualSentences);
    }
    run_.last.resize(steps_.size() - before_);
    run_.last[static_cast<std::size_t>(&found - &steps_[before_])] =
        RangeOf(reading_.commands, told.known);
    found.why.Add(arena_, WhatItDoes(told.known.command, told.text, fact, arena_));
    const Content* const source = SourceFor(told.directory, arrivals_);
    std::vector<VisibleFile> files;
    bool all_seen = !arrivals_.whole_folders;
    if (*told.kind == StepKind::kProject) {
      const Seen seen = arrivals_.Look();
      all_seen = all_seen && seen.left_out == 0;
      files = FilesOf(fact.ecosystem, seen, told.directory, fact.manager, told.named);
      LeaveOutUnread(step_, told.known.command, fact, told.named, arena_, files);
      if (around.names_fetched) {
        std::erase_if(files,
                      [](const VisibleFile& file) { return file.kind != FileKind::kConfig; });
      }
      if (is_new) {
        found.files_left_out = seen.left_out;
        found.manifests_first = around.first.manifests_first;
        found.source_line = source != nullptr ? source->line : 0;
      } else if (found.manifests_first == true && around.first.manifests_first == false) {
        found.manifests_first = false;
      }
      See(files, is_new, arena_, found);
      AddManifests(told, files, found);
      AddBringer(around.bringer, found.bringers);
      found.source = found.source ? found.source : around.first.source;
      found.why.Add(arena_, around.first.why);
    } else if (source != nullptr && !found.source) {
      found.source = TriggerOf(*source);
    }
    found.commands.Add(arena_, ValueOf(told, around, files, all_seen));
    // What is fetched to be run once leaves nothing to the next one.
    arrivals_.installed = arrivals_.installed || *told.kind == StepKind::kProject ||
                          (*told.kind == StepKind::kTool && !fact.lone_tool);
    if (told.known.command.piped_into_shell) {
      found.why.Add(arena_, "What it brings is run at once; what that fetches is not known.");
    }
  }

  void AddBringer(const std::optional<SourceTrigger>& bringer,
                  ArenaList<SourceTrigger>& bringers) const {
    constexpr std::size_t kMost = 4;  // more are no help to a reader
    const auto same = [&bringer](const SourceTrigger& other) {
      return other.instruction == bringer->instruction && other.what == bringer->what;
    };
    if (bringer && bringers.size() < kMost &&
        std::none_of(bringers.begin(), bringers.end(), same)) {
      bringers.Add(arena_, *bringer);
    }
  }

  void AddManifests(const Told& told, std::span<const VisibleFile> files, DependencyStep& found) {
    found.manifests.Append(arena_,
                           ManifestsOf(told.known.command, told.fact, files, told.named, arena_));
    if (found.manifests.size() > most_manifests_) {  // of very many commands mostly the same
      KeepOnce(found.manifests);
      most_manifests_ = std::max(most_manifests_, 2 * found.manifests.size());
    }
  }

  /// `all_seen`: of the files that came one by one, those of its ecosystem are all in `files`.
  [[nodiscard]] StepCommand ValueOf(const Told& told, const Surroundings& around,
                                    std::span<const VisibleFile> files, bool all_seen) {
    const CommandFact& fact = told.fact;
    StepCommand command =
        CommandOf(told.text, fact, told.directory, files, all_seen, places_.Of(told.known.command));
    command.manifests_form = ManifestsForm(told.known.command, fact);
    command.no_dependencies = fact.no_dependencies;
    if (fact.maybe_frozen) {
      command.frozen_form = {};
    }
    if (command.lock == LockState::kMissing && MayBeMore(around.reads, arrivals_)) {
      command.lock = LockState::kUnknown;
    }
    ApplyGuards(reading_, told.known.command.branch, command);
    if (command.lock == LockState::kMissing && made_locks_.Has(fact.manager, told.directory)) {
      command.lock = LockState::kUnknown;
      command.frozen_form = {};
    }
    if (*told.kind == StepKind::kProject && !fact.frozen) {
      made_locks_.Add(fact.manager, told.directory);
    }
    return command;
  }

  void NoteTool(const Told& told) {
    if (*told.kind == StepKind::kTool && told.fact.compiles) {
      KeepFirst(run_.tool_command, told.text);
    }
  }

  /// What it brought may be source for the commands behind it.
  void NoteBrought(const Told& told) {
    const bool last = &told.known == &reading_.commands.back();
    const Fetch fetch{step_, told.known, told.fact, last ? nullptr : &told.known + 1};
    const bool fetches = *told.kind == StepKind::kFetch;
    if (told.fact.brings_source || (fetches && MayBeSource(fetch))) {
      cloned_here_ = cloned_here_ || (fetches && told.fact.brings_source);
      NoteFetch(fetch, told.text, arena_, arrivals_);
    }
  }

  const Step& step_;
  const RunReading& reading_;
  CommandPlaces& places_;
  Arena& arena_;
  Arrivals& arrivals_;
  std::vector<DependencyStep>& steps_;
  std::size_t before_;  ///< the steps of other instructions
  RunFacts run_;
  Building building_;
  bool cloned_here_ = false;
  MadeLocks made_locks_;
  std::size_t most_manifests_ = 1024;  ///< of a step, before those that are there twice go
};

}  // namespace

RunFacts ReadRunFacts(const Step& step, const RunReading& reading, CommandPlaces& places,
                      Arena& arena, Arrivals& arrivals, std::vector<DependencyStep>& steps) {
  return FactsReader(step, reading, places, arena, arrivals, steps).Read();
}

void AnswerForAnnotation(const Arrivals& arrivals, Arena& arena, DependencyStep& found) {
  const FirstAnswer first =
      AskManifestsFirst({"", false, found.ecosystem, {}, nullptr, false}, arrivals, arena);
  const Seen seen = arrivals.Look();
  found.manifests_first = first.manifests_first;
  found.source = first.source;
  if (first.source) {
    found.bringers.Add(arena, *first.source);
  }
  found.files = ArenaList(arena.Copy(FilesOf(found.ecosystem, seen, "", nullptr, {})));
  found.files_left_out = seen.left_out;
  found.why.Add(arena, first.why);
}

}  // namespace cacheplan::detect
