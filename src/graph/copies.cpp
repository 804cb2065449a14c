// COPY and ADD: where files come from, and what is refused of it.
// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert_copy.go.
#include <utility>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/graph/builder.h"
#include "src/graph/checks.h"
#include "src/graph/git_ref.h"

namespace cacheplan::graph {
namespace {

/// The value of a flag; null where it is not there or empty, which is the same to BuildKit.
const Flag* FilledFlag(const Instruction& instruction, std::string_view name) {
  const Flag* flag = FindFlag(instruction, name);
  return flag != nullptr && flag->value && !flag->value->empty() ? flag : nullptr;
}

}  // namespace

void Builder::Copy(const Stage& stage, const StageState& state, const Instruction& instruction,
                   Step& step) {
  const CopyCommand copy = AsCopy(instruction);
  CopyFlags flags;
  if (!instruction.flags.empty()) {
    ExpandFlag(state, instruction, "chown");  // who it names only the base image could tell
    flags.chmod = ExpandFlag(state, instruction, "chmod");
    flags.checksum = ExpandFlag(state, instruction, "checksum");
  }
  const std::span<Value> sources = arena_.Room<Value>(copy.sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    sources[i] = ExpandValue(state, instruction, copy.sources[i]);
  }
  step.sources = sources;
  step.destination = ExpandValue(state, instruction, copy.destination);
  if (!copy.inline_files.empty()) {
    ExpandFiles(state, instruction, copy);
  }
  CheckCopy(instruction, copy, step, flags);
  if (copy.from == nullptr || !copy.from->value || copy.from->value->empty()) {
    return;
  }
  step.from = CopySource(stage, instruction, *copy.from);
  AddEdge(EdgeKind::kCopyFrom, *step.from, instruction, copy.from->span);
}

Builder::FlagText Builder::ExpandFlag(const StageState& state, const Instruction& instruction,
                                      std::string_view name) {
  const Flag* flag = FilledFlag(instruction, name);
  if (flag == nullptr) {
    return {};
  }
  const Value value = ExpandValue(state, instruction, {*flag->value, flag->span});
  return value.known ? FlagText{value.text, flag->span} : FlagText{};
}

void Builder::ExpandFiles(const StageState& state, const Instruction& instruction,
                          const CopyCommand& copy) {
  LexOptions options;  // the escape directive does not reach into heredocs
  options.plain_quotes = true;
  for (const Heredoc& file : copy.inline_files) {
    // Without quotes nothing but a variable can go wrong.
    if (!file.expand || file.content.find('$') == std::string_view::npos) {
      continue;
    }
    const Expanded content = state.scope.Expand(file.content, options);
    NoteUnset(state, content, file.content_span);
    Check(Diag::kBadExpansion, std::string(content.error), file.content_span, instruction);
  }
}

void Builder::CheckCopy(const Instruction& instruction, const CopyCommand& copy, const Step& step,
                        const CopyFlags& flags) {
  if (!flags.chmod.text.empty()) {
    Check(Diag::kBadValue, CheckMode(flags.chmod.text), flags.chmod.span, instruction,
          "write an octal mode such as 0755, or a symbolic one such as u=rwX,go=rX");
  }
  const std::string_view checksum = flags.checksum.text;
  if (!checksum.empty() && step.sources.size() != 1) {
    Check(Diag::kBadValue, "checksum can't be specified for multiple sources", flags.checksum.span,
          instruction);
  }
  for (std::size_t i = 0; i < step.sources.size(); ++i) {
    const Value& source = step.sources[i];
    if (source.known && (!checksum.empty() || MayBeRemote(source.text))) {  // most are paths
      CheckRemote(instruction, copy.sources[i].span, source.text, flags);
    }
  }
}

void Builder::CheckRemote(const Instruction& instruction, Span span, std::string_view source,
                          const CopyFlags& flags) {
  const bool add = instruction.keyword == Keyword::kAdd;
  const std::string_view checksum = flags.checksum.text;
  const GitRef git = ReadGitRef(source);
  const bool http = IsHttpSource(source);
  if (!checksum.empty() && !http && !git.is_git) {
    Check(Diag::kBadValue, "checksum requires HTTP(S) or Git sources", flags.checksum.span,
          instruction);
  }
  if (!git.error.empty()) {
    Check(Diag::kBadValue, git.error, span, instruction);
  } else if (git.is_git && !git.like_local) {
    if (!add) {
      Check(Diag::kBadValue, "source can't be a git ref for COPY", span, instruction);
      return;
    }
    const Flag* keep = FindFlag(instruction, "keep-git-dir");
    if (keep != nullptr && git.keep_git_dir &&
        *git.keep_git_dir != (keep->value.value_or("true") == "true")) {
      Check(Diag::kBadValue, "inconsistent keep-git-dir configuration", keep->span, instruction);
    }
    if (!checksum.empty() && !git.checksum.empty() && checksum != git.checksum) {
      Check(Diag::kBadValue,
            fmt::format("checksum mismatch {} != {}", Quoted(checksum), Quoted(git.checksum)),
            flags.checksum.span, instruction);
    }
  } else if (http && !add) {
    Check(Diag::kBadValue, "source can't be a URL for COPY", span, instruction);
  } else if (http && !checksum.empty()) {
    Check(Diag::kBadValue, CheckDigest(checksum), flags.checksum.span, instruction);
  }
}

}  // namespace cacheplan::graph
