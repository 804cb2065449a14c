#include "src/detect/named_files.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "src/detect/context_files.h"
#include "src/detect/programs.h"
#include "src/detect/step_values.h"

namespace cacheplan::detect {
namespace {

/// A manifest that a command names.
struct Named {
  std::string_view written;    ///< "reqs/prod.txt"
  std::string_view place;      ///< absolute; "" when that cannot be told
  std::string_view directory;  ///< where the command works; "" when that cannot be told
  const PackageManager* manager;
  bool made = false;  ///< one that is made: what another stage makes is none of the project's
};

bool IsAt(const Content& content, const Named& named) {
  return content.place.empty() || named.place.empty() ? content.name == LastComponent(named.written)
                                                      : content.place == named.place;
}

void MakeManifest(const PackageManager& manager, Content& content) {
  content.kind = ContentKind::kManifest;
  content.manager = &manager;
  content.file = FileKind::kManifest;
}

/// `reqs/` for `-r reqs/prod.txt`: a folder beside the project's own, of lists and nothing else.
/// What is called requirements.txt stands at the top of any project's source.
bool IsFolderOf(const Knowledge& knowledge, const Content& source, const Named& named) {
  const std::string_view folder = ParentOf(named.written);
  if (source.unpacked || folder.empty() || folder == "." || folder == ".." || folder == "/" ||
      source.name == "." || source.name == ".." ||
      source.name.find('*') != std::string_view::npos) {
    return false;
  }
  if (!source.name.starts_with("req") && knowledge.FileAt(named.written)) {
    return false;
  }
  if (source.place.empty() || named.place.empty()) {
    return source.name == LastComponent(folder);
  }
  const auto is_at = [&named](std::string_view place) {
    return IsUnder(ParentOf(named.place), place) && place != "/" &&
           !IsUnder(named.directory, place);
  };
  // Of a folder its files are copied: into the destination, whose name it need not have.
  return is_at(source.place) || (!source.folder && is_at(ParentOf(source.place)));
}

void NoteNamed(const Knowledge& knowledge, const Named& named, Arrivals& arrivals) {
  if (!arrivals.MayRead(arrivals.files.size() + arrivals.written.size() +
                        arrivals.stage_files.size() + arrivals.sources.size())) {
    return;
  }
  bool found = false;
  for (std::vector<Content>* list : {&arrivals.files, &arrivals.written}) {
    for (Content& content : *list) {
      if (IsAt(content, named)) {
        found = true;
        if (content.manager == nullptr) {
          MakeManifest(*named.manager, content);
        }
      }
    }
  }
  if (named.made) {
    return;
  }
  for (auto content = arrivals.stage_files.begin(); content != arrivals.stage_files.end();) {
    if (IsAt(*content, named)) {
      MakeManifest(*named.manager, *content);
      arrivals.stage_manifests.push_back(*content);
      content = arrivals.stage_files.erase(content);
      found = true;
    } else {
      ++content;
    }
  }
  if (found) {
    return;
  }
  const auto folder =
      std::find_if(arrivals.sources.begin(), arrivals.sources.end(),
                   [&](const Content& source) { return IsFolderOf(knowledge, source, named); });
  if (folder != arrivals.sources.end()) {
    MakeManifest(*named.manager, *folder);
    if (!IsUnder(named.place, folder->place)) {
      folder->place = ParentOf(folder->place);
    }
    arrivals.files.push_back(*folder);
    arrivals.sources.erase(folder);
  }
}

/// `> file`, and not a device or another descriptor.
bool Writes(const Redirection& to) {
  return (to.op == ">" || to.op == ">>" || to.op == ">|" || to.op == "1>") && to.target.literal &&
         !to.target.text.empty() && to.target.text.front() != '&' &&
         !to.target.text.starts_with("/dev/") && !IsSystemPlace(to.target.text);
}

}  // namespace

void NoteNamedFiles(const Knowledge& knowledge, const Step& step, const RunReading& reading,
                    Arena& arena, Arrivals& arrivals) {
  if (!reading.redirects && !reading.names_manifests) {
    return;  // most
  }
  for (const KnownCommand& known : reading.commands) {
    for (const Redirection& to : known.command.redirections) {
      if (Writes(to)) {
        AddWritten(knowledge, *step.instruction, to.target.text,
                   Absolute(to.target.text, PlaceOf(step, known.command, arena), arena), arrivals);
      }
    }
    for (const CommandFact& fact : known.facts) {
      if (fact.manifests.empty()) {
        continue;
      }
      const std::string_view directory = PlaceOf(step, known.command, arena, fact.directory);
      for (const std::string_view manifest : fact.manifests) {
        NoteNamed(knowledge,
                  {manifest, Absolute(manifest, directory, arena), directory, fact.manager,
                   fact.names_files},
                  arrivals);
      }
    }
  }
}

void NoteUnpacked(const Step& step, const SimpleCommand& command, Arena& arena,
                  Arrivals& arrivals) {
  if (arrivals.files.empty() || !ProgramOf(command.name()).unpacks ||
      !arrivals.MayRead(arrivals.files.size() * command.words.size())) {
    return;
  }
  std::string_view place = PlaceOf(step, command, arena);
  const std::string_view start = place;
  const Content* unpacked = nullptr;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string_view word = command.words[i].text;
    const bool into = word == "-C" || word == "--directory" || word == "-d";
    if (into && i + 1 < command.words.size()) {
      place = Absolute(command.words[++i].text, start, arena);
      continue;
    }
    const Named named = {word, Absolute(word, start, arena), start, nullptr};
    const auto found = IsArchive(word) || word.ends_with(".zip")
                           ? std::find_if(arrivals.files.begin(), arrivals.files.end(),
                                          [&](const Content& file) { return IsAt(file, named); })
                           : arrivals.files.end();
    unpacked = found == arrivals.files.end() ? unpacked : &*found;
  }
  if (unpacked != nullptr && !IsSystemPlace(place) && place != "/") {
    Content source = *unpacked;
    source.kind = ContentKind::kSource;
    source.unpacked = true;
    source.place = place;
    source.into = place;
    arrivals.sources.push_back(source);
    ++arrivals.unpacked;
  }
}

}  // namespace cacheplan::detect
