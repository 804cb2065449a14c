#include "cacheplan/detect.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/commands.h"
#include "cacheplan/knowledge.h"

#include "src/detect/annotations.h"
#include "src/detect/bringers.h"
#include "src/detect/command_text.h"
#include "src/detect/context_files.h"
#include "src/detect/first_answer.h"
#include "src/detect/hidden_scripts.h"
#include "src/detect/named_files.h"
#include "src/detect/needs_source.h"
#include "src/detect/picked.h"
#include "src/detect/run_commands.h"
#include "src/detect/spots.h"
#include "src/detect/stage_ends.h"
#include "src/detect/stage_facts.h"
#include "src/detect/start_tests.h"
#include "src/detect/step_facts.h"
#include "src/detect/step_values.h"

namespace cacheplan {

namespace {

using detect::Arrival;
using detect::Arrivals;
using detect::RunReading;
using detect::StageFacts;

/// Windows images run cmd where no SHELL says otherwise. Their names say what they are.
bool IsWindowsImage(const StageSource& base) {
  return base.kind != SourceKind::kStage &&
         (base.name.text.find("windows") != std::string::npos ||
          base.name.text.find("nanoserver") != std::string::npos);
}

/// A source of COPY that is the build context itself.
bool IsContext(const Value& source) {
  return source.text == "." || source.text == "./" || source.text == "/" || source.text == "*";
}

/// Files of the context, and no archive to be unpacked.
bool MountsFiles(const Mount& mount) {
  return mount.type == MountType::kBind && mount.from.empty() && !detect::IsArchive(mount.source);
}

class Detector {
 public:
  Detector(const Dockerfile& file, const Graph& graph, const Knowledge& knowledge)
      : graph_(graph),
        knowledge_(knowledge),
        source_(*file.source),
        escape_(file.escape),
        annotations_(detect::ReadAnnotations(file, knowledge)),
        ends_(graph) {}

  Dependencies Run() {
    Dependencies all;
    arena_ = &all.arena;
    arena_->Expect(kArenaPerByte * source_.text().size());
    all.stages.reserve(graph_.stages.size());
    all.diagnostics = annotations_.diagnostics;
    std::vector<StageFacts> facts(graph_.stages.size());
    detect::NoteUse(graph_, facts);
    any_copied_ = std::any_of(facts.begin(), facts.end(),
                              [](const StageFacts& stage) { return stage.is_copied; });
    for (const Stage& stage : graph_.stages) {
      StageDependencies dependencies;
      dependencies.stage = stage.index;
      ReadStage(stage, facts[stage.index], dependencies);
      facts[stage.index].copies_tests_only = detect::CopiesTestsOnly(stage, all);
      DecideRole(graph_, stage, facts[stage.index], *arena_, dependencies);
      detect::NoteDependencyStage(*arena_, dependencies);
      all.stages.push_back(std::move(dependencies));
    }
    return all;
  }

 private:
  void ReadStage(const Stage& stage, StageFacts& facts, StageDependencies& dependencies) {
    detect::StageEnd end = ends_.Begin(stage);
    end.arrivals.named = &annotations_.manifests;
    end.arrivals.budget = &looks_;
    preparation_ = {};
    facts.project_above = end.project;
    facts.starts_above = end.starts;
    const bool windows = end.windows || escape_ == '`' || IsWindowsImage(stage.base);
    end.windows = windows;
    const auto runs = static_cast<std::size_t>(
        std::count_if(stage.steps.begin(), stage.steps.end(),
                      [](const Step& step) { return step.instruction->keyword == Keyword::kRun; }));
    dependencies.runs.reserve(runs);
    dependencies.steps.reserve(runs);  // most have one each, or none
    for (const Step& step : stage.steps) {
      switch (step.instruction->keyword) {
        case Keyword::kArg:
          end.settings.variables.Learn(step);
          continue;
        case Keyword::kLabel:
          facts.labels = true;
          continue;
        case Keyword::kMaintainer:
          continue;
        case Keyword::kCopy:
        case Keyword::kAdd:
          ReadCopy(step, end.arrivals, facts, dependencies);
          if (!step.instruction->heredocs.empty() || !end.settings.files.empty()) {
            detect::KeepCopiedFiles(step, *arena_, end.settings);
          }
          break;
        case Keyword::kRun:
          ReadRunStep(step, windows, end.settings, end.arrivals, facts, dependencies);
          break;
        case Keyword::kEnv:
          end.settings.variables.Learn(step);
          break;
        case Keyword::kCmd:
        case Keyword::kEntrypoint:
          facts.starts = true;
          break;
        default:
          break;
      }
      ++facts.instructions;
      const bool copy = step.instruction->keyword == Keyword::kCopy;
      facts.copies_stages_only =
          facts.copies_stages_only && copy && (step.from || step.sources.empty());
    }
    end.project = end.project || std::any_of(dependencies.steps.begin(), dependencies.steps.end(),
                                             [](const DependencyStep& step) {
                                               return step.kind == StepKind::kProject;
                                             });
    end.starts = end.starts || facts.starts;
    facts.holds_source = end.arrivals.HoldsSource();
    const bool last = stage.index + 1 == graph_.stages.size();
    // Without source it is a tool that tests what others have: the image of a linter.
    if (facts.starts && facts.holds_source && !facts.is_base && !facts.is_copied &&
        (!last || !stage.name.empty())) {
      facts.started_test =
          detect::TestThatStarts(knowledge_, stage, windows, end.settings, *arena_);
    }
    ends_.Keep(stage, facts.is_copied, std::move(end));
  }

  void ReadCopy(const Step& step, Arrivals& arrivals, StageFacts& facts,
                StageDependencies& dependencies) {
    const bool source = AddCopy(knowledge_, step, *arena_, arrivals);
    facts.copies_source = facts.copies_source || source;
    facts.copies_all = facts.copies_all ||
                       (source && std::any_of(step.sources.begin(), step.sources.end(), IsContext));
    if (step.instruction->keyword != Keyword::kAdd || step.from) {
      return;
    }
    const std::size_t unknown = dependencies.unknown.size();
    const CopyCommand written = AsCopy(*step.instruction);
    for (std::size_t i = 0; i < step.sources.size(); ++i) {
      const Value& source = step.sources[i];
      if (detect::IsRemote(source.text)) {
        // A heredoc among the sources is not in step.sources; then the whole instruction is shown.
        const bool told = written.sources.size() == step.sources.size();
        AddRemote(step, source.text, told ? written.sources[i].span : step.instruction->span,
                  arrivals, dependencies);
      } else if (!source.known && source.text.substr(0, 1) == "$") {
        dependencies.unknown.push_back(
            {step.instruction->start_line,
             fmt::format("ADD {}: whether that is an address or a file is not known ({})",
                         source.text, source.reason)});
      }
    }
    detect::EndSteps(*step.instruction, dependencies.steps);
    if (const std::vector<detect::Annotation>* annotations = AnnotationsOf(step)) {
      detect::Annotate(*annotations, *step.instruction,
                       detect::CutText(source_.Slice(step.instruction->span), *arena_), unknown,
                       arrivals, *arena_, dependencies);
    }
  }

  void AddRemote(const Step& step, std::string_view url, Span span, Arrivals& arrivals,
                 StageDependencies& dependencies) const {
    const bool repository = detect::IsRepository(url);
    const std::string_view text = arena_->Copy(fmt::format("ADD {}", url));
    DependencyStep& found = detect::StepOf(*step.instruction, StepKind::kFetch,
                                           repository ? "git" : "url", dependencies.steps);
    if (found.commands.empty()) {
      found.manager = repository ? "git" : "ADD";
      found.command = text;
      if (const detect::Content* before = arrivals.source()) {
        found.source = detect::TriggerOf(*before);
        // An address reads nothing; a file beside it may be in what was copied, but not from there.
        found.needs_no_source = true;
      }
    }
    found.why.Add(*arena_,
                  arena_->Concat({"ADD brings ", repository ? "the repository " : "the file ", url,
                                  " from the network."}));
    StepCommand command;
    command.text = text;
    command.manager = repository ? "git" : "ADD";
    command.activity = Activity::kFetch;
    command.span = span;
    found.commands.Add(*arena_, command);
    const std::string_view place =
        detect::Absolute(step.destination.text,
                         step.workdir->known ? step.workdir->text : std::string_view(), *arena_);
    if (!detect::IsSystemPlace(place) && !SaysNone(step)) {
      Arrival arrival{text, place, step.instruction->start_line, step.instruction};
      arrival.spot = detect::Spot(step.destination.text, *step.workdir, *arena_);
      arrival.whole = repository;
      arrival.file = repository ? std::string_view() : url;
      arrivals.AddFetch(arrival);
    }
  }

  void ReadRunStep(const Step& step, bool windows, detect::Settings& settings, Arrivals& arrivals,
                   StageFacts& facts, StageDependencies& dependencies) {
    RunCommand run = AsRun(*step.instruction);
    for (Mount& mount : run.mounts) {
      detect::PutVariables(settings.variables, mount.source);
      detect::PutVariables(settings.variables, mount.target);
    }
    RunReading reading = detect::ReadRun(knowledge_, step, run, windows, settings, *arena_);
    facts.runs = true;
    facts.unpacks = facts.unpacks || reading.unpacks;
    facts.runs_unknown = facts.runs_unknown || !reading.unknown.empty();
    const std::size_t unknown = dependencies.unknown.size();
    for (const std::string& reason : reading.unknown) {
      dependencies.unknown.push_back({step.instruction->start_line, reason});
    }
    for (const std::string_view program : detect::CopiedPrograms(reading, arrivals)) {
      dependencies.unknown.push_back({step.instruction->start_line, detect::RunsUnseen(program)});
    }
    // What a bind mount shows is there for this RUN alone.
    std::optional<Arrivals> mounted;
    if (!run.mounts.empty()) {
      mounted = arrivals.Copy();
      AddBindMounts(knowledge_, step, run.mounts, *arena_, *mounted);
      facts.mounts = facts.mounts || std::any_of(run.mounts.begin(), run.mounts.end(), MountsFiles);
    }
    Arrivals& here = mounted ? *mounted : arrivals;
    detect::NoteNamedFiles(knowledge_, step, reading, *arena_, here);
    if (any_copied_) {
      detect::NotePicked(knowledge_, step, reading, *arena_, arrivals);
    }
    detect::CommandPlaces places(source_, escape_, *step.instruction, run, *arena_);
    detect::RunFacts run_facts =
        ReadRunFacts(step, reading, places, *arena_, here, dependencies.steps);
    NoteNeeds(step, reading, here, run_facts.last, dependencies);
    if (!reading.recipe.empty() && here.source() != nullptr && !reading.configures &&
        !reading.unpacks && !MayBeFetchedRecipe(step, reading, here)) {
      dependencies.unknown.push_back(
          {step.instruction->start_line,
           detect::RunsUnseen(fmt::format("{}{}{}", reading.recipe,
                                          reading.target.empty() ? "" : " ", reading.target))});
    }
    if (const std::vector<detect::Annotation>* annotations = AnnotationsOf(step)) {
      const SimpleCommand* command = reading.unreadable;
      if (command == nullptr && !reading.commands.empty()) {
        command = &reading.commands.front().command;
      }
      const std::string_view shown = command == nullptr ? detect::CutText(run.script.text, *arena_)
                                                        : detect::CommandText(*command, *arena_);
      if (SaysNone(step)) {
        here.DropFetches(*step.instruction);
      }
      if (detect::Annotate(*annotations, *step.instruction, shown, unknown, here, *arena_,
                           dependencies) &&
          !run_facts.compiles) {
        run_facts.compiles = true;
        run_facts.compile_command = shown;
      }
    }
    if (run_facts.compiles && facts.compile_command.empty()) {
      facts.compile_command = run_facts.compile_command;
    }
    if (run_facts.tests && facts.test_command.empty()) {
      facts.test_command = run_facts.test_command;
    }
    if (facts.tool_command.empty()) {
      facts.tool_command = run_facts.tool_command;
    }
    facts.compiles = facts.compiles || run_facts.compiles;
    facts.tests = facts.tests || run_facts.tests;
    if (mounted) {
      arrivals.KeepOf(std::move(*mounted));
    }
    const bool all_known =
        dependencies.unknown.size() == unknown && reading.unknown.empty() &&
        std::none_of(reading.commands.begin(), reading.commands.end(),
                     [](const KnownCommand& known) { return known.command.name().empty(); });
    dependencies.runs.push_back({step.instruction, reading.commands, all_known});
  }

  /// Source that was fetched brings recipes that are not the project's.
  bool MayBeFetchedRecipe(const Step& step, const RunReading& reading,
                          const Arrivals& arrivals) const {
    const auto runs = std::ranges::find_if(reading.commands, [&reading](const KnownCommand& known) {
      return known.command.name() == reading.recipe;
    });
    return arrivals.fetched &&
           (runs == reading.commands.end() ||
            detect::MayBeFetched(detect::SpotOf(step, runs->command, {}, *arena_), arrivals));
  }

  /// Steps of a RUN that are no project's, behind the source: whether they could stand before it.
  /// `last`: of each of its steps, the last command.
  void NoteNeeds(const Step& step, const RunReading& reading, const Arrivals& arrivals,
                 std::span<const detect::CommandRange> last, StageDependencies& dependencies) {
    const std::span<DependencyStep> own = std::span(dependencies.steps).last(last.size());
    const auto asks = [](const DependencyStep& found) {
      return found.kind != StepKind::kProject && found.source;
    };
    if (std::none_of(own.begin(), own.end(), asks)) {
      return;
    }
    const detect::FreeOfSource free =
        detect::FindFreeOfSource(step, reading, dependencies.runs, arrivals, preparation_, *arena_);
    for (std::size_t i = 0; i < own.size(); ++i) {
      own[i].needs_no_source = free.all && asks(own[i]);
      own[i].install_needs_no_source =
          last[i].end <= free.commands && asks(own[i]) &&
          (free.all || !detect::Removes(reading.commands, last[i], own[i].ecosystem));
    }
  }

  /// Null when it has none.
  [[nodiscard]] const std::vector<detect::Annotation>* AnnotationsOf(const Step& step) const {
    const auto found = annotations_.of.find(step.instruction);
    return found == annotations_.of.end() ? nullptr : &found->second;
  }
  /// An annotation says that the instruction downloads nothing.
  [[nodiscard]] bool SaysNone(const Step& step) const {
    const std::vector<detect::Annotation>* annotations = AnnotationsOf(step);
    return annotations != nullptr &&
           std::any_of(annotations->begin(), annotations->end(),
                       [](const detect::Annotation& annotation) { return annotation.none; });
  }

  /// About what the commands of a script take, in bytes for one of the file.
  static constexpr std::size_t kArenaPerByte = 12;

  const Graph& graph_;
  const Knowledge& knowledge_;
  Arena* arena_ = nullptr;
  const Source& source_;
  char escape_;
  detect::Annotations annotations_;
  detect::LookBudget looks_;
  detect::Preparation preparation_;  ///< of the stage that is being read
  detect::StageEnds ends_;           ///< of the stages that were read
  bool any_copied_ = false;          ///< some stage copies from another one
};

}  // namespace

Dependencies Detect(const Dockerfile& file, const Graph& graph, const Knowledge& knowledge) {
  return Detector(file, graph, knowledge).Run();
}

std::vector<Diagnostic> CheckAnnotations(const Dockerfile& file, const Knowledge& knowledge) {
  return detect::ReadAnnotations(file, knowledge).diagnostics;
}

}  // namespace cacheplan
