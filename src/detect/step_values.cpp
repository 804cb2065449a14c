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

/// One of the places is the file, or in it; or that cannot be told.
bool MayBeNamed(const Content& content, std::span<const std::string_view> named) {
  return std::ranges::any_of(named, [&](std::string_view path) {
    return path.empty() || content.place.empty() || IsUnder(path, content.place);
  });
}

/// A manifest or a lock file of another manager, which is read only where the command names it, or
/// it is known that this manager reads it as well. A folder holds those of the whole ecosystem.
bool IsOfAnother(const Content& content, const VisibleFile& file, const PackageManager& manager,
                 std::span<const std::string_view> named) {
  const bool pattern = content.name.find('*') != std::string_view::npos;
  if (manager.manifests.empty() || file.manager == manager.name ||
      IsAnyOf(file, manager.other_files) ||
      (pattern && std::any_of(manager.manifests.begin(), manager.manifests.end(),
                              [&](std::string_view own) { return MayFit(content.name, own); }))) {
    return false;
  }
  return !MayBeNamed(content, named) &&
         (file.kind == FileKind::kLock ||
          (file.kind == FileKind::kManifest && !content.folder && content.manager != nullptr));
}

/// Where the folder has a manifest of its own, those above are another project's.
void KeepNearest(std::string_view directory, std::span<const std::string_view> named,
                 std::vector<VisibleFile>& files) {
  const bool own = std::any_of(files.begin(), files.end(), [&](const VisibleFile& file) {
    return file.kind == FileKind::kManifest && file.read && !file.place.empty() &&
           IsUnder(file.place, directory);
  });
  for (VisibleFile& file : files) {
    const bool above = own && !file.place.empty() && file.kind != FileKind::kConfig &&
                       StandsAbove(file.place, directory);
    if (above && std::find(named.begin(), named.end(), file.place) == named.end()) {
      file.in_directory = false;
    }
  }
}

std::string_view FrozenForm(const PackageManager& manager) {
  if (!manager.frozen_forms.empty()) {
    return manager.frozen_forms.front();
  }
  return manager.frozen_flags.empty() ? std::string_view() : manager.frozen_flags.front();
}

}  // namespace

bool MayFit(std::string_view copied, std::string_view known) {
  const std::size_t star = copied.rfind('*');
  const std::size_t other = known.rfind('*');
  if (star == std::string_view::npos || other == std::string_view::npos) {
    return GlobMatches(known, copied) || GlobMatches(copied, known);
  }
  const std::string_view a = copied.substr(star + 1);
  const std::string_view b = known.substr(other + 1);
  return a.ends_with(b) || b.ends_with(a);
}

bool IsProject(Activity activity) {
  return activity == Activity::kProject || activity == Activity::kProjectBuild ||
         activity == Activity::kProjectTest;
}

bool IsOf(const Content& content, std::string_view ecosystem, const PackageManager* manager) {
  if (content.manager != nullptr && content.manager->ecosystem == ecosystem) {
    return true;
  }
  // A pattern (*.lock, *.toml) is that of the first manager with such a file, and of others. What
  // is hardly more than a * says nothing.
  constexpr std::size_t kMinLiteral = 2;
  const auto stars =
      static_cast<std::size_t>(std::count(content.name.begin(), content.name.end(), '*'));
  const auto may_be = [&content](std::string_view known) { return MayBe(content.name, known); };
  return manager != nullptr && stars > 0 && content.kind != ContentKind::kSource &&
         content.name.size() >= stars + kMinLiteral &&
         (std::any_of(manager->manifests.begin(), manager->manifests.end(), may_be) ||
          std::any_of(manager->locks.begin(), manager->locks.end(), may_be));
}

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
  // What a command names and nobody copied may be made of any of the others.
  const bool made = !named.empty() && std::ranges::none_of(seen.files, [&](const Content& content) {
    return MayBeNamed(content, named);
  });
  std::vector<VisibleFile> files;
  for (const std::span<const Content> list : lists) {
    for (const Content& content : list) {
      if (!IsOf(content, ecosystem, manager)) {
        continue;
      }
      VisibleFile file;
      file.path = content.path;
      file.place = content.place;
      file.name = content.name;
      file.manager = content.manager == nullptr ? manager->name : content.manager->name;
      file.kind = content.file;
      file.how = content.how;
      file.instruction = content.instruction;
      file.in_directory = IsSeenBy(content, manager, directory, named);
      // package.json is that of several managers.
      if (manager != nullptr && content.file != FileKind::kConfig) {
        const bool manifest = IsAnyOf(file, manager->manifests);
        if (manifest || IsAnyOf(file, manager->locks)) {
          file.manager = manager->name;
          file.kind = manifest ? FileKind::kManifest : FileKind::kLock;
        }
        file.read = made || !IsOfAnother(content, file, *manager, named);
      }
      files.push_back(file);
    }
  }
  if (manager != nullptr && manager->looks_up) {
    KeepNearest(directory, named, files);
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
  command.names_files = fact.names_files;
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

namespace {

bool FitsPlace(std::string_view file, std::string_view named) {
  const auto folder = [](std::string_view path) {
    return path.substr(0, path.size() - cacheplan::LastComponent(path).size());
  };
  return IsUnder(named, file) || (folder(file) == folder(named) &&
                                  (MayBe(file, LastComponent(named)) || MayBe(named, file)));
}

bool IsNamed(const VisibleFile& file, const SimpleCommand& command, const CommandFact& fact,
             std::span<const std::string_view> named) {
  for (std::size_t i = 0; i < named.size(); ++i) {
    const bool placed = !file.place.empty() && !named[i].empty();
    if (placed ? FitsPlace(file.place, named[i])
               : MayBe(file.name, LastComponent(fact.manifests[i]))) {
      return true;
    }
  }
  // `-c constraints.txt`
  return std::any_of(command.words.begin(), command.words.end(), [&file](const ScriptWord& word) {
    return LastComponent(word.text) == file.name;
  });
}

/// The words of `pip install -r FILE` may be the project itself, and then it reads more.
bool InstallsFolder(const CommandFact& fact) {
  return !fact.names_files &&
         std::any_of(fact.packages.begin(), fact.packages.end(), [](std::string_view word) {
           return word.find('/') != std::string_view::npos || word.starts_with('.');
         });
}

}  // namespace

void LeaveOutUnread(const Step& step, const SimpleCommand& command, const CommandFact& fact,
                    std::span<const std::string_view> named, Arena& arena,
                    std::vector<VisibleFile>& files) {
  for (const Redirection& to : command.redirections) {
    if (to.op.find('>') != std::string_view::npos) {
      const std::string_view place = Absolute(to.target.text, PlaceOf(step, command, arena), arena);
      std::erase_if(files, [&](const VisibleFile& file) {
        return file.how == Arrived::kWritten && file.instruction == step.instruction &&
               (place.empty() ? file.path == to.target.text : file.place == place);
      });
    }
  }
  if (!fact.manager->named_alone || named.empty() || fact.activity != Activity::kProject ||
      InstallsFolder(fact)) {
    return;
  }
  const auto is_named = [&](const VisibleFile& file) {
    return file.kind != FileKind::kConfig && IsNamed(file, command, fact, named);
  };
  // What it names may have come under another name, or be made of the others; then all that is seen
  // is shown.
  const auto came = [&](const VisibleFile& file) {
    return file.how != Arrived::kWritten && is_named(file);
  };
  if (std::any_of(files.begin(), files.end(), came)) {
    std::erase_if(files, [&](const VisibleFile& file) {
      return file.kind != FileKind::kConfig && !is_named(file);
    });
  } else if (fact.names_files) {
    files.clear();
  } else if (std::any_of(files.begin(), files.end(), is_named)) {
    std::erase_if(files, [&](const VisibleFile& file) {  // other commands read what else is written
      return file.kind != FileKind::kConfig && file.how == Arrived::kWritten && !is_named(file);
    });
  }
}

void ApplyGuards(const RunReading& reading, std::uint32_t branch, StepCommand& command) {
  if (reading.guards.empty()) {
    return;
  }
  const auto is_lock = [&command](std::string_view file) {
    return std::any_of(command.locks.begin(), command.locks.end(), [file](std::string_view lock) {
      return GlobMatches(lock, cacheplan::LastComponent(file));
    });
  };
  // Real scripts have a few guards, and branches in few branches; of more, the nearest count.
  constexpr std::ptrdiff_t kMostGuards = 32;
  int most_branches = 256;
  for (; branch != 0 && branch <= reading.branches.size() && most_branches > 0;
       branch = reading.branches[branch - 1], --most_branches) {
    const auto [first, end] = std::equal_range(
        reading.guards.begin(), reading.guards.end(), ScriptGuard{branch, "", true},
        [](const ScriptGuard& a, const ScriptGuard& b) { return a.branch < b.branch; });
    const auto last = first + std::min(end - first, kMostGuards);
    for (auto guard = first; guard != last; ++guard) {
      if (!is_lock(guard->file)) {
        continue;
      }
      if (!guard->there) {
        command.frozen_form = {};  // there is nothing to keep to
      } else if (command.lock == LockState::kMissing) {
        command.lock = LockState::kUnknown;  // it does not run without one
        command.frozen_form = {};
      }
    }
  }
}

}  // namespace detect
}  // namespace cacheplan
