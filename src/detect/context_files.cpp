#include "src/detect/context_files.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cacheplan/byte_set.h"

#include "src/detect/picked.h"
#include "src/detect/spots.h"

namespace cacheplan::detect {
namespace {

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

std::optional<NameKind> KindByName(std::string_view name) {
  const std::optional<std::size_t> row = Names().First(name);
  return row ? std::optional(kKinds[*row]) : std::nullopt;
}

/// Folders that hold what was installed, not what the project is made of. `of_project`: the path is
/// one in a stage with source of the project, whose workspaces often lie in packages/, and whose
/// scripts, or what was built of it, in bin/.
bool HoldsDependencies(std::string_view path, bool of_project) {
  static constexpr std::array<std::string_view, 14> kFolders = {
      "node_modules", "vendor",  "venv",   ".venv",  "site-packages", "dist-packages", "bundle",
      ".m2",          ".gradle", ".cargo", "wheels", "wheelhouse",    "deps",          ".yarn"};
  const std::string_view name = LastComponent(path);
  const bool elsewhere =
      path.find("/.") != std::string_view::npos || IsSystemPlace(path) || path.starts_with("/go/");
  return std::find(kFolders.begin(), kFolders.end(), name) != kFolders.end() ||
         ((name == "packages" || name == "bin") && (!of_project || elsewhere));
}

/// The folder of "vendor/*"; "" for what is no pattern for all files of one.
std::string_view FolderOfAll(std::string_view path) {
  const std::string_view name = LastComponent(path);
  return name == "*" || name == "**" ? path.substr(0, path.rfind('*') + 1 - name.size())
                                     : std::string_view();
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
    return JoinPath(place, WithoutSlash(source), arena);
  }
  if (is_folder || IsEverything(source)) {
    return place;  // its files, without it
  }
  const bool folder = destination.empty() || destination.back() == '/' || place == workdir ||
                      destination == "." || step.sources.size() > 1 ||
                      (LastComponent(place) != name && place.find('.') == std::string_view::npos);
  return folder ? JoinPath(place, name, arena) : place;
}

}  // namespace

bool IsEverything(std::string_view path) {
  while (path.substr(0, 2) == "./") {
    path.remove_prefix(2);
  }
  path = WithoutSlash(path);
  return path.empty() || path == "." || path == "/" || path == ".." || path == "*" || path == "**";
}

bool IsSourceFileName(std::string_view name) {
  return KindByName(name) == NameKind::kSource && name.find('.') != std::string_view::npos;
}

bool StandsAbove(std::string_view place, std::string_view directory) {
  return !IsUnder(place, directory) && IsUnder(directory, ParentOf(place));
}

bool IsSeenBy(const Content& file, const PackageManager* manager, std::string_view directory,
              std::span<const std::string_view> named) {
  return directory.empty() || file.place.empty() || IsUnder(file.place, directory) ||
         (manager != nullptr && manager->looks_up && StandsAbove(file.place, directory)) ||
         std::any_of(named.begin(), named.end(), [&](std::string_view path) {
           return IsUnder(path, file.place);  // that file, or a folder that holds it
         });
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

Content Classify(const Knowledge& knowledge, std::string_view path, std::string_view place,
                 std::string_view workdir) {
  Content content;
  content.path = path;
  if (IsEverything(path)) {
    return content;
  }
  if (const std::string_view all_of = FolderOfAll(path); !all_of.empty()) {
    content = Classify(knowledge, all_of, place, workdir);
    content.path = path;
    return content;
  }
  const std::string_view name = LastComponent(path);
  const bool folder = path.back() == '/';
  content.folder = folder;
  const std::optional<NameKind> by_name = KindByName(name);
  std::optional<FileFact> fact = folder ? std::nullopt : knowledge.FileAt(path);
  if (!fact && name.find('.', 1) == std::string_view::npos) {  // "gradle" and ".mvn" may be folders
    fact = knowledge.FolderAt(path);
    content.folder = folder || fact.has_value();
  }
  if (!fact && by_name != NameKind::kSource) {
    fact = knowledge.FileForPattern(name);
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

namespace {

/// The name that a lone file gets: what a manager reads is called by that, not by where it was.
std::optional<FileFact> FactOfDestination(const Knowledge& knowledge, const Step& step) {
  const std::string_view destination = step.destination.text;
  if (step.sources.size() != 1 || destination.ends_with('/') ||
      LastComponent(step.sources[0].text) == LastComponent(destination)) {
    return std::nullopt;
  }
  return knowledge.FileAt(destination);
}

/// What a COPY --from brings that is no manifest may be source: a tool goes to a place of the
/// system, or comes from one.
bool MayBeSource(const Step& step, std::string_view source, std::string_view place) {
  return !IsSystemPlace(place) && place != "/" &&
         (step.from->kind == SourceKind::kStage || !IsSystemPlace(source));
}

/// "dist/*.whl": what a build front end makes of a project. An archive there may hold anything, the
/// manifests alone as well.
bool IsBuiltPackage(std::string_view path) {
  return LastComponent(ParentOf(path)) == "dist" && path.ends_with(".whl");
}

void AddFrom(const Step& step, const Value& source, Content content, std::string_view place,
             Arena& arena, Arrivals& arrivals) {
  const bool of_file = step.from->kind == SourceKind::kStage;
  const bool project = of_file && arrivals.source_stages != nullptr &&
                       step.from->stage < arrivals.source_stages->size() &&
                       (*arrivals.source_stages)[step.from->stage];
  const bool from_installed = HoldsDependencies(source.text, project);
  const bool installed = from_installed || HoldsDependencies(step.destination.text, project);
  const bool built = project && IsBuiltPackage(source.text);
  const bool may_be_source = MayBeSource(step, source.text, place);
  content.how = Arrived::kFromStage;
  if (content.kind == ContentKind::kManifest && !built && !from_installed) {
    arrivals.stage_manifests.push_back(content);
  } else if (!built && (content.kind == ContentKind::kSupport || (installed && may_be_source))) {
    arrivals.stage_files.push_back(content);
  } else if (built || (content.kind == ContentKind::kSource && may_be_source)) {
    arrivals.stage_sources.push_back({arena.Concat({"COPY --from=", step.from->name.text}), place,
                                      step.instruction->start_line, step.instruction,
                                      IsEverything(source.text), of_file, project, content.into});
  }
}

/// A pattern for GlobMatches: [k] is k, and [ms] any text.
std::string_view PlainPattern(std::string_view source, Arena& arena) {
  const std::string pattern = WithoutClasses(source);
  const std::string_view text = pattern;
  char* const room = arena.Room(text.size());
  char* out = room;
  std::size_t at = 0;
  for (std::size_t open = text.find('['); open != std::string_view::npos;
       open = text.find('[', at)) {
    const std::size_t close = text.find(']', open);
    if (close == std::string_view::npos) {
      break;
    }
    out += text.copy(out, open - at, at);
    *out++ = '*';
    at = close + 1;
  }
  out += text.copy(out, text.size() - at, at);
  return {room, static_cast<std::size_t>(out - room)};
}

void AddHeredocs(const Knowledge& knowledge, const Step& step, Arena& arena, Arrivals& arrivals) {
  const std::string_view workdir = step.workdir->known ? step.workdir->text : std::string_view();
  const std::string_view destination = step.destination.text;
  const std::string_view place = Absolute(destination, workdir, arena);
  const bool folder = destination.ends_with('/') || destination == "." ||
                      step.instruction->heredocs.size() + step.sources.size() > 1;
  for (const Heredoc& heredoc : step.instruction->heredocs) {
    const std::string_view file =
        folder && !place.empty() ? JoinPath(place, heredoc.name, arena) : place;
    AddWritten(knowledge, *step.instruction, folder ? heredoc.name : destination, file, arrivals);
  }
}

}  // namespace

bool AddCopy(const Knowledge& knowledge, const Step& step, Arena& arena, Arrivals& arrivals) {
  bool source_came = false;
  const std::string_view workdir = step.workdir->known ? step.workdir->text : std::string_view();
  const std::string_view place = Absolute(step.destination.text, workdir, arena);
  const std::string_view into = Spot(step.destination.text, *step.workdir, arena);
  const bool parents = FindFlag(*step.instruction, "parents") != nullptr;
  const bool unpacks = step.instruction->keyword == Keyword::kAdd && !step.from;
  for (const Value& source : step.sources) {
    if (IsRemote(source.text)) {
      continue;
    }
    const std::string_view path = source.text.find('[') == std::string::npos
                                      ? std::string_view(source.text)
                                      : PlainPattern(source.text, arena);
    Content content = Classify(knowledge, path, place, workdir);
    content.path = path.find('*') == std::string_view::npos ? path : source.text;
    content.line = step.instruction->start_line;
    content.instruction = step.instruction;
    content.place = PlaceOf(path, content.folder, step, workdir, place, arena);
    content.into = parents ? content.place : into;
    content.name = LastComponent(path);
    const bool file = !content.folder && !IsEverything(path);
    if (const auto fact = file ? FactOfDestination(knowledge, step) : std::nullopt) {
      content.kind = ContentKind::kManifest;
      content.manager = fact->manager;
      content.file = fact->kind;
      content.name = LastComponent(step.destination.text);
    }
    if (step.from) {
      if (content.kind == ContentKind::kManifest ||
          !AddPicked(step, source.text, place, arena, arrivals)) {
        AddFrom(step, source, content, place, arena, arrivals);
      }
      continue;
    }
    if (unpacks && IsArchive(path) && content.kind == ContentKind::kSupport &&
        !IsSystemPlace(place) && place != "/") {
      content.kind = ContentKind::kSource;
      content.unpacked = true;
      content.place = place;
    }
    source_came = (arrivals.Add(content) && !content.unpacked) || source_came;
  }
  if (!step.instruction->heredocs.empty()) {
    AddHeredocs(knowledge, step, arena, arrivals);
  }
  return source_came;
}

void AddWritten(const Knowledge& knowledge, const Instruction& instruction, std::string_view path,
                std::string_view place, Arrivals& arrivals) {
  constexpr std::size_t kNear = 8;
  const auto near = arrivals.written.end() -
                    static_cast<std::ptrdiff_t>(std::min(kNear, arrivals.written.size()));
  if (std::any_of(near, arrivals.written.end(), [&](const Content& before) {
        return before.instruction == &instruction && before.path == path && before.place == place;
      })) {
    return;  // `echo >> FILE`, line by line
  }
  Content content;
  content.kind = ContentKind::kSupport;
  content.path = path;
  content.name = LastComponent(path);
  content.place = place;
  content.line = instruction.start_line;
  content.instruction = &instruction;
  content.how = Arrived::kWritten;
  if (const std::optional<FileFact> fact = knowledge.FileAt(path)) {
    content.kind = ContentKind::kManifest;
    content.manager = fact->manager;
    content.file = fact->kind;
  }
  arrivals.written.push_back(content);
}

void AddBindMounts(const Knowledge& knowledge, const Step& step, const std::vector<Mount>& mounts,
                   Arena& arena, Arrivals& arrivals) {
  const std::string_view workdir = step.workdir->known ? step.workdir->text : std::string_view();
  bool source = false;
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
    content.into = Spot(arena.Copy(mount.target), *step.workdir, arena);
    content.name = LastComponent(path);
    content.how = mount.from.empty() ? Arrived::kMounted : Arrived::kFromStage;
    if (mount.from.empty()) {
      source = arrivals.Add(content) || source;
    } else if (content.kind == ContentKind::kManifest) {
      arrivals.stage_manifests.push_back(content);
    } else {
      arrivals.mounted_source = true;
      arrivals.stage_sources.push_back({arena.Concat({"a mount from ", mount.from}), place,
                                        step.instruction->start_line, step.instruction, false, true,
                                        false, content.into});
    }
  }
  if (source) {  // what RUNs before it have mounted says less
    arrivals.mounted_source = true;
    std::erase_if(arrivals.sources, [&step](const Content& before) {
      return !before.IsHeld() && before.instruction != step.instruction;
    });
  }
}

}  // namespace cacheplan::detect
