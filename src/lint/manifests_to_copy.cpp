#include "src/lint/manifests_to_copy.h"

#include <algorithm>
#include <string_view>

#include "src/lint/reading.h"

namespace cacheplan::lint {
namespace {

bool IsRead(const VisibleFile& file) {
  return file.in_directory && file.read && file.kind != FileKind::kConfig;
}

/// The first that is read of the kind; null when there is none.
const VisibleFile* FindRead(const DependencyStep& step, FileKind kind) {
  const auto found =
      std::find_if(step.files.begin(), step.files.end(),
                   [kind](const VisibleFile& file) { return IsRead(file) && file.kind == kind; });
  return found == step.files.end() ? nullptr : &*found;
}

std::string_view Folder(std::string_view path) {
  path.remove_prefix(path.starts_with("./") ? 2 : 0);
  path.remove_suffix(path.ends_with('/') ? 1 : 0);
  return path == "." ? std::string_view() : path;
}

/// The first of the names, beside a file that was seen, if what brings the others of the folder
/// where the step works takes them from the same folder of the context.
void AddBeside(const DependencyStep& step, const VisibleFile& seen, Texts names,
               std::vector<std::string>& manifests) {
  const std::string_view folder = seen.path.substr(0, seen.path.rfind('/') + 1);
  if (!names.empty() && Folder(step.bringers.front().what) == Folder(folder)) {
    manifests.push_back(std::string(folder).append(names.front()));
  }
}

/// The step's manager, where all its commands read what that looks for in one folder, and the
/// source brings files to it. Null where they name what they read.
const PackageManager* OneReader(const Checker& check, const DependencyRef& step) {
  const ArenaList<StepCommand>& commands = step.dependency->commands;
  const bool one = !step.dependency->bringers.empty() &&
                   std::all_of(commands.begin(), commands.end(), [&](const StepCommand& own) {
                     return own.manifests.empty() && own.directory == commands.front().directory &&
                            own.manager == commands.front().manager;
                   });
  return one ? ManagerOf(check, step) : nullptr;
}

}  // namespace

std::vector<std::string> ManifestsToCopy(const Checker& check, const DependencyRef& step) {
  const DependencyStep& dependency = *step.dependency;
  const VisibleFile* const manifest = FindRead(dependency, FileKind::kManifest);
  const VisibleFile* const lock = FindRead(dependency, FileKind::kLock);
  const PackageManager* const manager = OneReader(check, step);
  std::vector<std::string> manifests;
  if (manager != nullptr && manifest == nullptr && lock != nullptr) {
    AddBeside(dependency, *lock, manager->manifests, manifests);
  }
  manifests.insert(manifests.end(), dependency.manifests.begin(), dependency.manifests.end());
  if (manager != nullptr && manifest != nullptr && lock == nullptr &&
      manifest->how == Arrived::kCopied &&
      dependency.commands.front().lock == LockState::kUnknown) {
    AddBeside(dependency, *manifest, manager->locks, manifests);
  }
  return manifests;
}

}  // namespace cacheplan::lint
