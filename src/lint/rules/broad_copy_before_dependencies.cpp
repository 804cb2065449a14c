#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The files that the install reads, as sources of a COPY: those that the command names, else the
/// manager's manifest and lock file; a lock file that is not there must not fail the COPY. "" where
/// the RUN does more than install.
std::string Manifests(const Checker& check, const DependencyRef& step) {
  const RunCommands* run = nullptr;
  for (const RunCommands& own : check.deps.stages[step.stage->index].runs) {
    run = own.instruction == step.dependency->instruction ? &own : run;
  }
  if (run == nullptr || run->commands.size() != 1 || run->commands.front().facts.size() != 1) {
    return {};
  }
  const CommandFact& fact = run->commands.front().facts.front();
  if (!fact.manifests.empty()) {
    return fmt::format("{}", fmt::join(fact.manifests, " "));
  }
  if (fact.manager->manifests.empty()) {
    return {};
  }
  const std::string lock = fact.manager->locks.empty() ? "" : fact.manager->locks.front();
  return fact.manager->manifests.front() + (lock.empty() ? "" : " " + lock + "*");
}

/// Moves the install above the COPY, after a COPY of its manifests: only where the two stand side
/// by side, so that nothing between them can need the other order.
std::optional<Fix> MoveInstall(const Checker& check, const Instruction& copy,
                               const DependencyRef& step) {
  const Instruction& install = *step.dependency->instruction;
  const std::vector<Instruction>& all = check.file.instructions;
  const std::string_view text = check.file.source->text();
  const bool neighbours = &install == &copy + 1 && &install < all.data() + all.size();
  const bool plain =
      copy.keyword == Keyword::kCopy && copy.flags.empty() && install.comments.empty();
  if (!neighbours || !plain || copy.args.size() != 2) {
    return std::nullopt;
  }
  const std::string_view destination = copy.args.back().text;
  if (copy.args.front().text != "." || (destination != "." && destination != "./")) {
    return std::nullopt;  // where the manifests lie is not plain to see
  }
  const std::string manifests = Manifests(check, step);
  if (manifests.empty()) {
    return std::nullopt;
  }
  const std::uint32_t begin = copy.span.begin;
  const std::string_view install_text = text.substr(install.span.begin, install.span.size());
  const std::string_view copy_text = text.substr(copy.span.begin, copy.span.size());
  const std::string_view between = text.substr(copy.span.end, install.span.begin - copy.span.end);
  return Fix{fmt::format("copy {} and install before the rest is copied", manifests),
             false,
             {{{begin, install.span.end},
               fmt::format("COPY {} ./\n{}{}{}", manifests, install_text, between, copy_text)}}};
}

/// The first COPY of everything before the step, else the first of any source.
const Instruction* BroadestCopy(const Checker& check, const DependencyRef& step) {
  const Instruction* broadest = nullptr;
  const auto is_broad = [](const Value& source) {
    return source.text == "." || source.text == "./" || source.text == "*";
  };
  AnyStepBefore(check, *step.stage, step.index, [&](const Step& before) {
    if (!before.from && std::any_of(before.sources.begin(), before.sources.end(), is_broad)) {
      broadest = before.instruction;
    }
    return broadest != nullptr;
  });
  return broadest != nullptr ? broadest : InstructionAt(check.file, step.dependency->source_line);
}

}  // namespace

void CheckBroadCopyBeforeDependencies(Checker& check) {
  for (const DependencyRef& step : check.DependencySteps()) {
    const DependencyStep& dependency = *step.dependency;
    if (dependency.kind != StepKind::kProject || dependency.mode != StepMode::kDownload ||
        dependency.manifests_first != false || dependency.source_line == 0 ||
        EarlierDownload(check.graph, check.deps, step.stage->index, dependency) != nullptr) {
      continue;
    }
    const Instruction* copy = BroadestCopy(check, step);
    if (copy == nullptr || copy->keyword == Keyword::kRun) {
      continue;  // a bind mount of the step itself
    }
    Report report{
        fmt::format("this copies source before `{}` (line {})", dependency.command,
                    dependency.line),
        fmt::format("a change of any file that it copies downloads all {} dependencies again",
                    dependency.ecosystem),
        fmt::format("copy the manifests ({}) first, install, then copy the rest",
                    fmt::join(dependency.manifests, ", ")),
        std::nullopt};
    report.fix = MoveInstall(check, *copy, step);
    check.At(RuleId::kBroadCopyBeforeDependencies, *copy, FirstLine(check.file, *copy),
             std::move(report));
  }
}

}  // namespace cacheplan::lint
