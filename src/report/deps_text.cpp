// `cacheplan deps` for a person: a block a stage, each step with its commands, what it depends on,
// why we say so, and a mark for what makes its cache wrong or useless.
#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/report.h"

#include "src/report/graph_parts.h"

namespace cacheplan {
namespace {

constexpr std::size_t kMaxShown = 8;  // commands or files of one step

/// "npm project, download only, manifests first".
std::string Headline(const DependencyStep& step) {
  std::string text = fmt::format("{} {}", step.ecosystem, Name(step.kind));
  if (step.mode) {
    text += step.mode == StepMode::kDownload ? ", download only" : ", with a build";
  }
  if (step.kind == StepKind::kProject) {
    text += !step.manifests_first   ? ", nothing copied before it"
            : *step.manifests_first ? ", manifests first"
                                    : ", after the source";
  }
  return text;
}

std::string Commands(const DependencyStep& step) {
  std::vector<std::string_view> once;
  std::unordered_set<std::string_view> seen;
  for (const StepCommand& command : step.commands) {
    if (seen.insert(command.text).second) {
      once.push_back(command.text);
    }
  }
  if (once.empty()) {
    once.push_back(step.command);
  }
  std::string text;
  for (std::size_t i = 0; i < once.size() && i < kMaxShown; ++i) {
    text += fmt::format("      $ {}\n", once[i]);
  }
  if (once.size() > kMaxShown) {
    text += fmt::format("      and {} more commands\n", once.size() - kMaxShown);
  }
  return text;
}

std::string WithLine(const VisibleFile& file) {
  const char* const how = file.how == Arrived::kMounted   ? "mounted, "
                          : file.how == Arrived::kWritten ? "written, "
                                                          : "";
  return fmt::format("{} ({}line {})", file.path, how, file.instruction->start_line);
}

/// "a, b and 3 more". `more` are in no list.
std::string Listed(std::vector<std::string> items, std::size_t more) {
  if (items.size() > kMaxShown) {
    more += items.size() - kMaxShown;
    items.resize(kMaxShown);
  }
  const std::string text = fmt::format("{}", fmt::join(items, ", "));
  return more == 0 ? text : fmt::format("{} and {} more", text, more);
}

/// The files that it sees, with the lines that bring them; else those that it must be reading.
std::string DependsOn(const DependencyStep& step) {
  std::vector<std::string> files;
  std::vector<std::string> unread;
  if (step.annotated) {
    files.assign(step.manifests.begin(), step.manifests.end());
  }
  for (const VisibleFile& file : step.files) {
    if (!step.annotated && file.in_directory) {
      (file.read ? files : unread).push_back(WithLine(file));
    }
  }
  std::string text;
  if (!unread.empty()) {
    text = fmt::format("      {} does not read {}: another manager's lock file.\n", step.manager,
                       Listed(std::move(unread), 0));
  }
  if (!files.empty()) {
    return fmt::format("      Depends on {}.\n",
                       Listed(std::move(files), step.annotated ? 0 : step.files_left_out)) +
           text;
  }
  if (step.manifests.empty()) {
    return text;
  }
  const std::string reads =
      text + fmt::format("      It reads {}", fmt::join(step.manifests, ", "));
  if (step.source) {
    return fmt::format("{}; what is there of them comes with {} (line {}).\n", reads,
                       step.source->what, step.source->instruction->start_line);
  }
  return step.files.empty()
             ? reads + "; no line of the file names one of them.\n"
             : fmt::format("{} where it works; {} (line {}) is in another folder.\n", reads,
                           step.files.front().path, step.files.front().instruction->start_line);
}

/// The stage has files of another one that downloads for the same ecosystem.
bool TakesDownloads(const Dependencies& deps, const Stage& stage, const DependencyStep& step) {
  return std::any_of(stage.edges.begin(), stage.edges.end(), [&](const Edge& edge) {
    if (edge.kind == EdgeKind::kBase || edge.source.kind != SourceKind::kStage ||
        edge.source.stage >= deps.stages.size()) {
      return false;
    }
    const std::vector<DependencyStep>& others = deps.stages[edge.source.stage].steps;
    return std::any_of(others.begin(), others.end(), [&step](const DependencyStep& other) {
      return other.kind == StepKind::kProject && other.ecosystem == step.ecosystem;
    });
  });
}

std::string SourceMark(const Graph& graph, const Dependencies& deps, const Stage& stage,
                       const DependencyStep& step) {
  if (!step.source) {
    return "";
  }
  const std::string what =
      fmt::format("{} (line {})", step.source->what, step.source->instruction->start_line);
  if (step.kind != StepKind::kProject) {
    return step.needs_no_source && step.source->cause == SourceCause::kCopied
               ? fmt::format(
                     "after the source: it needs none of {}, and would stay cached above it", what)
               : "";
  }
  if (step.source->cause == SourceCause::kFetched) {
    return "";  // fetched source has no order to mend
  }
  const DependencyStep* const earlier = EarlierDownload(graph, deps, stage.index, step);
  if (step.mode == StepMode::kDownload) {
    // `uv sync --no-install-project`, the source, `uv sync`: the second has little left to bring.
    if (earlier != nullptr && earlier->manifests_first == true) {
      return "";
    }
    return fmt::format("source before install: bring the manifests alone first, and {} after it",
                       what);
  }
  return earlier != nullptr || TakesDownloads(deps, stage, step) ||
                 MayKeepDownloads(*step.instruction)
             ? ""
             : "downloads with every change of the source: a step of its own for the download, "
               "with the manifests alone, would stay cached";
}

/// What the lack of a lock file means for a command; `alone`: its step works in no other folder.
std::string LockMark(const StepCommand& command, bool alone) {
  const std::string where =
      alone || command.directory.empty() ? "" : fmt::format(" in {}", command.directory);
  const std::string locks = fmt::format("{}", fmt::join(command.locks, " or "));
  if (command.needs_lock) {
    return fmt::format("no lock file{}: it fails without {}", where, locks);
  }
  if (command.lock_is_checksums) {
    return fmt::format(
        "no checksums{}: {} is not among the files; the manifests fix the versions, but nothing "
        "checks what comes",
        where, locks);
  }
  return fmt::format(
      "no lock file{}: {} is not among the files, so what is not pinned may differ from run to run",
      where, locks);
}

std::vector<std::string> Marks(const Graph& graph, const Dependencies& deps, const Stage& stage,
                               const DependencyStep& step) {
  std::vector<std::string> marks;
  const auto add = [&marks](std::string mark) {
    if (!mark.empty() && std::find(marks.begin(), marks.end(), mark) == marks.end()) {
      marks.push_back(std::move(mark));
    }
  };
  add(SourceMark(graph, deps, stage, step));
  // A build after the download resolves nothing that was not resolved there.
  const bool downloaded =
      step.mode == StepMode::kBuild && EarlierDownload(graph, deps, stage.index, step) != nullptr;
  const bool alone =
      std::all_of(step.commands.begin(), step.commands.end(), [&step](const StepCommand& command) {
        return command.directory == step.commands.front().directory;
      });
  for (const StepCommand& command : step.commands) {
    if (command.lock == LockState::kMissing) {
      add(LockMark(command, alone));
    } else if (!downloaded && command.lock != LockState::kNone && !command.frozen_form.empty()) {
      add(fmt::format("not frozen: with `{}` it fails rather than choose other versions",
                      command.frozen_form));
    }
  }
  return marks;
}

std::string StepBlock(const Graph& graph, const Dependencies& deps, const Stage& stage,
                      const DependencyStep& step) {
  std::string text = fmt::format("\n    line {}: {}\n", step.line, Headline(step));
  text += Commands(step);
  text += DependsOn(step);
  for (const std::string_view sentence : step.why) {
    text += fmt::format("      {}\n", sentence);
  }
  for (const std::string& mark : Marks(graph, deps, stage, step)) {
    text += fmt::format("      ! {}\n", mark);
  }
  return text;
}

std::string StageBlock(const Graph& graph, const Dependencies& all, const Stage& stage) {
  const StageDependencies& deps = Of(all, stage);
  std::string text =
      fmt::format("\n  stage {}{}{}, line {}: {}\n", stage.index, stage.name.empty() ? "" : " ",
                  stage.name, stage.line, Name(deps.role));
  for (const std::string_view sentence : deps.why) {
    text += fmt::format("    {}\n", sentence);
  }
  for (const DependencyStep& step : deps.steps) {
    text += StepBlock(graph, all, stage, step);
  }
  if (!deps.unknown.empty()) {
    text += "\n    Not known (a comment '# cacheplan: deps=…' above the line can say it):\n";
    for (const UnknownPart& part : deps.unknown) {
      text += fmt::format("      line {}: {}\n", part.line, part.reason);
    }
  }
  return text;
}

}  // namespace

std::string RenderDepsText(const Dockerfile& file, const Graph& graph, const Dependencies& deps) {
  std::size_t steps = 0;
  std::vector<std::string> worth;
  for (const Stage& stage : graph.stages) {
    const StageDependencies& facts = Of(deps, stage);
    steps += facts.steps.size();
    if (facts.is_dependency_stage) {
      worth.push_back(stage.Label());
    }
  }
  std::string text = fmt::format(
      "{}: {}, {}\n", file.source->name(), Count(graph.stages.size(), "stage"),
      steps == 0 ? "no step downloads anything that is known" : Count(steps, "dependency step"));
  for (const Stage& stage : graph.stages) {
    text += StageBlock(graph, deps, stage);
  }
  if (!worth.empty()) {
    text += fmt::format("\n  Worth caching on their own: {}\n", fmt::join(worth, ", "));
  }
  return text;
}

}  // namespace cacheplan
