#include "src/detect/needs_source.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "src/detect/context_files.h"
#include "src/detect/programs.h"
#include "src/detect/step_values.h"

namespace cacheplan::detect {
namespace {

/// What the command line of a package manager names as a file of its own, not by a package's name.
bool LooksLikeFile(std::string_view word) {
  if (word.find("://") != std::string_view::npos || word.starts_with("git@")) {
    return false;
  }
  // No ".js": many packages are called so.
  static constexpr std::array<std::string_view, 28> kEndings = {
      ".deb",  ".rpm", ".apk", ".gem",   ".whl",  ".tgz", ".gz",   ".zip",  ".jar", ".txt",
      ".json", ".xz",  ".bz2", ".zst",   ".tar",  ".ez",  ".nix",  ".rock", ".ts",  ".vsix",
      ".snap", ".msi", ".exe", ".nupkg", ".lock", ".yml", ".yaml", ".toml"};
  return word == "." || word == ".." || word == "~" || word.starts_with("./") ||
         word.starts_with("../") || word.starts_with('/') || word.starts_with("~/") ||
         word.starts_with('@') || word.starts_with("file:") ||
         word.find("=@") != std::string_view::npos ||
         std::any_of(kEndings.begin(), kEndings.end(),
                     [word](std::string_view ending) { return word.ends_with(ending); }) ||
         (word.starts_with('$') && !word.starts_with("$(") &&
          word.find('/') != std::string_view::npos);
}

class Reader {
 public:
  Reader(const Step& step, const Arrivals& arrivals, Arena& arena)
      : step_(step), arrivals_(arrivals), arena_(arena) {}

  [[nodiscard]] bool MayRead(const KnownCommand& known) const {
    const SimpleCommand& command = known.command;
    if (command.more_words ||
        std::any_of(command.redirections.begin(), command.redirections.end(),
                    [&](const Redirection& from) { return Reads(from, command); })) {
      return true;
    }
    const auto holds_file = [](const ScriptWord& word) {
      return word.text.find("$(<") != std::string_view::npos;
    };
    if (std::any_of(command.assignments.begin(), command.assignments.end(), holds_file) ||
        std::any_of(command.words.begin(), command.words.end(), holds_file)) {
      return true;
    }
    if (command.words.empty()) {
      return false;  // assignments; their substitutions are commands of their own
    }
    return known.facts.empty() ? ProgramMayRead(command) : ManagerMayRead(known);
  }

 private:
  [[nodiscard]] bool Reads(const Redirection& from, const SimpleCommand& command) const {
    return (from.op == "<" || from.op == "0<" || from.op == "<>") && !from.target.text.empty() &&
           MayBeCopied(from.target.text, command);
  }

  [[nodiscard]] bool ManagerMayRead(const KnownCommand& known) const {
    const SimpleCommand& command = known.command;
    for (const CommandFact& fact : known.facts) {
      switch (fact.activity) {
        case Activity::kTool:
        case Activity::kSystem:
        case Activity::kFetch:
        case Activity::kClean:
        case Activity::kIndex:
        case Activity::kNothing:
          break;
        default:
          return true;  // it works on the project
      }
      if (fact.reads_project && MayBeCopied(".", command)) {
        return true;
      }
    }
    return std::any_of(command.words.begin() + 1, command.words.end(), [&](const ScriptWord& word) {
      const std::size_t sign = word.text.starts_with('-') ? word.text.find('=') : 0;
      const std::string_view value = sign == 0                        ? word.text
                                     : sign == std::string_view::npos ? std::string_view()
                                                                      : word.text.substr(sign + 1);
      return LooksLikeFile(value) && MayBeCopied(value, command);
    });
  }

  [[nodiscard]] bool ProgramMayRead(const SimpleCommand& command) const {
    if (command.name().empty()) {
      return true;
    }
    const Program& program = ProgramOf(command.name());
    // What is not known may read where it works, and whatever it is told.
    return (!program.reads_nothing && MayBeCopied(".", command)) ||
           std::any_of(command.words.begin() + 1, command.words.end(), [&](const ScriptWord& word) {
             const bool file = (!program.reads_nothing || program.takes_files)
                                   ? !word.text.starts_with('-')
                                   : LooksLikeFile(word.text);
             return file && MayBeCopied(word.text, command);
           });
  }

  /// The path may be one that was copied, a folder with such a file in it, or in such a folder.
  [[nodiscard]] bool MayBeCopied(std::string_view path, const SimpleCommand& command) const {
    if (path.starts_with("~") || path.starts_with('@') || path.starts_with("file:") ||
        path.find("=@") != std::string_view::npos) {
      return true;
    }
    if (path.starts_with("$(")) {
      return false;  // what prints it is a command of its own
    }
    const std::string_view place = Absolute(path, PlaceOf(step_, command, arena_), arena_);
    if (place.empty()) {
      return true;
    }
    const auto meets = [place](const auto& came) {
      const std::string_view there = FolderOfPattern(WhereItLands(came));
      return there.empty() ? !IsFarFromProjects(place)
                           : IsUnder(place, there) || IsUnder(there, place);
    };
    const auto any = [&meets](const auto& list) {
      return std::any_of(list.begin(), list.end(), meets);
    };
    return !arrivals_.MayRead(arrivals_.files.size() + arrivals_.sources.size() +
                              arrivals_.stage_manifests.size() + arrivals_.stage_files.size() +
                              arrivals_.stage_sources.size()) ||
           any(arrivals_.sources) || any(arrivals_.files) || any(arrivals_.stage_manifests) ||
           any(arrivals_.stage_files) || any(arrivals_.stage_sources);
  }

  /// Of what may be a folder, its files land where it is copied to.
  static std::string_view WhereItLands(const Content& content) {
    const bool file = content.name.find('.', 1) != std::string_view::npos;
    return file || content.into.empty() ? content.place : content.into;
  }
  static std::string_view WhereItLands(const Arrival& arrival) { return arrival.place; }
  /// "/app/*.txt" stands for any file of /app.
  static std::string_view FolderOfPattern(std::string_view place) {
    const std::size_t star = place.find_first_of("*?[");
    return star == std::string_view::npos
               ? place
               : place.substr(0, std::max<std::size_t>(1, place.rfind('/', star)));
  }

  /// A place where no project is, wherever the image's own folder may be.
  static bool IsFarFromProjects(std::string_view place) {
    return IsSystemPlace(place) || IsUnder(place, "/tmp") || IsUnder(place, "/var/lib") ||
           IsUnder(place, "/var/cache") || IsUnder(place, "/dev") || IsUnder(place, "/proc") ||
           IsUnder(place, "/usr/share");
  }

  const Step& step_;
  const Arrivals& arrivals_;
  Arena& arena_;
};

bool MayPrepare(const RunCommands& run) {
  return !run.all_known ||
         std::any_of(run.commands.begin(), run.commands.end(), [](const KnownCommand& known) {
           const auto& words = known.command.words;
           return known.facts.empty() && !words.empty() &&
                  !ProgramOf(known.command.name()).reads_nothing &&
                  std::any_of(words.begin(), words.end(), [](const ScriptWord& word) {
                    return IsUnder(word.text, "/etc") || IsUnder(word.text, "/root") ||
                           word.text.starts_with('~') || word.text.starts_with("$HOME");
                  });
         });
}

}  // namespace

FreeOfSource FindFreeOfSource(const Step& step, const RunReading& reading,
                              std::span<const RunCommands> before, const Arrivals& arrivals,
                              Preparation& preparation, Arena& arena) {
  const Content* source = arrivals.source();
  // Of several parts that cannot be read it is not known where the first stands.
  const bool hidden = !reading.unknown.empty();
  if (source == nullptr || reading.commands.empty() ||
      (hidden && (reading.unknown.size() > 1 || reading.unreadable == nullptr))) {
    return {};
  }
  const auto mounted = [&](const Content& content) {
    return content.how == Arrived::kMounted && content.instruction == step.instruction;
  };
  if ((!arrivals.files.empty() && mounted(arrivals.files.back())) ||
      mounted(arrivals.sources.back())) {
    return {};  // it is run again when what it mounts changes
  }
  const Reader reader(step, arrivals, arena);
  const auto reads = std::find_if(
      reading.commands.begin(), reading.commands.end(), [&](const KnownCommand& known) {
        return &known.command == reading.unreadable || reader.MayRead(known);
      });
  if (reads == reading.commands.begin()) {
    return {};
  }
  for (; preparation.read < before.size(); ++preparation.read) {
    const RunCommands& run = before[preparation.read];
    preparation.found =
        preparation.found || (run.instruction->start_line > source->line && MayPrepare(run));
  }
  if (preparation.found) {
    return {};
  }
  return {static_cast<std::size_t>(reads - reading.commands.begin()),
          !hidden && reads == reading.commands.end()};
}

bool Removes(std::span<const KnownCommand> commands, const CommandRange& install,
             std::string_view family) {
  const std::string_view manager = commands[install.first].command.name();  // apt: apt-get and apt
  const std::span<const KnownCommand> behind = commands.subspan(install.first + 1);
  return std::any_of(behind.begin(), behind.end(), [&](const KnownCommand& known) {
    const std::string_view name = known.command.name();
    const bool brings_nothing =
        known.facts.empty() || known.facts.front().activity == Activity::kNothing;
    return brings_nothing && (name == manager || name.starts_with(family));
  });
}

}  // namespace cacheplan::detect
