#include <algorithm>

#include <fmt/format.h>

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

}  // namespace

void CheckWorkspaceManifestsMissing(Checker& check) {
  for (const DependencyRef& step : check.DependencySteps()) {
    const DependencyStep& dependency = *step.dependency;
    if (dependency.kind != StepKind::kProject || dependency.manifests_first != true ||
        dependency.command.find(" fetch") != std::string::npos) {
      continue;  // pnpm fetch needs the lock file alone
    }
    const Workspace* workspace = nullptr;
    bool nested = HasMounts(*dependency.instruction);
    const Instruction* marked = nullptr;
    nested = nested || AnyStepBefore(check, *step.stage, step.index, [&](const Step& before) {
               for (const Value& source : before.sources) {
                 const std::string_view name = BaseName(source.text);
                 if (before.from || IsNested(source) || GlobMatches("*.*proj", name)) {
                   return true;
                 }
                 for (const Workspace& known : kWorkspaces) {
                   if (known.ecosystem == dependency.ecosystem && GlobMatches(known.marker, name)) {
                     workspace = &known;
                     marked = before.instruction;
                   }
                 }
               }
               return false;
             });
    if (workspace == nullptr || nested) {
      continue;
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
