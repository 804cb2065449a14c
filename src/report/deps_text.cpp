// `cacheplan deps` for a person: a block a stage, each step with its commands, what it depends on,
// why we say so, and the marks of deps_marks.h.
#include <algorithm>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/downloads.h"
#include "cacheplan/report.h"
#include "cacheplan/text.h"

#include "src/report/deps_marks.h"
#include "src/report/graph_parts.h"

namespace cacheplan {
namespace {

constexpr std::size_t kMaxShown = 8;  // commands or files of one step

/// Most of the text is put together by this: formats are for what is rare.
void Put(std::string& out, std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) {
    out += text;
  }
}

std::string_view Digits(const fmt::format_int& number) { return {number.data(), number.size()}; }

/// "npm project, download only, manifests first".
void PutHeadline(const DependencyStep& step, std::string& out) {
  Put(out, {step.ecosystem, " ", Name(step.kind)});
  if (step.mode) {
    out += step.mode == StepMode::kDownload ? ", download only" : ", with a build";
  }
  if (step.kind == StepKind::kProject) {
    out += !step.manifests_first   ? ", nothing copied before it"
           : *step.manifests_first ? ", manifests first"
                                   : ", after the source";
  }
}

void PutCommand(std::string_view text, std::string& out) { Put(out, {"      $ ", text, "\n"}); }

void PutCommands(const DependencyStep& step, std::string& out) {
  if (step.commands.size() < 2) {
    PutCommand(step.commands.empty() ? step.command : step.commands.front().text, out);
    return;
  }
  // A project's commands work on other manifests in each folder.
  const bool folders = step.kind == StepKind::kProject && !WorksInOneFolder(step);
  std::unordered_set<std::string> seen;
  for (const StepCommand& command : step.commands) {
    std::string shown(command.text);
    if (folders && !command.directory.empty()) {
      Put(shown, {" (in ", command.directory, ")"});
    }
    if (seen.insert(shown).second && seen.size() <= kMaxShown) {
      PutCommand(shown, out);
    }
  }
  if (seen.size() > kMaxShown) {
    out += fmt::format("      and {} more commands\n", seen.size() - kMaxShown);
  }
}

/// "a, b and 3 more": the first of a list whose items come one by one.
class Listing {
 public:
  explicit Listing(std::string& out) : out_(out) {}
  void Add(std::string_view item) {
    if (Next()) {
      out_ += item;
    }
  }
  /// With the line that brings it.
  void Add(const VisibleFile& file) {
    if (Next()) {
      const std::string_view how = file.how == Arrived::kMounted   ? "mounted, "
                                   : file.how == Arrived::kWritten ? "written, "
                                                                   : "";
      const fmt::format_int line(file.instruction->start_line);
      Put(out_, {file.path, " (", how, "line ", Digits(line), ")"});
    }
  }
  /// `more` are in no list.
  void End(std::size_t more) {
    if (more_ + more > 0) {
      out_ += fmt::format(" and {} more", more_ + more);
    }
  }

 private:
  /// False: that is one too many, it is only counted.
  bool Next() {
    if (shown_ == kMaxShown) {
      ++more_;
      return false;
    }
    out_ += shown_ == 0 ? "" : ", ";
    ++shown_;
    return true;
  }

  std::string& out_;
  std::size_t shown_ = 0;
  std::size_t more_ = 0;
};

/// What it must be reading, where nothing of it is seen.
void PutReads(const DependencyStep& step, std::string& out) {
  constexpr std::size_t kShown = 10;  // of patterns for all that some manager knows
  out += "      It reads ";
  std::string_view between;
  const std::size_t shown = step.manifests.size() > kShown + 2 ? kShown : step.manifests.size();
  for (const std::string_view manifest : std::span(step.manifests.begin(), shown)) {
    Put(out, {between, manifest});
    between = ", ";
  }
  if (shown < step.manifests.size()) {
    Put(out, {" and ", Digits(fmt::format_int(step.manifests.size() - shown)), " more"});
  }
  const auto all = [&step](std::string_view part) {
    return std::all_of(step.manifests.begin(), step.manifests.end(),
                       [part](std::string_view manifest) {
                         return manifest.find(part) != std::string_view::npos;
                       });
  };
  if (all("://") || (step.bringers.empty() && (all("$") || InstallsFiles(step)))) {
    // No line of the file brings an address, need name what a variable holds, or tell a wheel from
    // what else another stage has.
    out += ".\n";
    return;
  }
  if (!step.bringers.empty()) {
    between = "; what is there of them comes with ";
    for (const SourceTrigger& bringer : step.bringers) {
      const fmt::format_int line(bringer.instruction->start_line);
      Put(out, {between, bringer.what, " (line ", Digits(line), ")"});
      between = " and ";
    }
    out += ".\n";
    return;
  }
  const auto elsewhere =
      std::find_if(step.files.begin(), step.files.end(),
                   [](const VisibleFile& file) { return file.read && !file.in_directory; });
  if (elsewhere == step.files.end()) {
    out += "; no line of the file names one of them.\n";
    return;
  }
  const fmt::format_int line(elsewhere->instruction->start_line);
  Put(out,
      {" where it works; ", elsewhere->path, " (line ", Digits(line), ") is in another folder.\n"});
}

/// The lock file that none of the files is, and that may be among what brings the others.
void PutLockWithSource(const DependencyStep& step, std::string& out) {
  const auto command = std::find_if(
      step.commands.begin(), step.commands.end(),
      [](const StepCommand& own) { return own.lock == LockState::kUnknown && !own.locks.empty(); });
  const auto is_everything = [](std::string_view what) {
    return what == "." || what == "./" || what == "/" || what == "*";
  };
  const auto bringer =
      std::find_if(step.bringers.begin(), step.bringers.end(),
                   [&](const SourceTrigger& found) { return is_everything(found.what); });
  if (bringer != step.bringers.end() && command != step.commands.end()) {
    out += fmt::format("; {}, if there is one, comes with {} (line {})",
                       fmt::join(command->locks, " or "), bringer->what,
                       bringer->instruction->start_line);
  }
}

/// The files that its commands name which are none of those that are shown: the project's source.
void PutNamedSource(const DependencyStep& step, std::string& out) {
  const auto is_shown = [&step](std::string_view name) {
    return std::any_of(step.files.begin(), step.files.end(), [name](const VisibleFile& file) {
      return file.in_directory && LastComponent(file.name) == LastComponent(name);
    });
  };
  std::string named;
  for (const StepCommand& command : step.commands) {
    for (const std::string_view name : command.manifests) {
      if (command.names_files && !is_shown(name)) {
        Put(named, {named.empty() ? "" : ", ", name});
      }
    }
  }
  if (named.empty()) {
    return;
  }
  Put(out, {"; it reads ", named});
  std::string_view between = ", what is there of it with ";
  for (const SourceTrigger& bringer : step.bringers) {
    const fmt::format_int line(bringer.instruction->start_line);
    if (bringer.what == named) {
      Put(out, {" (line ", Digits(line), ")"});
      return;
    }
    Put(out, {between, bringer.what, " (line ", Digits(line), ")"});
    between = " and ";
  }
}

/// The files that it sees, with the lines that bring them; else those that it must be reading.
void PutDependsOn(const DependencyStep& step, std::string& out) {
  const auto shown = [&step](const VisibleFile& file, bool read) {
    return !step.annotated && file.in_directory && file.read == read;
  };
  const auto any = [&](bool read) {
    return std::any_of(step.files.begin(), step.files.end(),
                       [&](const VisibleFile& file) { return shown(file, read); });
  };
  const bool depends = step.annotated ? !step.manifests.empty() : any(true);
  if (depends) {
    out += "      Depends on ";
    Listing list(out);
    if (step.annotated) {
      for (const std::string_view manifest : step.manifests) {
        list.Add(manifest);
      }
    }
    for (const VisibleFile& file : step.files) {
      if (shown(file, true)) {
        list.Add(file);
      }
    }
    list.End(step.annotated ? 0 : step.files_left_out);
    PutNamedSource(step, out);
    PutLockWithSource(step, out);
    out += ".\n";
  }
  if (any(false)) {
    Put(out, {"      ", step.manager, " does not read "});
    Listing list(out);
    for (const VisibleFile& file : step.files) {
      if (shown(file, false)) {
        list.Add(file);
      }
    }
    list.End(0);
    const bool locks =
        std::all_of(step.files.begin(), step.files.end(), [&](const VisibleFile& file) {
          return !shown(file, false) || file.kind == FileKind::kLock;
        });
    out += locks ? ": another manager's lock file.\n" : ": files of another manager.\n";
  }
  if (!depends && !step.manifests.empty()) {
    PutReads(step, out);
  }
}

void PutStep(const Graph& graph, const Dependencies& deps, const Stage& stage,
             const DependencyStep& step, std::string& out) {
  Put(out, {"\n    line ", Digits(fmt::format_int(step.line)), ": "});
  PutHeadline(step, out);
  out += '\n';
  PutCommands(step, out);
  PutDependsOn(step, out);
  for (const std::string_view sentence : step.why) {
    Put(out, {"      ", sentence, "\n"});
  }
  for (const std::string& mark : DepsMarks(graph, deps, stage, step)) {
    Put(out, {"      ! ", mark, "\n"});
  }
}

void PutStage(const Graph& graph, const Dependencies& all, const Stage& stage, std::string& out) {
  const StageDependencies& deps = Of(all, stage);
  const fmt::format_int index(stage.index);
  const fmt::format_int line(stage.line);
  Put(out, {"\n  stage ", Digits(index), stage.name.empty() ? "" : " ", stage.name, ", line ",
            Digits(line), ": ", Name(deps.role), "\n"});
  for (const std::string_view sentence : deps.why) {
    Put(out, {"    ", sentence, "\n"});
  }
  for (const DependencyStep& step : deps.steps) {
    PutStep(graph, all, stage, step, out);
  }
  if (!deps.unknown.empty()) {
    out += "\n    Not known (a comment '# cacheplan: deps=…' above the line can say it):\n";
    for (const UnknownPart& part : deps.unknown) {
      Put(out, {"      line ", Digits(fmt::format_int(part.line)), ": ", part.reason, "\n"});
    }
  }
}

}  // namespace

std::string RenderDepsText(const Dockerfile& file, const Graph& graph, const Dependencies& deps) {
  std::size_t steps = 0;
  std::vector<std::string> worth;
  std::optional<MountedRuns> mounted;  // where it is asked for
  for (const Stage& stage : graph.stages) {
    const StageDependencies& facts = Of(deps, stage);
    steps += facts.steps.size();
    // The target's own image holds it anyway, and what has no name cannot be built alone.
    if (!facts.is_dependency_stage || stage.index == graph.target) {
      continue;
    }
    if (!mounted) {
      mounted = FindMounted(graph, deps);
    }
    if (!StaysOnMounts(facts, *mounted)) {
      worth.push_back(stage.Label() + (stage.name.empty() ? " (once its FROM says AS NAME)" : ""));
    }
  }
  std::string text;
  constexpr std::size_t kUsual = 4096;
  text.reserve(kUsual);
  Put(text,
      {file.source->name(), ": ", Count(graph.stages.size(), "stage"), ", ",
       steps == 0 ? "no step downloads anything that is known" : Count(steps, "dependency step"),
       "\n"});
  for (const Stage& stage : graph.stages) {
    PutStage(graph, deps, stage, text);
  }
  if (!worth.empty()) {
    text += fmt::format("\n  Worth {}: {}\n",
                        worth.size() == 1 ? "an image of its own" : "images of their own",
                        fmt::join(worth, ", "));
  }
  return text;
}

}  // namespace cacheplan
