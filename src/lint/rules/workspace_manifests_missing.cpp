#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "src/lint/context_facts.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// A file that says that the project has several manifests below it.
struct Workspace {
  std::string_view marker;
  std::string_view ecosystem;
  std::string_view manifest;  ///< what each member has
};
constexpr Workspace kWorkspaces[] = {
    {"pnpm-workspace.yaml", "npm", "package.json"},
    {"lerna.json", "npm", "package.json"},
    {"go.work", "go", "go.mod"},
    {"*.sln", "dotnet", "*.*proj"},
    {"settings.gradle", "java", "build.gradle"},
    {"settings.gradle.kts", "java", "build.gradle.kts"},
};

/// The path names something below the root, or may.
bool IsNested(const Value& source) {
  std::string_view path = source.text;
  path = path.substr(0, 2) == "./" ? path.substr(2) : path;
  return !source.known || path == "." || path == "*" || path.empty() ||
         path.find('/') != std::string_view::npos || path.find('.') == std::string_view::npos;
}

/// ADD unpacks it.
bool IsArchive(const Instruction& instruction, const Value& source) {
  return instruction.keyword == Keyword::kAdd &&
         (source.text.find(".tar") != std::string::npos || source.text.ends_with("gz"));
}

/// With a build context at hand: whether there are members. (pnpm keeps settings in that file too.)
bool HasMembers(const Checker& check, const Workspace& workspace) {
  return check.context == nullptr || HasNested(*check.context, {&workspace.manifest, 1});
}

}  // namespace

void CheckWorkspaceManifestsMissing(Checker& check) {
  std::unordered_set<const Instruction*> told;
  for (const DependencyRef& step : check.DependencySteps()) {
    const DependencyStep& dependency = *step.dependency;
    if (dependency.kind != StepKind::kProject || dependency.manifests_first != true ||
        dependency.command.find(" fetch") != std::string::npos) {
      continue;  // pnpm fetch needs the lock file alone
    }
    const Workspace* workspace = nullptr;
    const Instruction* marked = nullptr;
    // True when the members' manifests may have come with it.
    const auto note = [&](const Value& source, const Instruction& by) {
      const std::string_view name = LastComponent(source.text);
      if (IsNested(source) || GlobMatches("*.*proj", name)) {
        return true;
      }
      for (const Workspace& known : kWorkspaces) {
        if (known.ecosystem == dependency.ecosystem && GlobMatches(known.marker, name)) {
          workspace = &known;
          marked = &by;
        }
      }
      return false;
    };
    const bool copied = AnyStepBefore(check, *step.stage, step.index, [&](const Step& before) {
      return before.from ||
             std::any_of(before.sources.begin(), before.sources.end(), [&](const Value& source) {
               return IsArchive(*before.instruction, source) || note(source, *before.instruction);
             });
    });
    const std::vector<Mount> mounts = Mounts(*dependency.instruction);
    const bool mounted = std::any_of(mounts.begin(), mounts.end(), [&](const Mount& mount) {
      return mount.type == MountType::kBind &&
             (!mount.from.empty() || note(Value{mount.source, true, {}}, *dependency.instruction));
    });
    if (workspace == nullptr || copied || mounted || !HasMembers(check, *workspace) ||
        !told.insert(marked).second) {
      continue;  // stages may share the COPY
    }
    check.At(
        RuleId::kWorkspaceManifestsMissing, *marked, FirstLine(check.file, *marked),
        {fmt::format("{} is here, but no {} of its members is when `{}` runs (line {})",
                     workspace->marker, workspace->manifest, dependency.command, dependency.line),
         "what the members need is not installed in the cached layer: a later step downloads it "
         "again on every change of source",
         fmt::format("copy the members' manifests too: COPY --parents **/{} ./ does it for all "
                     "(syntax docker/dockerfile:1.20), or one COPY each",
                     workspace->manifest)});
  }
}

}  // namespace cacheplan::lint
