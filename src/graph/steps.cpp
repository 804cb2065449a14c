// What each instruction of a stage does to variables, folders, edges; what is refused of it.
#include <algorithm>
#include <utility>

#include "cacheplan/paths.h"
#include "cacheplan/text.h"

#include "src/graph/builder.h"
#include "src/graph/checks.h"

namespace cacheplan::graph {
namespace {

bool IsAbsolute(std::string_view path) {
  const bool drive = path.size() >= 3 && IsLetter(static_cast<unsigned char>(path[0])) &&
                     path[1] == ':' && (path[2] == '/' || path[2] == '\\');
  return drive || (!path.empty() && (path[0] == '/' || path[0] == '\\'));
}

/// What an engine makes of a folder ("/src/." is /src): NormalizeWorkdir of BuildKit's util/system.
/// Paths of Windows stay as they are written.
std::string_view Plain(std::string_view path, Arena& arena) {
  return path.starts_with('/') ? PlainPath(WithoutSlash(path), arena) : path;
}

/// WORKDIR: an absolute path replaces, a relative one goes below what holds.
Value Join(const Value& workdir, const Value& path, Arena& arena) {
  if (!path.known) {
    return path;
  }
  if (IsAbsolute(path.text)) {
    return {Plain(path.text, arena), true, {}};
  }
  if (!workdir.known) {
    return {path.text, false, workdir.reason};
  }
  const std::string_view slash = workdir.text.ends_with('/') ? "" : "/";
  return {Plain(arena.Concat({workdir.text, slash, path.text}), arena), true, {}};
}

}  // namespace

void Builder::NoteUnset(const StageState& state, const Expanded& expanded, Span span) {
  for (const std::string_view name : expanded.unset) {
    if (note_unset_ && !state.scope.IsDeclared(name)) {
      unset_.Add(own_, {name, state.scope.Nearest(name), span});
    }
  }
}

Expanded Builder::ExpandWord(const StageState& state, const Instruction& instruction,
                             const Word& word, bool split) {
  Expanded expanded =
      state.scope.Expand(word.text, LexOptions{.escape = file_.escape, .split = split});
  NoteUnset(state, expanded, word.span);
  if (!expanded.error.empty()) {
    Report(Diag::kBadExpansion, word.span, instruction.start_line, std::string(expanded.error));
    expanded.value = {word.text, false, expanded.error};
  }
  return expanded;
}

Value Builder::ExpandValue(const StageState& state, const Instruction& instruction,
                           const Word& word) {
  const std::optional<std::string_view> plain = PlainText(word.text);
  return plain ? Value{*plain, true, {}} : ExpandWord(state, instruction, word).value;
}

void Builder::CheckWord(const StageState& state, const Instruction& instruction, const Word& word) {
  if (!PlainText(word.text)) {
    ExpandWord(state, instruction, word);
  }
}

void Builder::AddStep(const Stage& stage, StageState& state, const Instruction& instruction) {
  Step& step = steps_[step_count_++];
  step.instruction = &instruction;
  step.workdir = state.workdir;
  step.shell = state.shell;
  note_unset_ = instruction.keyword != Keyword::kExpose;  // which may read what is not set
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
      Run_(stage, state, instruction);
      break;
    case Keyword::kWorkdir:
      if (!instruction.args.empty()) {
        const Value* path = arena_.New(ExpandValue(state, instruction, instruction.args.front()));
        state.workdir = arena_.New(JoinWorkdir(*state.workdir, *path));
        step.values = {path, 1};
      }
      break;
    case Keyword::kShell:
      SetShell(state, instruction);
      break;
    case Keyword::kExpose:
      Expose(state, instruction, step);
      break;
    case Keyword::kLabel:
    case Keyword::kUser:
      for (const Word& word : instruction.args) {
        CheckWord(state, instruction, word);
      }
      break;
    case Keyword::kStopsignal:
      for (const Word& word : instruction.args) {
        const Value signal = ExpandValue(state, instruction, word);
        if (signal.known) {
          Check(Diag::kBadValue, CheckSignal(signal.text), word.span, instruction);
        }
      }
      break;
    case Keyword::kVolume:
      for (const Word& word : instruction.args) {
        const Value path = ExpandValue(state, instruction, word);
        if (path.known && path.text.empty()) {
          Check(Diag::kBadValue, "VOLUME specified can not be an empty string", word.span,
                instruction);
        }
      }
      break;
    default:
      break;
  }
  note_unset_ = false;
  if (!unset_.empty()) {
    step.unset = arena_.Copy<UnsetVariable>(unset_);
    unset_.Shrink(unset_.begin());
  }
}

void Builder::SetShell(StageState& state, const Instruction& instruction) {
  const std::span<std::string_view> words = arena_.Room<std::string_view>(instruction.args.size());
  std::transform(instruction.args.begin(), instruction.args.end(), words.begin(),
                 [](const Word& word) { return word.text; });
  state.shell = words;
}

void Builder::Expose(const StageState& state, const Instruction& instruction, Step& step) {
  std::pmr::vector<Value> values(&memory_);
  values.reserve(instruction.args.size());
  for (const Word& word : instruction.args) {
    if (!word.text.empty() && IsPlain(word.text)) {
      values.push_back({word.text, true, {}});
      Check(Diag::kBadPort, CheckPort(word.text), word.span, instruction);
      continue;
    }
    const Expanded ports = ExpandWord(state, instruction, word, true);
    if (!ports.value.known) {
      values.push_back(ports.value);
    }
    for (const std::string& port : ports.words) {
      values.push_back({arena_.Copy(port), true, {}});
      Check(Diag::kBadPort, CheckPort(port), word.span, instruction);
    }
  }
  step.values = arena_.Copy(values);
}

Value Builder::JoinWorkdir(const Value& workdir, const Value& path) {
  const Value joined = Join(workdir, path, arena_);
  if (joined.known && !texts_.Take(joined.text.size())) {
    return {path.text, false, "the working directories of this file add up to too much text"};
  }
  return joined;
}

void Builder::Check(Diag diag, std::string error, Span span, const Instruction& instruction,
                    std::string hint) {
  if (!error.empty()) {
    Report(diag, span, instruction.start_line, std::move(error), std::move(hint));
  }
}

void Builder::Arg(StageState& state, const Instruction& instruction, Step& step) {
  const std::span<VariableSetting> settings =
      arena_.Items<VariableSetting>(instruction.args.size());
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const KeyValue pair = ArgPair(instruction.args[i]);
    VariableSetting setting{pair.key.text, {}, true};
    if (const std::string* given = GivenArg(options_, pair.key.text)) {
      setting.value.text = arena_.Copy(*given);
    } else if (pair.value) {
      setting.value = ExpandValue(state, instruction, *pair.value);
    } else if (const Value* global = globals_.Find(pair.key.text)) {
      setting.value = *global;
    } else if (const Value* before = state.scope.Find(pair.key.text)) {
      setting.value = *before;
    } else {
      setting.set = false;
      state.scope.Declare(pair.key.text);
    }
    if (setting.set) {
      state.scope.Set(setting.name, setting.value);
    }
    settings[i] = setting;
  }
  step.settings = settings;
}

void Builder::Env(StageState& state, const Instruction& instruction, Step& step) {
  // All values are expanded with what held before the line.
  const std::span<const Word> args = instruction.args;
  const std::size_t pairs = args.size() / 3;  // key, value, separator
  const std::span<Value> names = arena_.Items<Value>(pairs);
  const std::span<Value> values = arena_.Items<Value>(pairs);
  for (std::size_t i = 0; i < pairs; ++i) {
    names[i] = ExpandValue(state, instruction, args[3 * i]);
    values[i] = ExpandValue(state, instruction, args[3 * i + 1]);
  }
  const std::span<VariableSetting> settings = arena_.Items<VariableSetting>(pairs);
  for (std::size_t i = 0; i < pairs; ++i) {
    state.scope.Set(names[i].text, values[i]);
    settings[i] = {names[i].text, values[i], true};
  }
  step.values = names;
  step.settings = settings;
}

void Builder::Run_(const Stage& stage, const StageState& state, const Instruction& instruction) {
  for (const Flag& flag : instruction.flags) {
    if (flag.name != "mount" || !flag.value) {
      continue;
    }
    bool known = true;
    const WordExpander expand = [&](std::string_view word) {
      const Expanded expanded = state.scope.Expand(word, file_.escape);
      NoteUnset(state, expanded, flag.span);
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
    const bool file_system = mount.type == MountType::kBind || mount.type == MountType::kCache ||
                             mount.type == MountType::kTmpfs;
    if (file_system && known && state.workdir->known) {
      Check(Diag::kBadMount, CheckMountTarget(mount.target, state.workdir->text), flag.span,
            instruction);
    }
    if (mount.from.empty() || mount.type == MountType::kTmpfs || mount.type == MountType::kSecret ||
        mount.type == MountType::kSsh) {
      continue;
    }
    AddEdge(EdgeKind::kMountFrom, MountSource(stage, instruction, mount, flag.span), instruction,
            flag.span);
  }
}

}  // namespace cacheplan::graph
