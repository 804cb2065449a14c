#include <algorithm>

#include <fmt/format.h>

#include "src/lint/install_first.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

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
  std::vector<const Instruction*> told;  // one COPY, one finding: stages may share it
  for (const DependencyRef& step : check.DependencySteps()) {
    const DependencyStep& dependency = *step.dependency;
    if (dependency.kind != StepKind::kProject || dependency.mode != StepMode::kDownload ||
        dependency.manifests_first != false || dependency.source_line == 0 ||
        EarlierDownload(check.graph, check.deps, step.stage->index, dependency) != nullptr) {
      continue;
    }
    const Instruction* copy = BroadestCopy(check, step);
    if (copy == nullptr || std::find(told.begin(), told.end(), copy) != told.end()) {
      continue;
    }
    told.push_back(copy);
    const bool mounted = copy->keyword == Keyword::kRun;
    const bool kept = MayKeepDownloads(*dependency.instruction) && !check.options.ephemeral;
    Report report{
        fmt::format("this {} source {} `{}` (line {})", mounted ? "mounts" : "copies",
                    mounted ? "for" : "before", dependency.command, dependency.line),
        fmt::format("a change of any file that it {} {} all {} dependencies{}",
                    mounted ? "mounts" : "copies",
                    kept ? "runs the install again, and where the cache mount is empty downloads"
                         : "downloads",
                    dependency.ecosystem, kept ? "" : " again"),
        fmt::format("{} the manifests ({}) {}", mounted ? "mount" : "copy",
                    fmt::join(dependency.manifests, ", "),
                    mounted ? "alone" : "first, install, then copy the rest"),
        std::nullopt};
    report.fix = InstallFirst(check, *copy, step);
    check.At(RuleId::kBroadCopyBeforeDependencies, *copy, FirstLine(check.file, *copy),
             std::move(report));
  }
}

}  // namespace cacheplan::lint
