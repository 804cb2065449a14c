#include "src/detect/run_commands.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/globs.h"
#include "cacheplan/text.h"

#include "src/detect/context_files.h"
#include "src/detect/hidden_scripts.h"
#include "src/detect/listed_packages.h"
#include "src/detect/programs.h"
#include "src/detect/repeats.h"
#include "src/detect/variables.h"

namespace cacheplan::detect {
namespace {

/// NAME is set to a true value, NAME=PATTERN to one that fits.
bool IsSet(std::string_view variable, const SimpleCommand& command, KnownVariables& variables) {
  const std::size_t sign = std::min(variable.find('='), variable.size());
  const std::string_view value = variables.ValueFor(command, variable.substr(0, sign));
  return sign < variable.size() ? GlobMatches(variable.substr(sign + 1), value)
                                : !value.empty() && value != "0" && !EqualFold(value, "false");
}

/// Facts of a command that cannot resolve anew because of what was set before it.
void NoteFrozen(const SimpleCommand& command, KnownVariables& variables, Settings& settings,
                std::span<CommandFact> facts) {
  for (CommandFact& fact : facts) {
    const auto same = std::find(settings.frozen.begin(), settings.frozen.end(), fact.manager);
    if (fact.freezes && same == settings.frozen.end()) {
      settings.frozen.push_back(fact.manager);
    }
    const Texts names = fact.manager->frozen_env;
    fact.frozen = fact.frozen || same != settings.frozen.end() ||
                  std::any_of(names.begin(), names.end(), [&](std::string_view name) {
                    return IsSet(name, command, variables);
                  });
  }
}

/// The manifest that a variable names, where the command itself names none.
void NoteManifest(const SimpleCommand& command, KnownVariables& variables, Arena& arena,
                  std::span<CommandFact> facts) {
  for (CommandFact& fact : facts) {
    for (const std::string_view name : fact.manager->manifest_env) {
      const std::string_view value = variables.ValueFor(command, name);
      if (value.empty() || !fact.manifests.empty() || !fact.directory.empty()) {
        continue;
      }
      const std::string_view last = value.substr(value.rfind('/') + 1);
      if (fact.manager->manifest_folders && last.find_first_of(".@") == std::string_view::npos) {
        fact.directory = value;
      } else {
        fact.manifests = arena.Copy(std::span<const std::string_view>(&value, 1));
      }
    }
  }
}

/// What a command does that has no network: it takes what is there, or fails.
Activity WithoutNetwork(Activity activity) {
  switch (activity) {
    case Activity::kProject:
    case Activity::kTool:
    case Activity::kSystem:
    case Activity::kFetch:
    case Activity::kIndex:
      return Activity::kNothing;
    case Activity::kProjectBuild:
      return Activity::kCompile;
    case Activity::kProjectTest:
      return Activity::kTest;
    default:
      return activity;
  }
}

/// Facts of a command that a flag of its RUN or a variable keeps off the network.
void NoteOffline(const SimpleCommand& command, KnownVariables& variables, bool no_network,
                 std::span<CommandFact> facts) {
  for (CommandFact& fact : facts) {
    const auto any_set = [&](Texts names) {
      return std::any_of(names.begin(), names.end(),
                         [&](std::string_view name) { return IsSet(name, command, variables); });
    };
    const bool builds =
        fact.activity == Activity::kProjectBuild || fact.activity == Activity::kProjectTest;
    if (no_network || any_set(fact.manager->offline_env) ||
        (builds && any_set(fact.manager->vendored_env))) {
      fact.activity = WithoutNetwork(fact.activity);
      fact.brings_source = false;
    }
  }
}

/// Only Windows has a program of that name, and there the default shell is cmd.
bool StartsWindowsShell(std::string_view text) {
  const auto* const end = std::find_if(text.begin(), text.end(),
                                       [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
  const std::string_view first = ProgramName({text.begin(), end});
  constexpr std::string_view kPowerShell = "powershell";
  constexpr std::string_view kCmd = "cmd";
  return (first.size() == kPowerShell.size() && EqualFold(first, kPowerShell)) ||
         (first.size() == kCmd.size() && EqualFold(first, kCmd));
}

/// The heredocs of `RUN cmd <<EOF` as the shell sees them: below the command line.
std::string WithHeredocs(const RunCommand& run) {
  std::string text(run.script.text);
  for (const Heredoc& heredoc : run.heredocs) {
    text += '\n';
    text += heredoc.content;
    if (!heredoc.content.empty() && heredoc.content.back() != '\n') {
      text += '\n';
    }
    text += heredoc.name;
  }
  text += '\n';
  return text;
}

/// Files whose texts are known, by the names that a script in that folder may have for them: those
/// of the folder by their names alone, too.
std::vector<ScriptFile> FilesFor(const Value& workdir, std::span<const ScriptFile> known) {
  std::vector<ScriptFile> files(known.begin(), known.end());
  if (workdir.known) {
    std::string_view folder = workdir.text;
    while (folder.ends_with('/')) {
      folder.remove_suffix(1);
    }
    for (const ScriptFile& file : known) {
      if (file.path.starts_with(folder) && file.path.size() > folder.size() + 1 &&
          file.path[folder.size()] == '/') {
        files.push_back({file.path.substr(folder.size() + 1), file.text});
      }
    }
  }
  return files;
}

Script ReadScript(const Step& step, const RunCommand& run, bool windows, const Settings& settings,
                  Arena& arena, RunReading& reading) {
  std::vector<ScriptFile> files;
  if (!settings.files.empty()) {
    files = FilesFor(*step.workdir, settings.files);
  }
  if (run.exec) {
    return ParseExec(run.argv, arena, files);
  }
  if (const Heredoc* heredoc = run.heredoc_script()) {
    const std::string_view interpreter = ShebangProgram(heredoc->content);
    static constexpr std::array<std::string_view, 6> kShells = {"sh",  "bash", "dash",
                                                                "ash", "zsh",  "ksh"};
    if (!interpreter.empty() && std::ranges::find(kShells, interpreter) == kShells.end()) {
      reading.unknown.push_back(
          fmt::format("the script is run by {}, which is not read", interpreter));
      return {};
    }
    return interpreter.empty() ? ParseShellForm(heredoc->content, step.shell, windows, arena, files)
                               : ParseScript(heredoc->content, arena, ScriptDialect::kPosix, files);
  }
  if (!run.heredocs.empty()) {
    return ParseShellForm(arena.Copy(WithHeredocs(run)), step.shell, windows, arena, files);
  }
  return ParseShellForm(run.script.text, step.shell, windows || StartsWindowsShell(run.script.text),
                        arena, files);
}

/// `tar -czf`, `jar cf`: it makes an archive.
bool Packs(const SimpleCommand& command) {
  if (!IsOneOf(command.name(), "tar", "bsdtar", "jar") || command.words.size() < 2) {
    return false;
  }
  const std::string_view first = command.words[1].text;
  return first.starts_with("--") ? first == "--create" : first.find('c') != std::string_view::npos;
}

/// Reads the commands of one script in their order.
class Reader {
 public:
  Reader(const Knowledge& knowledge, const Step& step, const Script& script, bool offline,
         Settings& settings, Arena& arena, RunReading& reading)
      : knowledge_(knowledge),
        step_(step),
        script_(script),
        offline_(offline),
        settings_(settings),
        arena_(arena),
        reading_(reading),
        variables_(settings.variables, script.branches, arena) {
    // Few scripts have more commands than their text shows: those with loops and functions.
    commands_.Reserve(arena, script.commands.size());
  }

  void Read() {
    if (Repeats::Any(script_)) {
      repeats_.emplace(script_, variables_);
    }
    for (std::size_t i = 0; i < script_.commands.size(); ++i) {
      const SimpleCommand& command = script_.commands[i];
      if (repeats_ && !repeats_->Reach(i)) {
        continue;
      }
      const Program& program = ProgramOf(command.name());
      variables_.Enter(command.branch);
      if (!(repeats_ && command.name() == "shift" && repeats_->Shift(command))) {
        variables_.Learn(command, program);
      }
      if (!repeats_) {
        KnownCommand& known = commands_.AddRoom(arena_);
        known.command = command;
        variables_.Expand(known.command);
        Take(command, program);
      } else {
        repeats_->Each(command, [&](const SimpleCommand& expanded) {
          commands_.AddRoom(arena_).command = expanded;
          Take(command, program);
        });
      }
    }
    if (may_list_) {
      const bool listed = NoteListed({commands_.begin(), commands_.size()}, arena_);
      reading_.names_manifests = reading_.names_manifests || listed;
    }
    reading_.commands = commands_;
    if (unreadable_) {
      reading_.unreadable = &reading_.commands[*unreadable_].command;
    }
    NoteOpaque();
  }

 private:
  /// The last of the commands is this one with its variables put in.
  void Take(const SimpleCommand& command, const Program& program) {
    const SimpleCommand& expanded = commands_.back().command;
    const bool unnamed = command.name().empty() && !command.words.empty();
    if (unnamed && (expanded.words.empty() || !expanded.name().empty())) {
      commands_.Shrink(commands_.end() - 1);
      AddNamed(command, SimpleCommand(expanded));
    } else {
      Add(program);
    }
  }

  /// It is known what is called after all; that may be a wrapper, or a shell with a script.
  void AddNamed(const SimpleCommand& command, const SimpleCommand& expanded) {
    resolved_.push_back(command.offset);
    resolved_.push_back(command.words.front().offset);  // without its wrappers
    if (expanded.words.empty()) {
      return;
    }
    const Script script = ParseCommand(expanded, arena_);
    for (const OpaquePart& part : script.opaque) {
      opaque_.push_back(part.reason);
    }
    for (const SimpleCommand& own : script.commands) {
      commands_.AddRoom(arena_).command = own;
      Add(ProgramOf(own.name()));
    }
  }

  /// What the last of the commands is.
  void Add(const Program& program) {
    KnownCommand& known = commands_.back();
    const SimpleCommand& command = known.command;
    bool hidden_verb = false;
    const std::span<CommandFact> facts = repeats_ && repeats_->IsCall(command)
                                             ? std::span<CommandFact>()
                                             : knowledge_.Match(command, arena_, &hidden_verb);
    NoteFrozen(command, variables_, settings_, facts);
    NoteOffline(command, variables_, offline_, facts);
    NoteManifest(command, variables_, arena_, facts);
    for (CommandFact& fact : facts) {
      NoteLimits(settings_.image, step_, command, variables_, arena_, fact);
    }
    known.facts = facts;
    for (const CommandFact& fact : facts) {
      may_list_ = may_list_ || fact.manager->named_alone;
      reading_.names_manifests = reading_.names_manifests || !fact.manifests.empty();
    }
    reading_.unpacks = reading_.unpacks || (program.unpacks && !Packs(command));
    reading_.copies = reading_.copies || program.copies;
    reading_.redirects = reading_.redirects || !command.redirections.empty();
    const std::size_t unknown = reading_.unknown.size();
    if (hidden_.Note(known, program, hidden_verb)) {
      known.facts = {};
    }
    if (!unreadable_ &&
        (reading_.unknown.size() > unknown || (!command.words.empty() && command.name().empty()))) {
      unreadable_ = commands_.size() - 1;
    }
  }

  /// What the reader of the script could not tell, before what the commands hide.
  void NoteOpaque() {
    if (script_.opaque.empty() && opaque_.empty()) {
      return;
    }
    std::vector<std::string> all;
    std::sort(resolved_.begin(), resolved_.end());
    for (const OpaquePart& part : script_.opaque) {
      const bool known = part.reason.starts_with("the command's name is not known") &&
                         std::binary_search(resolved_.begin(), resolved_.end(), part.offset);
      if (!known) {
        all.push_back(part.reason);
      }
    }
    std::move(opaque_.begin(), opaque_.end(), std::back_inserter(all));
    std::move(reading_.unknown.begin(), reading_.unknown.end(), std::back_inserter(all));
    // One sentence each, however often the script repeats itself.
    std::unordered_set<std::string> said;
    std::erase_if(all,
                  [&said](const std::string& sentence) { return !said.insert(sentence).second; });
    reading_.unknown = std::move(all);
  }

  const Knowledge& knowledge_;
  const Step& step_;
  const Script& script_;
  bool offline_;
  Settings& settings_;
  Arena& arena_;
  RunReading& reading_;
  KnownVariables variables_;
  std::optional<Repeats> repeats_;  ///< where it has loops or functions
  HiddenScripts hidden_{script_, settings_.files, reading_};
  ArenaList<KnownCommand> commands_;
  bool may_list_ = false;  ///< a manager is told packages by lists of its own
  std::vector<std::string> opaque_;
  std::optional<std::size_t> unreadable_;  ///< its place among them
  std::vector<std::uint32_t> resolved_;    ///< offsets of commands whose names are known
};

}  // namespace

RunReading ReadRun(const Knowledge& knowledge, const Step& step, const RunCommand& run,
                   bool windows, Settings& settings, Arena& arena) {
  RunReading reading;
  Script script = ReadScript(step, run, windows, settings, arena, reading);
  Reader(knowledge, step, script, run.offline, settings, arena, reading).Read();
  if (!script.files.empty()) {
    KeepWrittenFiles(script, step, arena, settings);
  }
  if (!script.guards.empty()) {
    reading.guards = std::move(script.guards);
    reading.branches = std::move(script.branches);
  }
  return reading;
}

}  // namespace cacheplan::detect
