#include "cacheplan/graph.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/platform.h"
#include "cacheplan/text.h"

#include "src/graph/builder.h"
#include "src/graph/checks.h"

namespace cacheplan {
namespace graph {
namespace {

/// BuildKit sets it where the base image does not. Source: util/system/path.go.
constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

constexpr std::size_t kMaxTriggered = 100000;

constexpr Value kRoot = {"/", true, {}};

}  // namespace

void Builder::Run() {
  constexpr std::size_t kArenaPerByte = 5;  // about what steps and texts take, and some more
  arena_.Expect(kArenaPerByte * file_.source->text().size());
  ReadGlobalArgs(file_, options_, globals_, graph_.diagnostics);
  graph_.stages.resize(file_.stages.size());
  states_ = own_.Room<StageState>(file_.stages.size());
  std::uninitialized_fill(states_.begin(), states_.end(), StageState(&texts_));
  constexpr std::size_t kUsualEdges = 8;  // of a stage
  edges_.Reserve(own_, kUsualEdges);
  ReadNames();
  for (std::size_t i = 0; i < file_.stages.size(); ++i) {
    AddStage(i);
  }
  ResolveTarget();
  if (!graph_.diagnostics.empty()) {
    SortDiagnostics();
  }
}

void Builder::ReadNames() {
  names_ = own_.Items<StageName>(file_.stages.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < file_.stages.size(); ++i) {
    if (!file_.stages[i].name.empty()) {
      names_[count++] = {file_.stages[i].name, i};
    }
  }
  names_ = names_.first(count);
  if (count > 1) {
    std::ranges::sort(names_);
  }
}

void Builder::SortDiagnostics() {
  std::stable_sort(graph_.diagnostics.begin(), graph_.diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.line < b.line; });
}

void Builder::Report(Diag diag, Span span, std::uint32_t line, std::string message,
                     std::string hint) {
  if (trigger_ != nullptr) {
    span = inheriting_->from->span;
    hint = fmt::format("this stage inherits the ONBUILD of line {}{}{}", trigger_->start_line,
                       hint.empty() ? "" : "; ", hint);
    line = inheriting_->line;
  }
  graph_.diagnostics.push_back({diag, span, line, std::move(message), std::move(hint)});
}

void Builder::AddStage(std::size_t index) {
  const StageDecl& decl = file_.stages[index];
  const Instruction& instruction = file_.instructions[decl.from];
  const FromCommand from = AsFrom(instruction);
  Stage& stage = graph_.stages[index];
  stage.index = index;
  stage.name = decl.name;
  stage.line = decl.line;
  stage.from = &instruction;
  adding_ = index;
  edges_.Shrink(edges_.begin());
  undeclared_.Shrink(undeclared_.begin());
  ResolvePlatform(stage, from);
  // A named context of the stage's name takes the place of the whole stage.
  const bool replaced = !stage.name.empty() && IsContext(stage.name);
  stage.base = replaced ? StageSource{SourceKind::kContext, kNoStage, {stage.name, true, {}}}
                        : ResolveBase(stage, from);
  AddEdge(EdgeKind::kBase, stage.base, instruction, from.base.span);
  StageState& state = states_[index];
  Inherit(stage, state);
  if (!replaced) {
    const std::size_t triggers = stage.base.kind == SourceKind::kStage
                                     ? std::min(states_[stage.base.stage].triggers.size(),
                                                kMaxTriggered - std::min(triggered_, kMaxTriggered))
                                     : 0;
    steps_ = arena_.Items<Step>(triggers + decl.end - decl.from - 1);
    step_count_ = 0;
    AddTriggers(stage, state);
    for (std::size_t i = decl.from + 1; i < decl.end; ++i) {
      const Instruction& own = file_.instructions[i];
      AddStep(stage, state, own);
      if (own.keyword == Keyword::kOnbuild && own.trigger != nullptr) {
        state.triggers.Add(arena_, own.trigger);
      }
    }
    stage.steps = steps_.first(step_count_);
  }
  stage.edges = arena_.Copy<Edge>(edges_);
  stage.undeclared = arena_.Copy<UnsetVariable>(undeclared_);
}

void Builder::AddEdge(EdgeKind kind, const StageSource& source, const Instruction& instruction,
                      Span span) {
  edges_.Add(own_, {kind, adding_, source, &instruction, span});
}

void Builder::ResolvePlatform(Stage& stage, const FromCommand& from) {
  if (from.platform == nullptr || !from.platform->value || from.platform->value->empty()) {
    return;
  }
  const std::string_view written = *from.platform->value;
  Expanded platform = globals_.Expand(written, file_.escape);
  NoteUndeclared(platform, from.platform->span);
  std::string error(platform.error);
  if (error.empty() && platform.value.known) {
    error = platform.value.text.empty()
                ? fmt::format("empty platform value from expression {}", written)
                : CheckPlatform(platform.value.text);
    if (!error.empty() && !platform.value.text.empty()) {
      error = fmt::format("failed to parse platform {}: {}", written, error);
    }
  }
  if (!error.empty()) {
    Report(Diag::kBadValue, from.platform->span, stage.line, error);
    platform.value = {written, false, arena_.Copy(error)};
  }
  stage.platform = platform.value;
}

void Builder::Inherit(const Stage& stage, StageState& state) {
  if (stage.base.kind == SourceKind::kStage) {
    StageState& base = states_[stage.base.stage];
    state.scope = base.scope.Child();
    state.workdir = base.workdir;
    state.shell = base.shell;
    return;
  }
  state.workdir = &kRoot;
  if (stage.base.kind != SourceKind::kScratch && !options_.empty_base_env) {
    const std::string_view what =
        stage.base.kind == SourceKind::kContext ? "build context " : "image ";
    const std::string_view name = stage.base.name.text;  // stages stay where they are
    state.scope.SetOpen(what, name);
    state.workdir = arena_.New(
        Value{"", false, arena_.Concat("the working directory of ", what, name, " is not known")});
  } else if (options_.platform.substr(0, 7) != "windows") {
    state.scope.Set("PATH", {kDefaultPath, true, {}});
  }
}

void Builder::AddTriggers(const Stage& stage, StageState& state) {
  if (stage.base.kind != SourceKind::kStage) {
    return;
  }
  for (const Instruction* trigger : states_[stage.base.stage].triggers) {
    if (++triggered_ > kMaxTriggered) {
      if (triggered_ == kMaxTriggered + 1) {
        Report(Diag::kTooLarge, stage.from->span, stage.line,
               fmt::format("ONBUILD lines run more than {} times in this file", kMaxTriggered),
               "what they do from this stage on is left out");
      }
      return;
    }
    trigger_ = trigger;
    inheriting_ = &stage;
    for (Diagnostic& wrong : CheckTrigger(*trigger)) {
      Report(wrong.diag, wrong.span, wrong.line, std::move(wrong.message), std::move(wrong.hint));
    }
    AddStep(stage, state, *trigger);
    trigger_ = nullptr;
  }
}

void Builder::ResolveTarget() {
  if (graph_.stages.empty()) {
    if (!file_.rejected()) {
      Report(Diag::kNoStage, {}, 0, "dockerfile contains no stages to build",
             "a Dockerfile needs at least one FROM");
    }
    return;
  }
  if (options_.target.empty()) {
    graph_.target = graph_.stages.size() - 1;
  } else if (const Stage* stage = graph_.Find(options_.target)) {
    graph_.target = stage->index;
  } else {
    ReportTarget();
    return;
  }
  graph_.order = graph_.Needs(graph_.target);
  for (const std::size_t stage : graph_.order) {
    graph_.stages[stage].reachable = true;
  }
}

void Builder::ReportTarget() {
  std::vector<std::string_view> names;
  for (const Stage& stage : graph_.stages) {
    if (!stage.name.empty()) {
      names.push_back(stage.name);
    }
  }
  const std::string_view nearest = Nearest(ToLower(options_.target), names);
  std::string message = fmt::format("target stage {} could not be found", Quoted(options_.target));
  if (!nearest.empty()) {
    message += fmt::format(" (did you mean {}?)", nearest);
  }
  constexpr std::size_t kShown = 10;
  const bool more = names.size() > kShown;
  names.resize(std::min(names.size(), kShown));
  std::string hint =
      names.empty() ? "no stage of this file has a name; write FROM … AS NAME"
                    : fmt::format("the file has {}{}", fmt::join(names, ", "), more ? ", …" : "");
  if (const std::optional<long> index = ParseIndex(options_.target)) {
    hint = "builders take a stage's name as target, not its number; " + hint;
  }
  Report(Diag::kUnknownTarget, {}, 0, std::move(message), std::move(hint));
}

}  // namespace graph

Graph BuildGraph(const Dockerfile& file, const GraphOptions& options) {
  Graph graph;
  graph::Builder(file, options, graph).Run();
  return graph;
}

}  // namespace cacheplan
