#include "src/detect/step_values.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cacheplan/text.h"

namespace cacheplan {

namespace detect {
namespace {

/// package*.json brings package-lock.json as well, and *.opam.locked stands for a.opam.locked.
bool MayBe(std::string_view copied, std::string_view known) {
  const std::string_view name = cacheplan::LastComponent(copied);
  return GlobMatches(known, name) ||
         (known.find('*') == std::string_view::npos && GlobMatches(name, known));
}

bool IsAnyOf(const VisibleFile& file, Texts names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return MayBe(file.path, name) || MayBe(file.place, name) || MayBe(file.name, name);
  });
}

LockState LockOf(const PackageManager& manager, std::span<const VisibleFile> files, bool complete) {
  if (manager.locks.empty()) {
    return LockState::kNone;
  }
  bool manifests = false;
  for (const VisibleFile& file : files) {
    if (!file.in_directory) {
      continue;
    }
    if (IsAnyOf(file, manager.locks)) {
      return LockState::kSeen;
    }
    // What a command writes may stand beside what was there before.
    manifests = manifests || (file.how != Arrived::kWritten && IsAnyOf(file, manager.manifests));
  }
  if (manager.lock_optional) {
    return LockState::kNone;
  }
  return complete && manifests ? LockState::kMissing : LockState::kUnknown;
}

/// Where a manager has a lock file, it keeps to it, and reads no other manager's.
bool Locks(const PackageManager& manager) {
  return !manager.locks.empty() && !manager.lock_optional;
}

/// A lock file that is another manager's: one with a lock file of its own reads no other's, but for
/// those that it is known to take over. Nor does it read the manifest of one that has a lock file,
/// too, where its command does not name it.
bool IsOfAnother(const Content& content, const VisibleFile& file, const PackageManager& manager,
                 std::span<const std::string_view> named) {
  if (!Locks(manager) || file.manager == manager.name || IsAnyOf(file, manager.other_locks)) {
    return false;
  }
  return file.kind == FileKind::kLock ||
         (file.kind == FileKind::kManifest && Locks(*content.manager) &&
          std::none_of(named.begin(), named.end(), [&](std::string_view path) {
            return path.empty() || content.place.empty() || IsUnder(path, content.place);
          }));
}

bool IsProject(Activity activity) {
  return activity == Activity::kProject || activity == Activity::kProjectBuild ||
         activity == Activity::kProjectTest;
}

std::string_view FrozenForm(const PackageManager& manager) {
  if (!manager.frozen_forms.empty()) {
    return manager.frozen_forms.front();
  }
  return manager.frozen_flags.empty() ? std::string_view() : manager.frozen_flags.front();
}

}  // namespace

std::string_view PlaceOf(const Step& step, const SimpleCommand& command, Arena& arena,
                         std::string_view flag) {
  if (!command.directory_known) {
    return "";
  }
  const std::string_view place =
      Absolute(command.directory.empty() ? "." : command.directory,
               step.workdir->known ? step.workdir->text : std::string_view(), arena);
  return flag.empty() ? place : Absolute(flag, place, arena);
}

std::vector<VisibleFile> FilesOf(std::string_view ecosystem, const Seen& seen,
                                 std::string_view directory, const PackageManager* manager,
                                 std::span<const std::string_view> named) {
  const std::array<std::span<const Content>, 3> lists = {seen.files, seen.stage_manifests,
                                                         seen.written};
  const auto is_own = [ecosystem](const Content& content) {
    return content.manager != nullptr && content.manager->ecosystem == ecosystem;
  };
  std::vector<VisibleFile> files;
  for (const std::span<const Content> list : lists) {
    for (const Content& content : list) {
      if (!is_own(content)) {
        continue;
      }
      VisibleFile file;
      file.path = content.path;
      file.place = content.place;
      file.name = content.name;
      file.manager = content.manager->name;
      file.kind = content.file;
      file.how = content.how;
      file.instruction = content.instruction;
      file.in_directory = IsSeenBy(content, directory, named);
      // package.json is that of several managers.
      if (manager != nullptr && content.file != FileKind::kConfig) {
        const bool manifest = IsAnyOf(file, manager->manifests);
        if (manifest || IsAnyOf(file, manager->locks)) {
          file.manager = manager->name;
          file.kind = manifest ? FileKind::kManifest : FileKind::kLock;
        }
        file.read = !IsOfAnother(content, file, *manager, named);
      }
      files.push_back(file);
    }
  }
  const auto mounted = [](const VisibleFile& file) { return file.how == Arrived::kMounted; };
  if (!std::is_partitioned(files.begin(), files.end(), mounted)) {
    std::stable_partition(files.begin(), files.end(), mounted);
  }
  return files;
}

StepCommand CommandOf(std::string_view text, const CommandFact& fact, std::string_view directory,
                      std::span<const VisibleFile> files, bool complete, Span span) {
  StepCommand command;
  command.text = text;
  command.span = span;
  command.manager = fact.manager->name;
  command.activity = fact.activity;
  command.directory = directory;
  command.packages = fact.packages;
  command.manifests = fact.manifests;
  command.frozen = fact.frozen;
  command.without_manifests = fact.without_manifests;
  if (IsProject(fact.activity) && !fact.without_manifests && !fact.reads_no_lock) {
    command.lock = LockOf(*fact.manager, files, complete);
    command.needs_lock = fact.needs_lock;
    command.lock_is_checksums = fact.manager->lock_is_checksums;
    command.locks = fact.manager->locks;
    command.frozen_form =
        fact.frozen || fact.no_frozen_flag ? std::string_view() : FrozenForm(*fact.manager);
  }
  return command;
}

}  // namespace detect
}  // namespace cacheplan
