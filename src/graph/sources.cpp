// What the names in FROM, --from and from= mean.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/image_ref.h"
#include "cacheplan/text.h"

#include "src/graph/builder.h"

namespace cacheplan::graph {
namespace {

constexpr std::string_view kMoveAbove = "move that stage above this one";

/// What BuildKit calls a stage.
std::string BuildName(const Stage& stage) {
  return stage.name.empty() ? fmt::format("stage-{}", stage.index) : stage.name;
}

}  // namespace

std::optional<long> ParseIndex(std::string_view text) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
  }
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::size_t> Builder::LastNamed(std::string_view name, std::size_t end) const {
  const auto behind = std::lower_bound(names_.begin(), names_.end(), StageName{name, end});
  if (behind == names_.begin() || std::prev(behind)->name != name) {
    return std::nullopt;
  }
  return std::prev(behind)->stage;
}

bool Builder::NamesContext(std::string_view name) const {
  const std::vector<std::string>& names = options_.build_contexts;
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

StageSource Builder::ImageSource(std::string_view name, Span span, std::uint32_t line,
                                 std::string hint) {
  StageSource source;
  source.name = {name, true, {}};
  if (source.name.text == "scratch") {
    source.kind = SourceKind::kScratch;
    return source;
  }
  if (IsContext(source.name.text)) {
    source.kind = SourceKind::kContext;
    return source;
  }
  const Status ref = CheckImageRef(source.name.text);
  if (!ref.ok()) {
    source.kind = SourceKind::kUnknown;
    source.name = {name, false, arena_.Copy(ref.message)};
    const std::string lower = ToLower(source.name.text);
    Report(Diag::kBadReference, span, line,
           fmt::format("failed to parse stage name {}: {}", Quoted(source.name.text), ref.message),
           LastNamed(lower, adding_) ? fmt::format("write {}: stage names are lower-cased and FROM "
                                                   "looks for them as they stand",
                                                   lower)
                                     : std::move(hint));
    return source;
  }
  source.kind = SourceKind::kImage;
  return source;
}

std::string Builder::HowToSet(const Expanded& expanded) const {
  if (expanded.unset.empty()) {
    return "";
  }
  const std::string_view name = expanded.unset.front();
  for (std::size_t i = 0; i < file_.stages.front().from; ++i) {
    const Instruction& arg = file_.instructions[i];
    if (arg.keyword != Keyword::kArg) {
      continue;
    }
    for (const KeyValue& pair : AsPairs(arg)) {
      if (pair.key.text == name) {
        return fmt::format(
            "ARG {0} (line {1}) has no value: give --build-arg {0}=…, or write a "
            "default there: ARG {0}=…",
            name, arg.start_line);
      }
    }
  }
  return fmt::format("{0} has no value: write ARG {0}=… before the first FROM", name);
}

void Builder::NoteUndeclared(const Expanded& expanded, Span span) {
  for (const std::string_view name : expanded.unset) {
    if (!globals_.IsDeclared(name)) {
      undeclared_.Add(own_, {name, globals_.Nearest(name), span});
    }
  }
}

StageSource Builder::ResolveBase(const Stage& own, const FromCommand& from) {
  const std::uint32_t line = own.line;
  Expanded base = globals_.Expand(from.base.text, file_.escape);
  NoteUndeclared(base, from.base.span);
  if (!base.error.empty()) {
    Report(Diag::kBadExpansion, from.base.span, line, std::string(base.error));
    return {SourceKind::kUnknown, kNoStage, {from.base.text, false, base.error}};
  }
  if (!base.value.known) {
    return {SourceKind::kUnknown, kNoStage, base.value};
  }
  if (base.value.text.empty()) {
    const std::string reason = fmt::format("base name ({}) should not be blank", from.base.text);
    Report(Diag::kBlankBase, from.base.span, line, reason, HowToSet(base));
    return {SourceKind::kUnknown, kNoStage, {from.base.text, false, arena_.Copy(reason)}};
  }
  if (const std::optional<std::size_t> stage = LastNamed(base.value.text, own.index)) {
    return {SourceKind::kStage, *stage, base.value};
  }
  return ImageSource(base.value.text, from.base.span, line, HowToSet(base));
}

StageSource Builder::CopySource(const Stage& stage, const Instruction& instruction,
                                const Flag& from) {
  const std::string_view name = *from.value;
  if (!IsPlain(name) && Scope(&texts_).Expand(name, file_.escape).value.text != name) {
    const std::string reason =
        "variable expansion is not supported for --from, define a new stage with FROM using ARG "
        "from global scope as a workaround";
    Report(Diag::kBadReference, from.span, instruction.start_line, reason,
           fmt::format("add 'FROM {} AS NAME' above and write --from=NAME", name));
    return {SourceKind::kUnknown, kNoStage, {name, false, arena_.Copy(reason)}};
  }
  if (const std::optional<long> index = ParseIndex(name)) {
    if (*index < 0 || static_cast<std::size_t>(*index) >= file_.stages.size()) {
      const std::string reason = fmt::format("invalid stage index {}", *index);
      Report(Diag::kUnknownStage, from.span, instruction.start_line, reason,
             fmt::format("stages are counted from 0; the last one is {}", file_.stages.size() - 1));
      return {SourceKind::kUnknown, kNoStage, {name, false, arena_.Copy(reason)}};
    }
    return StageByIndex(stage, static_cast<std::size_t>(*index), instruction, from.span, name);
  }
  return NamedSource(stage, instruction, from.span, name);
}

StageSource Builder::MountSource(const Stage& stage, const Instruction& instruction,
                                 const Mount& mount, Span span) {
  const std::optional<std::size_t> found = LastNamedAnyCase(mount.from);
  if (!found || *found <= stage.index) {
    return NamedSource(stage, instruction, span, arena_.Copy(mount.from));
  }
  Report(Diag::kLaterStage, span, instruction.start_line,
         fmt::format("cannot mount from stage {} to {}, stage needs to be defined before current "
                     "command",
                     Quoted(mount.from), Quoted(mount.target)),
         std::string(kMoveAbove));
  return {SourceKind::kStage, *found, {arena_.Copy(mount.from), true, {}}};
}

StageSource Builder::NamedSource(const Stage& stage, const Instruction& instruction, Span span,
                                 std::string_view name) {
  if (const std::optional<std::size_t> found = LastNamedAnyCase(name)) {
    return StageByIndex(stage, *found, instruction, span, name);
  }
  return ImageSource(name, span, instruction.start_line);
}

StageSource Builder::StageByIndex(const Stage& stage, std::size_t index,
                                  const Instruction& instruction, Span span,
                                  std::string_view name) {
  if (index == stage.index) {
    Report(Diag::kStageCycle, span, instruction.start_line,
           fmt::format("circular dependency detected on stage: {}", BuildName(stage)),
           "a stage cannot copy from itself; use RUN cp for files that it already has");
  } else if (index > stage.index) {
    Report(Diag::kLaterStage, span, instruction.start_line,
           fmt::format("cannot copy from stage {}, it needs to be defined before current stage {}",
                       Quoted(name), Quoted(BuildName(stage))),
           std::string(kMoveAbove));
  }
  return {SourceKind::kStage, index, {name, true, {}}};
}

}  // namespace cacheplan::graph
