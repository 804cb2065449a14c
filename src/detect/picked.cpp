#include "src/detect/picked.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <vector>

#include "cacheplan/byte_set.h"

#include "src/detect/context_files.h"
#include "src/detect/paths.h"
#include "src/detect/step_values.h"

namespace cacheplan::detect {
namespace {

/// See grammar/manifest_folders.def.
struct FolderWriter {
  std::string_view program;
  std::string_view verb;
  std::string_view manager;
  std::string_view with{};
  std::string_view into{};
  std::string_view folder{};
  std::string_view below{};
};
constexpr FolderWriter kWriters[] = {
#define MANIFEST_FOLDER(program_, verb_, manager_, ...) \
  FolderWriter{.program = program_, .verb = verb_, .manager = manager_, __VA_ARGS__},
#include "grammar/manifest_folders.def"
#undef MANIFEST_FOLDER
};

void AddPlace(const Step& step, std::string_view place, const PackageManager* manager,
              Arrivals& arrivals) {
  if (place.empty() || place == "/" || manager == nullptr) {
    return;
  }
  Content content;
  content.kind = ContentKind::kManifest;
  content.folder = true;
  content.path = place;
  content.name = LastComponent(place);
  content.place = place;
  content.line = step.instruction->start_line;
  content.instruction = step.instruction;
  content.manager = manager;
  arrivals.picked.push_back(content);
}

/// The index behind `verb`, whose words stand there one after the other but for flags; 0 where they
/// do not.
std::size_t VerbEnd(ScriptWords words, std::size_t at, std::string_view verb) {
  while (!verb.empty()) {
    while (at < words.size() && words[at].text.starts_with('-')) {
      ++at;
    }
    const std::size_t blank = std::min(verb.find(' '), verb.size());
    if (at == words.size() || words[at].text != verb.substr(0, blank)) {
      return 0;
    }
    verb.remove_prefix(std::min(blank + 1, verb.size()));
    ++at;
  }
  return at;
}

/// `turbo`, `npx turbo@2`, `./node_modules/.bin/turbo`: the program itself, not what starts it.
std::string_view ProgramOfWord(std::string_view word) {
  const std::string_view name = LastComponent(word);
  return name.substr(0, name.find('@', 1));
}

void NoteWriter(const Knowledge& knowledge, const Step& step, const SimpleCommand& command,
                const FolderWriter& writer, std::size_t at, Arena& arena, Arrivals& arrivals) {
  const ScriptWords words = command.words.subspan(at);
  const auto has = [&](std::string_view flag) {
    return std::any_of(words.begin(), words.end(),
                       [flag](const ScriptWord& word) { return word.text == flag; });
  };
  if (!writer.with.empty() && !has(writer.with)) {
    return;
  }
  std::string_view folder = writer.folder;
  for (std::size_t i = 0; i < words.size() && !writer.into.empty(); ++i) {
    const std::string_view text = words[i].text;
    if (text == writer.into && i + 1 < words.size()) {
      folder = words[i + 1].text;
    } else if (text.starts_with(writer.into) && text.substr(writer.into.size()).starts_with('=')) {
      folder = text.substr(writer.into.size() + 1);
    }
  }
  const std::string_view place = Absolute(folder, PlaceOf(step, command, arena), arena);
  if (!folder.empty() && !place.empty()) {
    AddPlace(step, writer.below.empty() ? place : JoinPath(place, writer.below, arena),
             knowledge.Find(writer.manager), arrivals);
  }
}

constexpr auto kVerbStarts = [] {
  std::array<char, std::size(kWriters)> starts{};
  for (std::size_t i = 0; i < starts.size(); ++i) {
    starts[i] = kWriters[i].verb.front();
  }
  return starts;
}();
/// Few words begin like the verb of a writer.
constexpr ByteSet kStartsVerb(std::string_view(kVerbStarts.data(), kVerbStarts.size()));

void NoteWriters(const Knowledge& knowledge, const Step& step, const SimpleCommand& command,
                 Arena& arena, Arrivals& arrivals) {
  constexpr std::size_t kRunners = 4;  // `pnpm dlx`, `yarn run`, `npx --yes`: before the program
  const ScriptWords words = command.words;
  std::size_t program = 0;  // the last word before the verb that is no flag
  for (std::size_t i = 1; i < words.size() && program < kRunners; ++i) {
    const std::string_view word = words[i].text;
    const bool may_be_verb = !word.empty() && kStartsVerb.Has(word.front());
    for (const FolderWriter& writer : kWriters) {
      if (!may_be_verb || !writer.verb.starts_with(word) ||
          ProgramOfWord(words[program].text) != writer.program) {
        continue;
      }
      if (const std::size_t at = VerbEnd(words, i, writer.verb); at > 0) {
        NoteWriter(knowledge, step, command, writer, at, arena, arrivals);
        return;
      }
    }
    program = word.starts_with('-') ? program : i;
  }
}

/// What a find looks for.
struct Search {
  std::vector<std::string_view> places;     ///< where it looks, absolute
  const PackageManager* manager = nullptr;  ///< of the manifests among the names
  bool finds_manifests = false;             ///< files of these names and no others
  bool spares_manifests = false;            ///< all but those of these names
  bool deletes = false;
};

Search ReadSearch(const Knowledge& knowledge, const Step& step, const SimpleCommand& find,
                  Arena& arena) {
  Search search;
  const std::string_view here = PlaceOf(step, find, arena);
  bool places = true;
  bool negated = false;
  bool all_manifests = true;
  bool plain = true;  // nothing else decides which files they are
  std::size_t names = 0;
  std::size_t spared = 0;
  for (std::size_t i = 1; i < find.words.size(); ++i) {
    const std::string_view text = find.words[i].text;
    places = places && !text.starts_with('-') && !text.starts_with('(') && text != "!";
    if (places) {
      search.places.push_back(Absolute(text, here, arena));
    } else if (text == "!" || text == "-not") {
      negated = true;
    } else if (text == "-exec" || text == "-execdir") {
      break;
    } else if (i + 2 < find.words.size() && find.words[i + 2].text == "-prune") {
      i += 2;  // a folder that it does not look into
    } else if ((text == "-name" || text == "-iname") && i + 1 < find.words.size()) {
      const Content name = Classify(knowledge, find.words[++i].text, "", "");
      all_manifests = all_manifests && name.kind == ContentKind::kManifest;
      search.manager = search.manager == nullptr ? name.manager : search.manager;
      ++names;
      spared += negated ? 1 : 0;
      negated = false;
    } else if (IsOneOf(text, "-mindepth", "-maxdepth") ||
               (text == "-type" && i + 1 < find.words.size() && find.words[i + 1].text == "f")) {
      ++i;
    } else if (text != "(") {
      search.deletes = search.deletes || text == "-delete";
      plain = plain && IsOneOf(text, ")", "-o", "-or", "-a", "-and", "-depth", "-delete", "-print",
                               "-print0");
      negated = false;
    }
  }
  if (search.places.empty()) {
    search.places.push_back(here);
  }
  search.finds_manifests = all_manifests && names > 0 && spared == 0;
  search.spares_manifests = plain && all_manifests && names > 0 && spared == names &&
                            find.branch == 0;  // else it may not happen
  return search;
}

/// The folder that `cp --parents` or `cpio -p` fills with what was found; "" for none.
std::string_view FilledBy(const SimpleCommand& command) {
  const auto has = [&command](std::string_view flag) {
    return std::any_of(command.words.begin(), command.words.end(),
                       [flag](const ScriptWord& word) { return word.text == flag; });
  };
  std::string_view last;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string_view text = command.words[i].text;
    if ((text == "-t" || text == "--target-directory") && i + 1 < command.words.size()) {
      return command.words[i + 1].text;
    }
    last = text.starts_with('-') || text == "{}" ? last : text;
  }
  const bool keeps_paths = command.name() == "cp" ? has("--parents") : command.name() == "cpio";
  return keeps_paths ? last : std::string_view();
}

void NoteSearched(const Step& step, const SimpleCommand& command, const Search& search,
                  Arena& arena, Arrivals& arrivals) {
  if (search.spares_manifests && command.name() == "rm") {
    for (const std::string_view place : search.places) {
      AddPlace(step, place, search.manager, arrivals);
    }
  } else if (search.finds_manifests) {
    // Where an -exec works is the find's own affair; what it names in full is not.
    const std::string_view into = FilledBy(command);
    AddPlace(step, into.empty() ? into : Absolute(into, PlaceOf(step, command, arena), arena),
             search.manager, arrivals);
  }
}

/// Whether all that a stage got are manifests and configuration, or source of which nothing else is
/// left.
bool HoldsManifestsAlone(const Arrivals& stage) {
  const auto is_picked = [&stage](const Content& source) {
    return std::any_of(stage.picked.begin(), stage.picked.end(), [&source](const Content& folder) {
      return !source.place.empty() && IsUnder(source.place, folder.place) &&
             source.line < folder.line;
    });
  };
  return stage.left_out == 0 && !stage.fetched && !stage.mounted_source &&
         stage.stage_sources.empty() && stage.MayRead(stage.sources.size() * stage.picked.size()) &&
         std::all_of(stage.sources.begin(), stage.sources.end(), is_picked);
}

/// Source came to a folder of manifests after it was one.
bool CameLater(const Arrivals& stage, const Content& picked) {
  const auto came = [&picked](std::uint32_t line, std::string_view place) {
    return line > picked.line &&
           (place.empty() || IsUnder(place, picked.place) || IsUnder(picked.place, place));
  };
  const auto brought = [&came](const Arrival& arrival) { return came(arrival.line, arrival.spot); };
  return std::any_of(stage.sources.begin(), stage.sources.end(),
                     [&came](const Content& source) { return came(source.line, source.place); }) ||
         std::any_of(stage.stage_sources.begin(), stage.stage_sources.end(), brought) ||
         std::any_of(stage.fetches.begin(), stage.fetches.end(), brought);
}

/// The folder of another stage that a COPY --from names: absolute, without a pattern.
std::string_view FolderOf(std::string_view source, Arena& arena) {
  static constexpr ByteSet kPattern("*?[");
  return kPattern.HasAnyOf(source) ? std::string_view() : Absolute(source, "/", arena);
}

/// Copied on: what stood at `content.place` stands below `place`, as it stood below `folder`.
Content MovedTo(std::string_view place, std::string_view folder, const Content& content,
                const Step& step, Arena& arena) {
  Content moved = content;
  moved.path = content.place;
  moved.line = step.instruction->start_line;
  moved.instruction = step.instruction;
  moved.how = Arrived::kFromStage;
  const std::string_view below =
      content.place.substr(std::min(folder == "/" ? 1 : folder.size() + 1, content.place.size()));
  moved.place = place.empty() || below.empty() ? place : JoinPath(place, below, arena);
  return moved;
}

}  // namespace

void NotePicked(const Knowledge& knowledge, const Step& step, const RunReading& reading,
                Arena& arena, Arrivals& arrivals) {
  const Search* last = nullptr;
  Search search;
  for (const KnownCommand& known : reading.commands) {
    const SimpleCommand& command = known.command;
    if (command.name() == "find") {
      search = ReadSearch(knowledge, step, command, arena);
      last = &search;
      if (search.deletes && search.spares_manifests) {
        for (const std::string_view place : search.places) {
          AddPlace(step, place, search.manager, arrivals);
        }
      }
    } else if (last != nullptr && (command.more_words || command.name() == "cpio")) {
      NoteSearched(step, command, search, arena, arrivals);
    } else if (command.words.size() > 1) {
      last = nullptr;
      NoteWriters(knowledge, step, command, arena, arrivals);
    }
  }
}

bool MayBePicked(const Arrivals& stage) {
  return !stage.picked.empty() || HoldsManifestsAlone(stage);
}

bool AddPicked(const Step& step, std::string_view source, std::string_view place, Arena& arena,
               Arrivals& arrivals) {
  if (step.from->kind != SourceKind::kStage || arrivals.stages == nullptr ||
      step.from->stage >= arrivals.stages->size()) {
    return false;
  }
  const Arrivals& stage = (*arrivals.stages)[step.from->stage];
  if (!arrivals.MayRead(
          stage.picked.size() *
          (1 + stage.sources.size() + stage.stage_sources.size() + stage.fetches.size()))) {
    return false;
  }
  const std::string_view folder = FolderOf(source, arena);
  if (folder.empty()) {
    return false;
  }
  const auto holds =
      std::find_if(stage.picked.begin(), stage.picked.end(), [&](const Content& picked) {
        return IsUnder(folder, picked.place) && !CameLater(stage, picked);
      });
  if (holds != stage.picked.end()) {
    Content content = *holds;
    content.path = source;
    content.place = place;
    content.line = step.instruction->start_line;
    content.instruction = step.instruction;
    content.how = Arrived::kFromStage;
    arrivals.stage_manifests.push_back(content);
    return true;
  }
  if (!HoldsManifestsAlone(stage) ||
      !arrivals.MayRead(stage.files.size() + stage.stage_manifests.size() +
                        stage.stage_files.size() + stage.written.size() + stage.picked.size())) {
    return false;
  }
  const std::vector<Content>* const lists[] = {&stage.files, &stage.stage_manifests,
                                               &stage.stage_files, &stage.written, &stage.picked};
  const auto comes = [folder](const Content& content) {
    return !content.place.empty() && IsUnder(content.place, folder);
  };
  const auto is_manifest = [&comes](const Content& content) {
    return content.kind == ContentKind::kManifest && comes(content);
  };
  if (std::none_of(std::begin(lists), std::end(lists), [&](const std::vector<Content>* list) {
        return std::any_of(list->begin(), list->end(), is_manifest);
      })) {
    return false;
  }
  for (const std::vector<Content>* list : lists) {
    for (const Content& content : *list) {
      if (comes(content)) {
        (is_manifest(content) ? arrivals.stage_manifests : arrivals.stage_files)
            .push_back(MovedTo(place, folder, content, step, arena));
      }
    }
  }
  arrivals.whole_folders = true;
  return true;
}

}  // namespace cacheplan::detect
