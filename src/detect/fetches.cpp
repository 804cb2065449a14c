#include "src/detect/fetches.h"

#include <algorithm>
#include <cstddef>

#include "cacheplan/byte_set.h"

#include "src/detect/context_files.h"
#include "src/detect/first_answer.h"
#include "src/detect/paths.h"
#include "src/detect/programs.h"
#include "src/detect/spots.h"
#include "src/detect/step_values.h"

namespace cacheplan::detect {
namespace {

/// The file that the shell makes of what the command prints; "" = none.
std::string_view RedirectedTo(const SimpleCommand& command) {
  const auto to = std::find_if(
      command.redirections.begin(), command.redirections.end(),
      [](const Redirection& to) { return to.op.ends_with('>') && !to.op.starts_with('2'); });
  return to == command.redirections.end() ? std::string_view() : to->target.text;
}

/// What it brings is a file then, and not printed.
bool KeepsFile(const SimpleCommand& command, const CommandFact& fact) {
  return !fact.prints || !RedirectedTo(command).empty();
}

/// The last part of an address, or of a path.
std::string_view NameOf(std::string_view address) {
  address = WithoutSlash(address);
  static constexpr ByteSet kBefore("/:");
  address.remove_prefix(kBefore.FindLastEnd(address));
  static constexpr ByteSet kBehind("?#");
  return address.substr(0, kBehind.Find(address));
}

/// The folder that a clone makes as its command names it; "" where that cannot be told, or it is
/// no clone.
std::string_view CloneFolder(const CommandFact& fact) {
  if (!fact.brings_source || fact.packages.empty()) {
    return {};
  }
  if (fact.packages.size() > 1) {
    return fact.packages[1];
  }
  std::string_view name = fact.packages[0];
  static constexpr ByteSet kBefore("/:");
  name.remove_prefix(kBefore.FindLastEnd(name));
  name.remove_suffix(name.ends_with(".git") ? 4 : 0);
  return name;
}

bool HasVerb(const SimpleCommand& command, std::initializer_list<std::string_view> verbs) {
  return std::any_of(command.words.begin(), command.words.end(), [&](const ScriptWord& word) {
    return std::find(verbs.begin(), verbs.end(), word.text) != verbs.end();
  });
}

/// The file that a command brings, as it names it; "" where it prints it.
std::string_view FileOf(const SimpleCommand& command, const CommandFact& fact, Arena& arena) {
  if (const std::string_view file = RedirectedTo(command); !file.empty()) {
    return file;
  }
  if (fact.prints || (fact.output.empty() && fact.packages.empty())) {
    return {};
  }
  const std::string_view name = fact.output.empty() ? NameOf(fact.packages.front()) : fact.output;
  return fact.output_folder.empty() || name.starts_with('/')
             ? name
             : JoinPath(fact.output_folder, name, arena);
}

/// What brings the source of packages by their names, into a folder for all of them.
bool NamesPackages(const CommandFact& fact) {
  return fact.brings_source && fact.activity == Activity::kTool;
}

/// The value of an option that names a folder; "" without one.
std::string_view TargetOf(const SimpleCommand& command) {
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string_view text = command.words[i].text;
    if (text.starts_with("--directory=")) {
      return text.substr(text.find('=') + 1);
    }
    const bool bundle = text.size() > 1 && text.starts_with('-') && !text.starts_with("--") &&
                        (text.ends_with('C') || text.ends_with('d'));
    if (i + 1 < command.words.size() && (text == "--directory" || bundle)) {
      return command.words[i + 1].text;
    }
  }
  return {};
}

/// The archive of it was unpacked, or its folder copied: it is there, too.
void MoveTo(std::string_view spot, std::size_t number, Arrivals& arrivals) {
  Arrival there = arrivals.fetches[number];
  there.spot = spot;
  there.whole = true;
  if (arrivals.fetches[number].whole) {
    arrivals.fetches.push_back(there);
  } else {
    arrivals.fetches[number] = there;  // an archive alone is no source
  }
}

void NoteUnpackedFetch(const Step& step, const SimpleCommand& command, Arena& arena,
                       Arrivals& arrivals) {
  const std::string_view start = SpotOf(step, command, {}, arena);
  const Value here{start, true, {}};
  const std::string_view target = TargetOf(command);
  const std::string_view spot = target.empty() ? start : Spot(target, here, arena);
  const auto is_named = [&](std::string_view name) {
    return std::any_of(command.words.begin() + 1, command.words.end(),
                       [name](const ScriptWord& word) {
                         return word.text.size() >= name.size() && NameOf(word.text) == name;
                       });
  };
  std::size_t found = arrivals.fetches.size();
  for (std::size_t i = arrivals.fetches.size(); i-- > 0 && found == arrivals.fetches.size();) {
    const std::string_view file = arrivals.fetches[i].file;
    found = !file.empty() && is_named(NameOf(file)) ? i : found;
  }
  // `curl … | tar x`: what was just printed.
  const bool printed = !arrivals.fetches.empty() && arrivals.fetches.back().file.empty() &&
                       !arrivals.fetches.back().whole &&
                       arrivals.fetches.back().instruction == step.instruction;
  if (found == arrivals.fetches.size() && printed) {
    --found;
  }
  if (found < arrivals.fetches.size()) {
    MoveTo(spot, found, arrivals);
    return;
  }
  const auto archive = std::find_if(arrivals.stage_files.begin(), arrivals.stage_files.end(),
                                    [&](const Content& file) { return is_named(file.name); });
  if (archive != arrivals.stage_files.end()) {
    Arrival unpacked{archive->path, {}, archive->line, archive->instruction};
    unpacked.cause = SourceCause::kFromStage;
    unpacked.spot = spot;
    unpacked.whole = true;
    arrivals.fetches.push_back(unpacked);
  }
}

/// One holds the other. What lies at the root is not all that is below it.
bool Meet(std::string_view a, std::string_view b) {
  return a != "/" && b != "/" && (IsUnder(a, b) || IsUnder(b, a));
}

/// A command copies `from`, which is `spot`, to the folder `target`.
struct Copying {
  std::string_view from;
  std::string_view spot;
  std::string_view target;
};

/// What came from the context or a stage, and is now in another folder as well.
void NoteCopied(const Copying& copying, Arena& arena, Arrivals& arrivals) {
  Arrival copy{};
  for (const Content& source : arrivals.sources) {
    if (Meet(source.into, copying.spot) && !IsSourceFileName(source.name)) {
      const SourceTrigger trigger = TriggerOf(source);
      copy = Arrival{trigger.what, {}, source.line, source.instruction};
      copy.cause = trigger.cause;
    }
  }
  for (const Arrival& source : arrivals.stage_sources) {
    if (Meet(source.spot, copying.spot)) {
      copy = source;
      copy.cause = SourceCause::kFromStage;
    }
  }
  if (copy.instruction == nullptr) {
    return;
  }
  const std::string_view name = NameOf(copying.from);
  const bool file = name.find('.', 1) != std::string_view::npos && name.find('*') == name.npos;
  copy.spot = copying.target;
  copy.file = file ? JoinPath(copying.target, name, arena) : std::string_view();
  copy.whole = !file;
  arrivals.fetches.push_back(copy);
}

}  // namespace

bool MayBeSource(const Fetch& fetch) {
  const KnownCommand& known = fetch.known;
  if (fetch.fact.brings_source) {
    return true;
  }
  if (known.command.piped_into_shell || fetch.fact.manager->name == "keys" ||
      fetch.fact.manager->name == "inline-programs") {
    return false;
  }
  if (!KeepsFile(known.command, fetch.fact) &&
      (fetch.next == nullptr || !ProgramOf(fetch.next->command.name()).unpacks)) {
    return false;
  }
  return !IsSystemPlace(fetch.fact.output) && !IsSystemPlace(fetch.fact.output_folder) &&
         std::none_of(known.command.words.begin(), known.command.words.end(),
                      [](const ScriptWord& word) { return IsSystemPlace(word.text); }) &&
         std::none_of(known.command.redirections.begin(), known.command.redirections.end(),
                      [](const Redirection& to) { return IsSystemPlace(to.target.text); });
}

void NoteFetch(const Fetch& fetch, std::string_view text, Arena& arena, Arrivals& arrivals) {
  const Step& step = fetch.step;
  const SimpleCommand& command = fetch.known.command;
  Arrival arrival{text, {}, step.instruction->start_line, step.instruction};
  const std::string_view start = SpotOf(step, command, fetch.fact.directory, arena);
  const Value here{start, true, {}};
  if (NamesPackages(fetch.fact)) {
    arrival.packages = fetch.fact.packages;
  } else if (fetch.fact.brings_source) {
    const std::string_view folder =
        HasVerb(command, {"clone", "checkout", "co", "export", "branch"}) ? CloneFolder(fetch.fact)
                                                                          : std::string_view();
    arrival.spot = folder.empty() ? start : Spot(folder, here, arena);
    arrival.whole = arrival.tree = !folder.empty();
    // A pull brings no more than the clone did.
    if (folder.empty() && arrivals.MayRead(arrivals.fetches.size()) &&
        std::any_of(arrivals.fetches.begin(), arrivals.fetches.end(),
                    [&](const Arrival& before) { return before.spot == arrival.spot; })) {
      return;
    }
  } else {
    const std::string_view file = FileOf(command, fetch.fact, arena);
    arrival.file = file.empty() ? file : Spot(file, here, arena);
    arrival.spot = file.empty() ? start : ParentOf(arrival.file);
  }
  if (fetch.fact.brings_source && fetch.fact.manager->name == "git" && !arrivals.fetched) {
    const std::string_view folder = CloneFolder(fetch.fact);
    arrival.place =
        folder.empty()
            ? folder
            : Absolute(folder, PlaceOf(step, command, arena, fetch.fact.directory), arena);
  }
  arrivals.AddFetch(arrival);
}

void NoteMoved(const Step& step, const SimpleCommand& command, Arena& arena, Arrivals& arrivals) {
  const Program& program = ProgramOf(command.name());
  const bool unpacks = program.unpacks;
  const bool copies = program.copies && command.words.size() > 2;
  if ((!unpacks && !copies) ||
      // Each word may add one more.
      !arrivals.MayRead((arrivals.fetches.size() + arrivals.sources.size() +
                         arrivals.stage_sources.size() + arrivals.stage_files.size() +
                         command.words.size()) *
                        command.words.size())) {
    return;
  }
  if (unpacks) {
    NoteUnpackedFetch(step, command, arena, arrivals);
    return;
  }
  const Value here{SpotOf(step, command, {}, arena), true, {}};
  const std::string_view target = Spot(command.words.back().text, here, arena);
  for (const ScriptWord& word : command.words.subspan(1, command.words.size() - 2)) {
    if (word.text.starts_with('-')) {
      continue;
    }
    std::string_view from = word.text;
    from.remove_suffix(from.ends_with("/*") || from.ends_with("/.") ? 2 : 0);
    const std::string_view spot = Spot(from.empty() ? "/" : from, here, arena);
    const auto last =
        std::find_if(arrivals.fetches.rbegin(), arrivals.fetches.rend(),
                     [&](const Arrival& fetch) { return fetch.whole && Meet(fetch.spot, spot); });
    if (last != arrivals.fetches.rend()) {
      MoveTo(target, static_cast<std::size_t>(arrivals.fetches.rend() - last) - 1, arrivals);
    } else {
      NoteCopied({from, spot, target}, arena, arrivals);
    }
  }
}

}  // namespace cacheplan::detect
