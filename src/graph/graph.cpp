#include "cacheplan/graph.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/image_ref.h"
#include "cacheplan/text.h"

#include "src/graph/checks.h"
#include "src/graph/scope.h"
#include "src/graph/words.h"

namespace cacheplan {
namespace {

using graph::Expanded;
using graph::Join;
using graph::ParseIndex;
using graph::Scope;

/// BuildKit sets it where the base image does not. Source: util/system/path.go.
constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

constexpr std::size_t kMaxTriggered = 100000;

/// What a stage leaves to those built FROM it.
struct StageState {
  explicit StageState(std::shared_ptr<graph::Budget> budget) : scope(std::move(budget)) {}
  Scope scope;
  std::shared_ptr<const Value> workdir;
  std::shared_ptr<const std::vector<std::string>> shell;
  std::vector<const Instruction*> triggers;  ///< of its ONBUILD lines
};

class Builder {
 public:
  Builder(const Dockerfile& file, const GraphOptions& options) : file_(file), options_(options) {}

  Graph Run() {
    graph::GlobalArgs globals = graph::ReadGlobalArgs(file_, options_);
    globals_ = std::move(globals.scope);
    graph_.diagnostics = std::move(globals.diagnostics);
    graph_.stages.resize(file_.stages.size());
    states_.assign(file_.stages.size(), StageState(globals_.budget()));
    for (std::size_t i = 0; i < file_.stages.size(); ++i) {
      if (!file_.stages[i].name.empty()) {
        last_by_name_[std::string(file_.stages[i].name)] = i;
      }
    }
    for (std::size_t i = 0; i < file_.stages.size(); ++i) {
      AddStage(i);
    }
    ResolveTarget();
    std::stable_sort(graph_.diagnostics.begin(), graph_.diagnostics.end(),
                     [](const Diagnostic& a, const Diagnostic& b) { return a.line < b.line; });
    return std::move(graph_);
  }

 private:
  void Report(Diag diag, Span span, std::uint32_t line, std::string message,
              std::string hint = {}) {
    graph_.diagnostics.push_back({diag, span, line, std::move(message), std::move(hint)});
  }

  [[nodiscard]] bool IsContext(std::string_view name) const {
    const std::vector<std::string>& names = options_.build_contexts;
    if (names.empty()) {
      return false;
    }
    const Result<ImageRef> ref = ParseImageRef(name);
    return std::any_of(names.begin(), names.end(), [&](const std::string& context) {
      if (EqualFold(context, name)) {
        return true;
      }
      const Result<ImageRef> other = ParseImageRef(context);
      const auto full = [](ImageRef image) {
        if (image.tag.empty() && image.digest.empty()) {
          image.tag = "latest";
        }
        return image.Canonical();
      };
      return ref.ok() && other.ok() && full(ref.value()) == full(other.value());
    });
  }

  /// An image by name; one that cannot be read as a reference is reported.
  StageSource ImageSource(std::string name, Span span, std::uint32_t line) {
    StageSource source;
    source.name = {std::move(name), true, {}};
    if (source.name.text == "scratch") {
      source.kind = SourceKind::kScratch;
      return source;
    }
    if (IsContext(source.name.text)) {
      source.kind = SourceKind::kContext;
      return source;
    }
    const Result<ImageRef> ref = ParseImageRef(source.name.text);
    if (!ref.ok()) {
      source.kind = SourceKind::kUnknown;
      source.name = {source.name.text, false, ref.status().message};
      const auto stage = earlier_by_name_.find(ToLower(source.name.text));
      Report(Diag::kBadReference, span, line,
             fmt::format("failed to parse stage name {}: {}", Quoted(source.name.text),
                         ref.status().message),
             stage == earlier_by_name_.end()
                 ? ""
                 : fmt::format("write {}: stage names are lower-cased and FROM looks for them as "
                               "they stand",
                               stage->first));
      return source;
    }
    source.kind = SourceKind::kImage;
    return source;
  }

  StageSource ResolveBase(Stage& stage, const FromCommand& from) {
    const std::uint32_t line = stage.line;
    Expanded base = globals_.Expand(from.base.text, file_.escape);
    NoteUndeclared(base, from.base.span, stage);
    if (!base.error.empty()) {
      Report(Diag::kBadExpansion, from.base.span, line, base.error);
      return {SourceKind::kUnknown, kNoStage, {std::string(from.base.text), false, base.error}};
    }
    if (!base.value.known) {
      return {SourceKind::kUnknown, kNoStage, std::move(base.value)};
    }
    if (base.value.text.empty()) {
      const std::string reason = fmt::format("base name ({}) should not be blank", from.base.text);
      std::string hint;
      if (!base.unset.empty()) {
        hint = fmt::format("give it a value: --build-arg {0}=…, or ARG {0}=… before the first FROM",
                           base.unset.front());
      }
      Report(Diag::kBlankBase, from.base.span, line, reason, hint);
      return {SourceKind::kUnknown, kNoStage, {std::string(from.base.text), false, reason}};
    }
    const auto found = earlier_by_name_.find(base.value.text);
    if (found != earlier_by_name_.end()) {
      return {SourceKind::kStage, found->second, std::move(base.value)};
    }
    return ImageSource(std::move(base.value.text), from.base.span, line);
  }

  void ResolvePlatform(Stage& stage, const FromCommand& from) {
    if (from.platform == nullptr || !from.platform->value || from.platform->value->empty()) {
      return;
    }
    const std::string_view written = *from.platform->value;
    Expanded platform = globals_.Expand(written, file_.escape);
    NoteUndeclared(platform, from.platform->span, stage);
    std::string error = std::move(platform.error);
    if (error.empty() && platform.value.known) {
      error = platform.value.text.empty()
                  ? fmt::format("empty platform value from expression {}", written)
                  : graph::CheckPlatform(platform.value.text);
      if (!error.empty() && !platform.value.text.empty()) {
        error = fmt::format("failed to parse platform {}: {}", written, error);
      }
    }
    if (!error.empty()) {
      Report(Diag::kBadValue, from.platform->span, stage.line, error);
      platform.value = {std::string(written), false, std::move(error)};
    }
    stage.platform = std::move(platform.value);
  }

  void AddStage(std::size_t index) {
    const StageDecl& decl = file_.stages[index];
    const Instruction& instruction = file_.instructions[decl.from];
    const FromCommand from = AsFrom(instruction);
    Stage& stage = graph_.stages[index];
    stage.index = index;
    stage.name = decl.name;
    stage.line = decl.line;
    stage.from = &instruction;
    ResolvePlatform(stage, from);
    // A named context of the stage's name takes the place of the whole stage.
    const bool replaced = !stage.name.empty() && IsContext(stage.name);
    stage.base = replaced ? StageSource{SourceKind::kContext, kNoStage, {stage.name, true, {}}}
                          : ResolveBase(stage, from);
    stage.edges.push_back({EdgeKind::kBase, index, stage.base, &instruction, from.base.span});
    StageState& state = states_[index];
    Inherit(stage, state);
    if (!replaced) {
      AddTriggers(stage, state);
      for (std::size_t i = decl.from + 1; i < decl.end; ++i) {
        const Instruction& own = file_.instructions[i];
        AddStep(stage, state, own);
        if (own.keyword == Keyword::kOnbuild && own.trigger != nullptr) {
          state.triggers.push_back(own.trigger);
        }
      }
    }
    if (!stage.name.empty()) {
      earlier_by_name_[stage.name] = index;
    }
  }

  void Inherit(const Stage& stage, StageState& state) {
    if (stage.base.kind == SourceKind::kStage) {
      StageState& base = states_[stage.base.stage];
      state.scope = base.scope.Child();
      state.workdir = base.workdir;
      state.shell = base.shell;
      return;
    }
    state.workdir = std::make_shared<const Value>(Value{"/", true, {}});
    state.shell = no_shell_;
    if (stage.base.kind != SourceKind::kScratch && !options_.empty_base_env) {
      const std::string what =
          stage.base.kind == SourceKind::kContext ? "build context " : "image ";
      state.scope.SetOpen(fmt::format("may be set by {}{}", what, stage.base.name.text));
      state.workdir = std::make_shared<const Value>(Value{
          "", false,
          fmt::format("the working directory of {}{} is not known", what, stage.base.name.text)});
    } else if (options_.platform.substr(0, 7) != "windows") {
      state.scope.Set("PATH", {std::string(kDefaultPath), true, {}});
    }
  }

  /// ONBUILD lines of a base stage in this file run first in a stage built FROM it.
  void AddTriggers(Stage& stage, StageState& state) {
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
      AddStep(stage, state, *trigger);
    }
  }

  /// What `expanded`, a word of the step, reads and nothing sets.
  static void NoteUnset(const StageState& state, const Expanded& expanded, Span span, Step& step) {
    for (const std::string& name : expanded.unset) {
      if (!state.scope.IsDeclared(name)) {
        step.unset.push_back({name, state.scope.Nearest(name), span});
      }
    }
  }

  void NoteUndeclared(const Expanded& expanded, Span span, Stage& stage) const {
    for (const std::string& name : expanded.unset) {
      if (!globals_.IsDeclared(name)) {
        stage.undeclared.push_back({name, globals_.Nearest(name), span});
      }
    }
  }

  /// A word of the step expanded; what cannot be is reported.
  Expanded ExpandWord(const StageState& state, const Instruction& instruction, const Word& word,
                      Step& step) {
    Expanded expanded = state.scope.Expand(word.text, file_.escape);
    NoteUnset(state, expanded, word.span, step);
    if (!expanded.error.empty()) {
      Report(Diag::kBadExpansion, word.span, instruction.start_line, expanded.error);
      expanded.value = {std::string(word.text), false, expanded.error};
    }
    return expanded;
  }

  void AddStep(Stage& stage, StageState& state, const Instruction& instruction) {
    Step step;
    step.instruction = &instruction;
    step.workdir = state.workdir;
    step.shell = state.shell;
    switch (instruction.keyword) {
      case Keyword::kArg:
        Arg(state, instruction, step);
        break;
      case Keyword::kEnv:
        Env(state, instruction, step);
        break;
      case Keyword::kAdd:
      case Keyword::kCopy:
        Copy(stage, state, instruction, step);
        break;
      case Keyword::kRun:
        Run_(stage, state, instruction, step);
        break;
      case Keyword::kWorkdir:
        if (!instruction.args.empty()) {
          const Expanded path = ExpandWord(state, instruction, instruction.args.front(), step);
          step.values.push_back(path.value);
          state.workdir = std::make_shared<const Value>(JoinWorkdir(*state.workdir, path.value));
        }
        break;
      case Keyword::kShell:
        SetShell(state, instruction);
        break;
      case Keyword::kExpose:
        for (const Word& word : instruction.args) {
          // BuildKit does not mind variables without a value here.
          Step scratch;
          const Expanded ports = ExpandWord(state, instruction, word, scratch);
          if (!ports.value.known) {
            step.values.push_back(ports.value);
          }
          for (const std::string& port : ports.words) {
            step.values.push_back({port, true, {}});
            Check(Diag::kBadPort, graph::CheckPort(port), word, instruction);
          }
        }
        break;
      case Keyword::kLabel:
      case Keyword::kUser:
        for (const Word& word : instruction.args) {
          ExpandWord(state, instruction, word, step);
        }
        break;
      case Keyword::kStopsignal:
        for (const Word& word : instruction.args) {
          const Expanded signal = ExpandWord(state, instruction, word, step);
          if (signal.value.known) {
            Check(Diag::kBadValue, graph::CheckSignal(signal.value.text), word, instruction);
          }
        }
        break;
      case Keyword::kVolume:
        for (const Word& word : instruction.args) {
          const Expanded path = ExpandWord(state, instruction, word, step);
          if (path.value.known && path.value.text.empty()) {
            Check(Diag::kBadValue, "VOLUME specified can not be an empty string", word,
                  instruction);
          }
        }
        break;
      default:
        break;
    }
    stage.steps.push_back(std::move(step));
  }

  static void SetShell(StageState& state, const Instruction& instruction) {
    std::vector<std::string> words;
    for (const Word& word : instruction.args) {
      words.emplace_back(word.text);
    }
    state.shell = std::make_shared<const std::vector<std::string>>(std::move(words));
  }

  /// Many relative ones in a row add up to a lot of text.
  Value JoinWorkdir(const Value& workdir, const Value& path) {
    Value joined = Join(workdir, path);
    if (joined.known && !globals_.budget()->Take(joined.text.size())) {
      return {path.text, false, "the working directories of this file add up to too much text"};
    }
    return joined;
  }

  void Check(Diag diag, std::string error, const Word& word, const Instruction& instruction) {
    if (!error.empty()) {
      Report(diag, word.span, instruction.start_line, std::move(error));
    }
  }

  void Arg(StageState& state, const Instruction& instruction, Step& step) {
    for (const KeyValue& pair : AsPairs(instruction)) {
      const auto given = options_.build_args.find(std::string(pair.key.text));
      if (given != options_.build_args.end()) {
        state.scope.Set(pair.key.text, {given->second, true, {}});
      } else if (pair.value) {
        state.scope.Set(pair.key.text, ExpandWord(state, instruction, *pair.value, step).value);
      } else if (const Value* global = globals_.Find(pair.key.text)) {
        state.scope.Set(pair.key.text, *global);
      } else {
        state.scope.Declare(pair.key.text);
      }
    }
  }

  void Env(StageState& state, const Instruction& instruction, Step& step) {
    // All values are expanded with what held before the line.
    std::vector<std::pair<std::string, Value>> values;
    for (const KeyValue& pair : AsPairs(instruction)) {
      Expanded key = ExpandWord(state, instruction, pair.key, step);
      Expanded value = ExpandWord(state, instruction, *pair.value, step);
      step.values.push_back(key.value);
      values.emplace_back(std::move(key.value.text), std::move(value.value));
    }
    for (auto& [name, value] : values) {
      state.scope.Set(name, std::move(value));
    }
  }

  void Copy(Stage& stage, const StageState& state, const Instruction& instruction, Step& step) {
    const CopyCommand copy = AsCopy(instruction);
    for (const Word& source : copy.sources) {
      step.sources.push_back(ExpandWord(state, instruction, source, step).value);
    }
    step.destination = ExpandWord(state, instruction, copy.destination, step).value;
    for (const Flag& flag : instruction.flags) {
      if (flag.value && (flag.name == "chown" || flag.name == "chmod" || flag.name == "checksum" ||
                         flag.name == "exclude")) {
        ExpandWord(state, instruction, {*flag.value, flag.span}, step);
      }
    }
    for (const Heredoc* file : copy.inline_files) {
      if (file->expand) {
        NoteUnset(state, state.scope.Expand(file->content, LexOptions{.skip_quotes = true}),
                  file->content_span, step);
      }
    }
    if (copy.from == nullptr || !copy.from->value || copy.from->value->empty()) {
      return;
    }
    step.from = CopySource(stage, instruction, *copy.from);
    stage.edges.push_back(
        {EdgeKind::kCopyFrom, stage.index, *step.from, &instruction, copy.from->span});
  }

  StageSource CopySource(const Stage& stage, const Instruction& instruction, const Flag& from) {
    const std::string_view name = *from.value;
    if (Scope().Expand(name, file_.escape).value.text != name) {
      const std::string reason =
          "variable expansion is not supported for --from, define a new stage with FROM using ARG "
          "from global scope as a workaround";
      Report(Diag::kBadReference, from.span, instruction.start_line, reason,
             fmt::format("add 'FROM {} AS NAME' above and write --from=NAME", name));
      return {SourceKind::kUnknown, kNoStage, {std::string(name), false, reason}};
    }
    if (const std::optional<long> index = ParseIndex(name)) {
      if (*index < 0 || static_cast<std::size_t>(*index) >= file_.stages.size()) {
        const std::string reason = fmt::format("invalid stage index {}", *index);
        Report(
            Diag::kUnknownStage, from.span, instruction.start_line, reason,
            fmt::format("stages are counted from 0; the last one is {}", file_.stages.size() - 1));
        return {SourceKind::kUnknown, kNoStage, {std::string(name), false, reason}};
      }
      return StageByIndex(stage, static_cast<std::size_t>(*index), instruction, from.span, name);
    }
    return NamedSource(stage, instruction, from.span, name);
  }

  /// A stage by name in any case, the last of that name; else an image or context.
  StageSource NamedSource(const Stage& stage, const Instruction& instruction, Span span,
                          std::string_view name) {
    const auto found = last_by_name_.find(ToLower(name));
    if (found != last_by_name_.end()) {
      return StageByIndex(stage, found->second, instruction, span, name);
    }
    return ImageSource(std::string(name), span, instruction.start_line);
  }

  StageSource StageByIndex(const Stage& stage, std::size_t index, const Instruction& instruction,
                           Span span, std::string_view name) {
    if (index == stage.index) {
      Report(Diag::kStageCycle, span, instruction.start_line,
             fmt::format("circular dependency detected on stage: {}", stage.Label()),
             "a stage cannot copy from itself; use RUN cp for files that it already has");
    } else if (index > stage.index) {
      Report(
          Diag::kLaterStage, span, instruction.start_line,
          fmt::format("cannot copy from stage {}, it needs to be defined before current stage {}",
                      Quoted(name), Quoted(stage.Label())),
          "move that stage above this one");
    }
    return {SourceKind::kStage, index, {std::string(name), true, {}}};
  }

  void Run_(Stage& stage, const StageState& state, const Instruction& instruction, Step& step) {
    for (const Flag& flag : instruction.flags) {
      if (flag.name != "mount" || !flag.value) {
        continue;
      }
      bool known = true;
      const WordExpander expand = [&](std::string_view word) {
        const Expanded expanded = state.scope.Expand(word, file_.escape);
        NoteUnset(state, expanded, flag.span, step);
        Expansion out;
        out.text = expanded.value.text;
        out.error = expanded.error;
        if (!expanded.value.known) {
          known = false;
          out.unmatched.emplace_back(word);
        }
        return out;
      };
      const MountReading reading = ReadMount(*flag.value, expand);
      if (!reading.error.empty()) {
        if (known) {
          Report(Diag::kBadMount, flag.span, instruction.start_line, reading.error);
        }
        continue;
      }
      const Mount& mount = reading.mount;
      if (mount.from.empty() || mount.type == MountType::kTmpfs ||
          mount.type == MountType::kSecret || mount.type == MountType::kSsh) {
        continue;
      }
      stage.edges.push_back({EdgeKind::kMountFrom, stage.index,
                             NamedSource(stage, instruction, flag.span, mount.from), &instruction,
                             flag.span});
    }
  }

  void ResolveTarget() {
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

  void ReportTarget() {
    std::vector<std::string_view> names;
    for (const Stage& stage : graph_.stages) {
      if (!stage.name.empty()) {
        names.push_back(stage.name);
      }
    }
    const std::string_view nearest = Nearest(ToLower(options_.target), names);
    std::string message =
        fmt::format("target stage {} could not be found", Quoted(options_.target));
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

  const Dockerfile& file_;
  const GraphOptions& options_;
  Graph graph_;
  Scope globals_;
  std::vector<StageState> states_;
  std::size_t triggered_ = 0;
  std::shared_ptr<const std::vector<std::string>> no_shell_ =
      std::make_shared<const std::vector<std::string>>();
  std::unordered_map<std::string, std::size_t> last_by_name_;
  std::unordered_map<std::string, std::size_t> earlier_by_name_;
};

}  // namespace

Graph BuildGraph(const Dockerfile& file, const GraphOptions& options) {
  return Builder(file, options).Run();
}

}  // namespace cacheplan
