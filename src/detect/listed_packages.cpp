#include "src/detect/listed_packages.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "cacheplan/byte_set.h"
#include "cacheplan/globs.h"

#include "src/detect/paths.h"
#include "src/detect/programs.h"

namespace cacheplan::detect {
namespace {

constexpr std::size_t kFar = 8;  // commands of one pipeline

/// Prints lines of the files that it names, or of what it reads.
bool IsFilter(std::string_view program) {
  return IsOneOf(program, "cat", "grep", "egrep", "sed", "awk", "head", "tail", "tr", "cut", "sort",
                 "uniq", "<");
}

bool IsList(const PackageManager& manager, std::string_view word) {
  const std::string_view name = LastComponent(word);
  return std::any_of(manager.manifests.begin(), manager.manifests.end(),
                     [name](std::string_view known) { return GlobMatches(known, name); });
}

/// `$(cat FILE)`, `$(< FILE)`, `grep -v x FILE` between backticks.
std::string_view InSubstitution(const PackageManager& manager, std::string_view word) {
  if (word.starts_with("$(") && word.ends_with(')')) {
    word = word.substr(2, word.size() - 3);
  } else if (word.size() > 2 && word.front() == '`' && word.back() == '`') {
    word = word.substr(1, word.size() - 2);
  } else {
    return {};
  }
  static constexpr ByteSet kBetween(" \t\n|()<>\"'");
  std::string_view program;
  std::string_view file;
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t end = std::max(kBetween.Find(word, at), at + 1);
    const std::string_view part = word.substr(at, std::min(end, word.size()) - at);
    at = end;
    program = program.empty() && part != " " ? part : program;
    file = file.empty() && IsList(manager, part) ? part : file;
  }
  return IsFilter(program) ? file : std::string_view();
}

std::string_view InputOf(const SimpleCommand& command, const PackageManager& manager) {
  for (const Redirection& from : command.redirections) {
    if ((from.op == "<" || from.op == "0<") && IsList(manager, from.target.text)) {
      return from.target.text;
    }
  }
  return {};
}

/// The file that the command before `end`, or one before it through filters alone, prints.
std::string_view PrintedBefore(std::span<const KnownCommand> commands, std::size_t end,
                               const PackageManager& manager) {
  for (std::size_t i = end; i-- > 0 && end - i <= kFar;) {
    const SimpleCommand& command = commands[i].command;
    if (!IsFilter(command.name())) {
      break;
    }
    for (const ScriptWord& word : command.words.subspan(1)) {
      if (word.literal && IsList(manager, word.text)) {
        return word.text;
      }
    }
    if (const std::string_view file = InputOf(command, manager); !file.empty()) {
      return file;
    }
  }
  return {};
}

/// `$NAME` of a `while read NAME`: the file that is read.
std::string_view ReadInto(std::string_view word, std::span<const KnownCommand> commands,
                          std::size_t at, const PackageManager& manager) {
  word.remove_prefix(word.starts_with("${") ? 2 : 1);
  word.remove_suffix(word.ends_with('}') ? 1 : 0);
  for (std::size_t i = at; i-- > 0 && at - i <= kFar;) {
    const SimpleCommand& command = commands[i].command;
    if (command.name() == "read" &&
        std::any_of(command.words.begin(), command.words.end(),
                    [word](const ScriptWord& name) { return name.text == word; })) {
      const std::string_view file = InputOf(command, manager);
      return file.empty() ? PrintedBefore(commands, i, manager) : file;
    }
  }
  return {};
}

std::string_view ListOf(std::span<const KnownCommand> commands, std::size_t at,
                        const PackageManager& manager) {
  const SimpleCommand& command = commands[at].command;
  if (command.more_words) {
    const std::string_view file = InputOf(command, manager);
    return file.empty() ? PrintedBefore(commands, at, manager) : file;
  }
  for (const ScriptWord& word : command.words) {
    if (word.literal) {
      continue;
    }
    const std::string_view file = word.text.starts_with("$(") || word.text.starts_with('`')
                                      ? InSubstitution(manager, word.text)
                                  : word.text.starts_with('$')
                                      ? ReadInto(word.text, commands, at, manager)
                                      : std::string_view();
    if (!file.empty()) {
      return file;
    }
  }
  return {};
}

/// Of managers that can be told a list by a flag, and read no other.
bool MayBeListed(const CommandFact& fact) {
  return fact.manager->named_alone && fact.manifests.empty() &&
         (fact.activity == Activity::kTool || fact.activity == Activity::kProject);
}

}  // namespace

bool NoteListed(std::span<KnownCommand> commands, Arena& arena) {
  bool any = false;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const std::span<const CommandFact> facts = commands[i].facts;
    if (std::none_of(facts.begin(), facts.end(), MayBeListed)) {
      continue;
    }
    const std::span<CommandFact> listed = arena.Copy(facts);
    for (CommandFact& fact : listed) {
      const std::string_view file =
          MayBeListed(fact) ? ListOf(commands, i, *fact.manager) : std::string_view();
      if (!file.empty()) {
        any = true;
        fact.activity = Activity::kProject;
        fact.manifests = arena.Copy(std::span<const std::string_view>(&file, 1));
      }
    }
    commands[i].facts = listed;
  }
  return any;
}

}  // namespace cacheplan::detect
