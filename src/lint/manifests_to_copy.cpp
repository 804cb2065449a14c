#include "src/lint/manifests_to_copy.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "cacheplan/downloads.h"
#include "cacheplan/paths.h"

#include "src/lint/reading.h"

namespace cacheplan::lint {
namespace {

/// The first that is read of the kind; null when there is none.
const VisibleFile* FindRead(const DependencyStep& step, FileKind kind) {
  const auto found = std::find_if(
      step.files.begin(), step.files.end(),
      [kind](const VisibleFile& file) { return IsReadHere(file) && file.kind == kind; });
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

/// By where its command works, absolute; "" where that cannot be told.
std::string PlaceOf(const DependencyStep& step, std::string_view path) {
  if (path.starts_with('/')) {
    return std::string(path);
  }
  const auto names = [path](const StepCommand& own) {
    return std::find(own.manifests.begin(), own.manifests.end(), path) != own.manifests.end();
  };
  const auto command = std::find_if(step.commands.begin(), step.commands.end(), names);
  return command == step.commands.end() || command->directory.empty()
             ? ""
             : fmt::format("{}/{}", command->directory, path);
}

/// Where in the context the file lies that stands at `place`, by the last COPY that brings a folder
/// there; "" where none does, or its source is not one folder.
std::string PathInContext(const Checker& check, const DependencyRef& step, std::string_view place) {
  Arena arena;
  std::string found;
  AnyStepBefore(check, *step.stage, step.index, [&](const Step& before) {
    const std::string_view to = before.destination.text;
    const bool absolute = to.starts_with('/');
    if (before.sources.empty() || !before.destination.known ||
        !(absolute || before.workdir->known)) {
      return false;
    }
    const std::string_view folder =
        PlainPath(arena.Concat({absolute ? "" : before.workdir->text, "/", to}), arena);
    const Value& source = before.sources.front();
    if (!IsUnder(place, folder) || place.size() <= folder.size()) {
      return false;
    }
    const std::string_view rest = place.substr(folder == "/" ? 1 : folder.size() + 1);
    const std::string_view from = Folder(source.text);
    const bool plain = !before.from && before.sources.size() == 1 && source.known &&
                       from.find_first_of("*?[") == std::string_view::npos;
    found = !plain ? "" : from.empty() ? std::string(rest) : fmt::format("{}/{}", from, rest);
    return false;
  });
  return found;
}

/// What a command names by a place in the image as a path of the context, or at least by its name.
std::string AsCopied(const Checker& check, const DependencyRef& step, std::string_view path) {
  const ArenaList<VisibleFile>& files = step.dependency->files;
  const bool variable = path.starts_with('$') && path.find('/') != std::string_view::npos;
  const bool leads_elsewhere = variable || path.starts_with('/') || path.starts_with("..");
  if (!leads_elsewhere || std::any_of(files.begin(), files.end(), [path](const VisibleFile& file) {
        return file.path == path;
      })) {
    return std::string(path);
  }
  Arena arena;
  const std::string place = variable ? "" : PlaceOf(*step.dependency, path);
  const std::string known =
      place.empty() ? "" : PathInContext(check, step, PlainPath(place, arena));
  return known.empty() ? std::string(LastComponent(path)) : known;
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
  constexpr std::size_t kMost = 32;  // more do not fit what a person reads
  for (const std::string_view path : dependency.manifests) {
    std::string own = manifests.size() < kMost ? AsCopied(check, step, path) : std::string(path);
    if (manifests.size() >= kMost ||
        std::find(manifests.begin(), manifests.end(), own) == manifests.end()) {
      manifests.push_back(std::move(own));
    }
  }
  if (manager != nullptr && manifest != nullptr && lock == nullptr &&
      manifest->how == Arrived::kCopied &&
      dependency.commands.front().lock == LockState::kUnknown) {
    AddBeside(dependency, *manifest, manager->locks, manifests);
  }
  return manifests;
}

}  // namespace cacheplan::lint
