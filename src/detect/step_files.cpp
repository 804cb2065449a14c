#include "src/detect/step_files.h"

#include <algorithm>

#include "cacheplan/byte_set.h"
#include "cacheplan/paths.h"
#include "cacheplan/text.h"

#include "src/detect/once.h"

namespace cacheplan::detect {
namespace {

constexpr ByteSet kLeadsElsewhere("/~$.");  // a path that begins with one of them

/// Of a folder in a project whose manager looks upwards from it, where its manifest most likely is:
/// programs of a Go module are in cmd/.
std::string_view ProjectOf(std::string_view folder) {
  constexpr std::string_view kPrograms = "cmd/";
  const std::size_t at = folder.starts_with(kPrograms) ? 0 : folder.find("/cmd/");
  return at == std::string_view::npos ? folder : folder.substr(0, at == 0 ? 0 : at + 1);
}

/// The folder that a command works in as it stands in the build context, where that lies below the
/// stage's: "web/" after `cd web` and for `--prefix web`; "" for the stage's own, and where it
/// cannot be told.
std::string_view FolderOf(const SimpleCommand& command, std::string_view by_flag, Arena& arena) {
  const auto below = [](std::string_view path) {
    return !path.starts_with('/') && !path.starts_with("..") &&
           path.find('$') == std::string_view::npos;
  };
  const auto trimmed = [](std::string_view path) {
    while (path.starts_with("./")) {
      path.remove_prefix(2);
    }
    path = WithoutSlash(path);
    return path == "." ? std::string_view() : path;
  };
  const std::string_view moved = trimmed(command.directory);
  const std::string_view flag = trimmed(by_flag);
  if (!command.directory_known || (moved.empty() && flag.empty()) || !below(moved) ||
      !below(flag)) {
    return {};
  }
  return arena.Concat({moved, moved.empty() || flag.empty() ? "" : "/", flag, "/"});
}

}  // namespace

std::vector<std::string_view> ManifestsOf(const SimpleCommand& command, const CommandFact& fact,
                                          std::span<const VisibleFile> files,
                                          std::span<const std::string_view> named, Arena& arena) {
  std::vector<std::string_view> manifests(fact.manifests.begin(), fact.manifests.end());
  OnceTexts came;
  // What the Dockerfile itself writes elsewhere is for another command.
  const auto is_manifest = [](const VisibleFile& file) {
    return file.kind != FileKind::kConfig && file.read &&
           (file.in_directory || file.how != Arrived::kWritten);
  };
  const bool here =
      !manifests.empty() || std::any_of(files.begin(), files.end(), [&](const VisibleFile& file) {
        return is_manifest(file) && file.in_directory;
      });
  for (const VisibleFile& file : files) {
    if (!here || !is_manifest(file)) {
      continue;
    }
    // What the command names by where it landed is shown by where it came from.
    for (std::size_t i = 0; i < named.size(); ++i) {
      const bool same = file.place.empty() || named[i].empty()
                            ? file.name == LastComponent(fact.manifests[i])
                            : named[i] == file.place;
      if (same) {
        manifests.erase(std::remove(manifests.begin(), manifests.end(), fact.manifests[i]),
                        manifests.end());
      }
    }
    came.Add(file.path);
  }
  // The others are shown from where the stage works, as all are.
  if (const std::string_view folder = FolderOf(command, {}, arena); !folder.empty()) {
    for (std::string_view& manifest : manifests) {
      if (!kLeadsElsewhere.Has(manifest.empty() ? '.' : manifest.front())) {
        manifest = arena.Concat({folder, manifest});
      }
    }
  }
  manifests.insert(manifests.end(), came.list().begin(), came.list().end());
  // What it names may be source, whose manager reads its manifests as well.
  const bool only_named = fact.names_files && !fact.manager->named_alone && came.list().empty();
  if ((manifests.empty() || only_named) && !fact.without_manifests) {
    const auto named_first = static_cast<std::ptrdiff_t>(manifests.size());
    manifests.insert(manifests.end(), fact.manager->manifests.begin(),
                     fact.manager->manifests.end());
    if (!fact.reads_no_lock) {
      manifests.insert(manifests.end(), fact.manager->locks.begin(), fact.manager->locks.end());
    }
    std::string_view folder = FolderOf(command, fact.directory, arena);
    folder = fact.manager->looks_up ? ProjectOf(folder) : folder;
    if (!folder.empty()) {
      std::for_each(manifests.begin() + named_first, manifests.end(),
                    [&](std::string_view& manifest) {
                      manifest = arena.Concat({folder, manifest});
                    });
    }
  }
  return manifests;
}

void See(std::span<const VisibleFile> files, bool is_new, Arena& arena, DependencyStep& found) {
  if (is_new) {
    found.files = ArenaList(arena.Copy(files));
    return;
  }
  std::vector<VisibleFile> more;
  VisibleFile* const end = found.files.end();
  VisibleFile* at = found.files.begin();
  for (const VisibleFile& file : files) {
    const auto same = [&file](const VisibleFile& other) {
      return other.instruction == file.instruction && other.path == file.path &&
             other.place == file.place;
    };
    VisibleFile* seen = std::find_if(at, end, same);
    seen = seen == end ? std::find_if(found.files.begin(), at, same) : seen;
    if (seen == end || !same(*seen)) {
      more.push_back(file);
      continue;
    }
    seen->in_directory = seen->in_directory || file.in_directory;
    seen->read = seen->read || file.read;
    at = seen + 1;
  }
  if (!more.empty()) {
    found.files.Append(arena, more);
  }
}

}  // namespace cacheplan::detect
