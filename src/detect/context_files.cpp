#include "src/detect/context_files.h"

#include <algorithm>
#include <array>
#include <utility>

namespace cacheplan::detect {
namespace {

constexpr std::size_t kMaxShown = 40;

enum class NameKind { kSource, kSupport };
constexpr NameKind kKinds[] = {
#define CONTEXT_FILE(pattern_, kind_) NameKind::kind_,
#include "grammar/context_files.def"
#undef CONTEXT_FILE
};

/// The patterns, by their index in kKinds.
const GlobSet& Names() {
  static const GlobSet names = [] {
    GlobSet set;
    std::size_t number = 0;
#define CONTEXT_FILE(pattern_, kind_) set.Add(pattern_, number++);
#include "grammar/context_files.def"
#undef CONTEXT_FILE
    return set;
  }();
  return names;
}

std::string_view WithoutSlash(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') {
    path.remove_suffix(1);
  }
  return path;
}

std::string_view LastComponent(std::string_view path) {
  path = WithoutSlash(path);
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool IsEverything(std::string_view path) {
  while (path.substr(0, 2) == "./") {
    path.remove_prefix(2);
  }
  path = WithoutSlash(path);
  return path.empty() || path == "." || path == "/" || path == ".." || path == "*" || path == "**";
}

/// package*.json stands for package.json: a pattern is a manifest when a known name fits it.
std::optional<FileFact> FactOfPattern(const Knowledge& knowledge, std::string_view name) {
  // What a literal part shorter than this fits says nothing.
  constexpr std::size_t kMinLiteral = 2;
  if (name.find('*') == std::string_view::npos ||
      name.size() <
          kMinLiteral + static_cast<std::size_t>(std::count(name.begin(), name.end(), '*'))) {
    return std::nullopt;
  }
  for (const PackageManager& manager : knowledge.managers()) {
    using Row = std::pair<const std::vector<std::string>*, FileKind>;
    for (const auto& [names, kind] :
         {Row(&manager.manifests, FileKind::kManifest), Row(&manager.locks, FileKind::kLock),
          Row(&manager.config, FileKind::kConfig)}) {
      for (const std::string& known : *names) {
        if (GlobMatches(name, known) && known.find_first_of("*/") == std::string::npos) {
          return FileFact{&manager, kind};
        }
      }
    }
  }
  return std::nullopt;
}

std::optional<NameKind> KindByName(std::string_view name) {
  const std::optional<std::size_t> row = Names().First(name);
  return row ? std::optional(kKinds[*row]) : std::nullopt;
}

/// Folders that hold what was installed, not what the project is made of.
bool HoldsDependencies(std::string_view path) {
  constexpr std::array<std::string_view, 16> kFolders = {
      "node_modules", "vendor", "venv",    ".venv",  "site-packages", "dist-packages",
      "bundle",       ".m2",    ".gradle", ".cargo", "packages",      "wheels",
      "wheelhouse",   "deps",   "bin",     ".yarn"};
  return std::find(kFolders.begin(), kFolders.end(), LastComponent(path)) != kFolders.end();
}

/// `folder`/`name` in the arena.
std::string_view Join(std::string_view folder, std::string_view name, Arena& arena) {
  const std::size_t slash = folder.ends_with('/') ? 0 : 1;
  char* const room = arena.Room(folder.size() + slash + name.size());
  char* out = std::copy(folder.begin(), folder.end(), room);
  if (slash > 0) {
    *out++ = '/';
  }
  return {room, static_cast<std::size_t>(std::copy(name.begin(), name.end(), out) - room)};
}

/// Where a copied file lands: in the destination, which is `place`, or as it.
std::string_view PlaceOf(std::string_view source, bool is_folder, const Step& step,
                         std::string_view workdir, std::string_view place, Arena& arena) {
  const std::string_view destination = step.destination.text;
  const std::string_view name = LastComponent(source);
  if (place.empty()) {
    return "";
  }
  if (FindFlag(*step.instruction, "parents") != nullptr) {
    // What stands before a /./ is left out.
    const std::size_t pivot = source.find("/./");
    source.remove_prefix(pivot == std::string_view::npos ? 0 : pivot + 3);
    while (source.starts_with("./") || source.starts_with('/')) {
      source.remove_prefix(source.find('/') + 1);
    }
    return Join(place, WithoutSlash(source), arena);
  }
  if (is_folder) {
    return place;  // its files, without it
  }
  const bool folder = destination.empty() || destination.back() == '/' || place == workdir ||
                      destination == "." || step.sources.size() > 1 ||
                      (LastComponent(place) != name && place.find('.') == std::string_view::npos);
  return folder ? Join(place, name, arena) : place;
}

}  // namespace

bool IsUnder(std::string_view path, std::string_view folder) {
  return folder == "/" ||
         (path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/'));
}

bool IsSeenBy(const Content& file, std::string_view directory,
              std::span<const std::string_view> named) {
  return directory.empty() || file.place.empty() || IsUnder(file.place, directory) ||
         std::any_of(named.begin(), named.end(), [&](std::string_view path) {
           return IsUnder(path, file.place);  // that file, or a folder that holds it
         });
}

bool Arrivals::Add(Content content) {
  if (content.kind == ContentKind::kSource && named != nullptr &&
      named->contains(LastComponent(content.path))) {
    content.kind = ContentKind::kSupport;
  }
  if (content.kind == ContentKind::kSource) {
    if (!source) {
      source = content;
    }
    return true;
  }
  if (files.size() < kMaxShown) {
    files.push_back(content);
  }
  return false;
}

bool IsRemote(std::string_view source) {
  return source.starts_with("http://") || source.starts_with("https://") ||
         source.starts_with("ftp://") || IsRepository(source);
}

bool IsRepository(std::string_view source) {
  if (source.starts_with("http://") || source.starts_with("https://")) {
    return WithoutSlash(source.substr(0, source.find_first_of("#?"))).ends_with(".git");
  }
  return source.starts_with("git@") || source.starts_with("git://") ||
         source.starts_with("ssh://") || source.starts_with("github.com/");
}

std::string_view Absolute(std::string_view path, std::string_view workdir, Arena& arena) {
  if (path.find('$') != std::string_view::npos) {
    return "";
  }
  if (path.starts_with("/")) {
    return WithoutSlash(path);
  }
  if (workdir.empty()) {
    return "";
  }
  while (path.starts_with("./")) {
    path.remove_prefix(2);
  }
  return path.empty() || path == "." ? WithoutSlash(workdir)
                                     : Join(workdir, WithoutSlash(path), arena);
}

bool IsSystemPlace(std::string_view place) {
  if (!place.starts_with('/')) {
    return false;
  }
  if (IsUnder(place, "/usr/local/src") || IsUnder(place, "/usr/local/app")) {
    return false;
  }
  constexpr std::array<std::string_view, 14> kPlaces = {
      "/etc",     "/bin",         "/sbin",        "/lib",       "/usr/bin",         "/usr/sbin",
      "/usr/lib", "/usr/libexec", "/usr/include", "/usr/local", "/usr/share/fonts", "/scripts",
      "/run",     "/boot"};
  if (std::any_of(kPlaces.begin(), kPlaces.end(), [place](std::string_view folder) {
        return place.size() > 1 && place[1] == folder[1] && IsUnder(place, folder);
      })) {
    return true;
  }
  return place.starts_with("/root/.") || place.starts_with("/docker-entrypoint") ||
         (place.starts_with("/home/") && place.find("/.") != std::string_view::npos);
}

Content Classify(const Knowledge& knowledge, std::string_view path, std::string_view place,
                 std::string_view workdir) {
  Content content;
  content.path = path;
  if (IsEverything(path)) {
    return content;
  }
  const std::string_view name = LastComponent(path);
  const bool folder = path.back() == '/';
  content.folder = folder;
  const std::optional<NameKind> by_name = KindByName(name);
  std::optional<FileFact> fact = folder ? std::nullopt : knowledge.FileAt(path);
  if (!fact && name.find('.', 1) == std::string_view::npos) {  // "gradle" and ".mvn" may be folders
    fact = knowledge.FolderAt(path);
    content.folder = fact.has_value();
  }
  if (!fact && by_name != NameKind::kSource) {
    fact = FactOfPattern(knowledge, name);
  }
  if (fact) {
    content.kind = ContentKind::kManifest;
    content.manager = fact->manager;
    content.file = fact->kind;
    return content;
  }
  if (IsSystemPlace(place) && !IsUnder(workdir, place)) {
    content.kind = ContentKind::kSupport;
  } else if (by_name) {
    content.kind = *by_name == NameKind::kSource ? ContentKind::kSource : ContentKind::kSupport;
  } else {
    // A name with an extension is a file of data or configuration; without one most likely a
    // folder.
    const std::size_t dot = name.rfind('.');
    constexpr std::size_t kLongestExtension = 10;  // ".properties"
    const bool extension = !folder && dot != std::string::npos && dot + 1 < name.size() &&
                           name.size() - dot - 1 <= kLongestExtension &&
                           !(name[dot + 1] >= 'A' && name[dot + 1] <= 'Z') &&
                           name.find('*', dot) == std::string::npos;
    content.kind = extension ? ContentKind::kSupport : ContentKind::kSource;
  }
  return content;
}

bool AddCopy(const Knowledge& knowledge, const Step& step, Arena& arena, Arrivals& arrivals) {
  bool source_came = false;
  const std::string_view workdir = step.workdir->known ? step.workdir->text : std::string_view();
  const std::string_view place = Absolute(step.destination.text, workdir, arena);
  for (const Value& source : step.sources) {
    if (IsRemote(source.text)) {
      continue;
    }
    const std::string_view path = source.text.find('[') == std::string::npos
                                      ? std::string_view(source.text)
                                      : arena.Copy(WithoutClasses(source.text));
    Content content = Classify(knowledge, path, place, workdir);
    content.line = step.instruction->start_line;
    content.instruction = step.instruction;
    content.place = PlaceOf(path, content.folder, step, workdir, place, arena);
    if (!step.from) {
      source_came = arrivals.Add(content) || source_came;
      continue;
    }
    const bool manifest = content.kind == ContentKind::kManifest && !HoldsDependencies(source.text);
    if (manifest && arrivals.stage_manifests.size() < kMaxShown) {
      content.how = Arrived::kFromStage;
      arrivals.stage_manifests.push_back(content);
    } else if (!manifest && step.from->kind == SourceKind::kStage &&
               content.kind == ContentKind::kSource && !HoldsDependencies(source.text) &&
               !HoldsDependencies(step.destination.text) && !IsSystemPlace(place) && place != "/" &&
               arrivals.stage_sources.size() < kMaxShown) {
      arrivals.stage_sources.push_back({arena.Concat({"COPY --from=", step.from->name.text}), place,
                                        step.instruction->start_line, step.instruction});
    }
  }
  return source_came;
}

void AddBindMounts(const Knowledge& knowledge, const Step& step, const std::vector<Mount>& mounts,
                   Arena& arena, Arrivals& arrivals) {
  const std::string_view workdir = step.workdir->known ? step.workdir->text : std::string_view();
  for (const Mount& mount : mounts) {
    if (mount.type != MountType::kBind) {
      continue;
    }
    const std::string_view path = mount.source.empty() ? "." : arena.Copy(mount.source);
    const std::string_view place = Absolute(arena.Copy(mount.target), workdir, arena);
    Content content = Classify(knowledge, path, WithoutSlash(workdir), workdir);
    content.line = step.instruction->start_line;
    content.instruction = step.instruction;
    content.place = place;
    content.how = mount.from.empty() ? Arrived::kMounted : Arrived::kFromStage;
    if (mount.from.empty()) {
      arrivals.Add(content);
    } else if (content.kind == ContentKind::kManifest &&
               arrivals.stage_manifests.size() < kMaxShown) {
      arrivals.stage_manifests.push_back(content);
    } else if (arrivals.stage_sources.size() < kMaxShown) {
      arrivals.stage_sources.push_back({arena.Concat({"a mount from ", mount.from}), place,
                                        step.instruction->start_line, step.instruction});
    }
  }
}

}  // namespace cacheplan::detect
