// What a table may say by its form and what yet fits no command, or makes no sense.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "src/knowledge/object.h"

namespace cacheplan::knowledge {
namespace {

using Strings = std::vector<std::string>;

Strings ListOf(const Json& json, std::string_view key) {
  const auto found = json.find(key);
  return found == json.end() ? Strings() : found->get<Strings>();
}
std::string TextOf(const Json& json, std::string_view key) {
  const auto found = json.find(key);
  return found == json.end() ? std::string() : found->get<std::string>();
}
bool FlagOf(const Json& json, std::string_view key) {
  const auto found = json.find(key);
  return found != json.end() && found->get<bool>();
}

[[noreturn]] void Refuse(const Place& where, std::string_view key, const std::string& what) {
  throw Refused{fmt::format("{}: {}", where.Key(key), what)};
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; }

/// Examples aside, no text of a table is of several lines, and a terminal shows all of them.
void CheckCharacters(const Json& json, std::string_view key, const Place& where) {
  if (json.is_string()) {
    const std::string& text = json.get_ref<const std::string&>();
    if (std::any_of(text.begin(), text.end(), IsControl)) {
      Refuse(where, key, fmt::format("{} holds a control character; leave it out", Quoted(text)));
    }
  } else if (json.is_array()) {
    for (const Json& item : json) {
      CheckCharacters(item, key, where);
    }
  }
}

bool IsFlag(std::string_view text) {
  return text.size() > 1 && text.front() == '-' && text != "--" &&
         text.find_first_of(" \t") == std::string_view::npos;
}

Strings WordsOf(std::string_view text) {
  Strings words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) {
      words.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

/// The first text of `list` that is in `other` too; "" when none is.
std::string Shared(const Strings& list, const Strings& other) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const std::string& text) {
    return std::find(other.begin(), other.end(), text) != other.end();
  });
  return found == list.end() ? std::string() : *found;
}

// ---- rules

/// A list that is there must hold something, and no empty text.
void CheckList(const Json& rule, std::string_view key, const Place& where) {
  if (!rule.contains(key)) {
    return;
  }
  const Strings list = ListOf(rule, key);
  if (list.empty()) {
    Refuse(where, key, "is an empty list; leave the key out where anything will do");
  }
  if (key != "verbs" && std::find(list.begin(), list.end(), "") != list.end()) {
    Refuse(where, key, "holds an empty text, which nothing fits; leave it out");
  }
}

void CheckVerbs(const Json& rule, const Place& where) {
  for (const std::string& verb : ListOf(rule, "verbs")) {
    const Strings words = WordsOf(verb);
    if (words.empty() && !verb.empty()) {
      Refuse(where, "verbs", "holds blanks alone; \"\" stands for no word at all");
    }
    for (const std::string& word : words) {
      if (word.size() > 1 && word.front() == '-') {
        Refuse(where, "verbs",
               fmt::format("\"{}\": {} is a flag, which is no word of a verb; put it into \"with\"",
                           verb, word));
      }
    }
  }
}

void CheckFlags(const Json& rule, const Place& where) {
  for (const std::string_view key : {"with", "without"}) {
    for (const std::string& flag : ListOf(rule, key)) {
      if (!IsFlag(flag)) {
        Refuse(where, key,
               fmt::format("\"{}\" is no flag, which begins with a dash; put words into \"verbs\" "
                           "or \"words\"",
                           flag));
      }
    }
  }
  const std::string both = Shared(ListOf(rule, "with"), ListOf(rule, "without"));
  if (!both.empty()) {
    Refuse(where, "without",
           fmt::format("\"{}\" is in \"with\" too, and cannot be there and not be there; take it "
                       "out of one",
                       both));
  }
}

void CheckRule(const Json& rule, const Place& where, bool last) {
  for (const auto& item : rule.items()) {
    CheckCharacters(item.value(), item.key(), where);
  }
  for (const std::string_view key :
       {"called", "verbs", "with", "without", "words", "not_words", "first", "last", "hosts"}) {
    CheckList(rule, key, where);
  }
  CheckVerbs(rule, where);
  CheckFlags(rule, where);
  for (const std::string_view key : {"words", "first", "last", "hosts"}) {
    if (rule.contains(key) && TextOf(rule, "packages") == "none") {
      Refuse(
          where, key,
          "wants a word after the verb, and \"packages\" says that there is none; leave one out");
    }
  }
  for (const std::string_view key : {"text", "ecosystem", "packages"}) {
    if (rule.contains(key) && TextOf(rule, key).empty()) {
      Refuse(where, key, "is empty; leave the key out");
    }
  }
  if (TextOf(rule, "ecosystem").find(' ') != std::string::npos) {
    Refuse(where, "ecosystem",
           fmt::format("\"{}\" has a blank in it; give one word", TextOf(rule, "ecosystem")));
  }
  const std::string is = TextOf(rule, "is");
  const bool project = is.starts_with("project");
  if (FlagOf(rule, "frozen") && !project) {
    Refuse(where, "frozen",
           fmt::format("only what reads the project's lock file can be frozen, and this is "
                       "\"{}\"; leave it out",
                       is));
  }
  if (FlagOf(rule, "no_frozen_flag") && (!project || FlagOf(rule, "frozen"))) {
    Refuse(where, "no_frozen_flag",
           "is for what reads the project's lock file and is not frozen; leave it out");
  }
  if (FlagOf(rule, "reads_no_lock") &&
      (!project || FlagOf(rule, "needs_lock") || FlagOf(rule, "no_frozen_flag"))) {
    Refuse(where, "reads_no_lock",
           "is for what reads the project's manifest and no lock file; leave it out");
  }
  if (FlagOf(rule, "no_dependencies") && is != "project" && is != "project build") {
    Refuse(where, "no_dependencies", "is for a \"project\" or a \"project build\"; leave it out");
  }
  if (FlagOf(rule, "lone_tool") && is != "project build" && is != "compile") {
    Refuse(where, "lone_tool",
           "is for a \"project build\" or a \"compile\" that fetches what it names where there is "
           "no project; leave it out");
  }
  if (FlagOf(rule, "freezes") && project) {
    Refuse(where, "freezes",
           fmt::format("says that the command sets something for those that follow, and this is "
                       "\"{}\"; \"frozen\" is for the command itself",
                       is));
  }
  if (FlagOf(rule, "on") && last) {
    Refuse(where, "on", "there is no rule below this one; leave it out");
  }
}

void CheckRules(const Json& json, const Place& where) {
  const Json& rules = json.at("rules");
  if (rules.empty()) {
    Refuse(where, "rules", "is empty, so that no command is anything; give at least one rule");
  }
  const Strings commands = ListOf(json, "commands");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    Place at = where;
    at.rule = i + 1;
    CheckRule(rules[i], at, i + 1 == rules.size());
    for (const std::string& name : ListOf(rules[i], "called")) {
      if (std::find(commands.begin(), commands.end(), name) == commands.end()) {
        Refuse(at, "called",
               fmt::format("\"{}\" is none of its commands ({})", name, fmt::join(commands, ", ")));
      }
    }
    if (!seen.insert(rules[i].dump(-1, ' ', false, Json::error_handler_t::replace)).second) {
      throw Refused{at.Text() + ": stands above already; take it out"};
    }
  }
}

// ---- the manager itself

void CheckCommands(const Strings& commands, const Place& where) {
  std::set<Strings> seen;
  for (const std::string& command : commands) {
    const auto refuse = [&](const std::string& what) {
      Refuse(where, "commands", fmt::format("\"{}\" {}", command, what));
    };
    const Strings words = WordsOf(command);
    const std::string& name = words.front();
    if (const std::size_t slash = name.find_last_of("/\\"); slash != std::string::npos) {
      refuse(fmt::format("is a path; \"{}\" is found wherever it lies", name.substr(slash + 1)));
    }
    if (const std::size_t odd = command.find_first_of(";&|<>()$`\"'"); odd != std::string::npos) {
      refuse(fmt::format("holds {}, which a shell reads as its own; give the words alone",
                         command[odd]));
    }
    // One dash is part of a name: python -m pip, ruby -S bundle.
    if (name.front() == '-' || std::any_of(words.begin(), words.end(), [](const std::string& word) {
          return word.starts_with("--");
        })) {
      refuse("holds a flag; flags go into \"with\" of a rule");
    }
    if (!seen.insert(words).second) {
      refuse("stands here twice; take one out");
    }
  }
}

/// Lists of flags that the reader of a command line cuts by.
void CheckFlagLists(const Json& json, const Place& where) {
  constexpr std::string_view kTakeValues[] = {"value_flags", "directory_flags", "manifest_flags",
                                              "output_flags", "output_folder_flags"};
  for (const std::string_view key : kTakeValues) {
    for (const std::string& flag : ListOf(json, key)) {
      const bool joined = key == "directory_flags" || key == "manifest_flags";
      if (!IsFlag(flag) || flag.find('=') < flag.size() - (joined ? 1 : 0)) {
        Refuse(where, key,
               fmt::format("\"{}\" is no flag; write it with its dash and without a value", flag));
      }
    }
    for (const std::string_view other : kTakeValues) {
      const std::string both =
          key == other ? std::string() : Shared(ListOf(json, key), ListOf(json, other));
      if (!both.empty()) {
        Refuse(where, other,
               fmt::format("\"{}\" is in \"{}\" too; keep the one that says more", both, key));
      }
    }
  }
  for (const std::string_view key : {"frozen_flags", "own_name_flags"}) {
    for (const std::string& flag : ListOf(json, key)) {
      if (!IsFlag(flag)) {
        Refuse(where, key, fmt::format("\"{}\" is no flag, which begins with a dash", flag));
      }
    }
  }
}

void CheckFiles(const Json& json, const Place& where) {
  for (const std::string_view key : {"manifests", "locks", "config"}) {
    for (const std::string& file : ListOf(json, key)) {
      if (file.find_first_not_of("*./") == std::string::npos) {
        Refuse(where, key, fmt::format("\"{}\" fits every file; name those that it reads", file));
      }
    }
  }
  const std::string both = Shared(ListOf(json, "manifests"), ListOf(json, "locks"));
  if (!both.empty()) {
    Refuse(where, "locks", fmt::format("\"{}\" is in \"manifests\" too; keep one", both));
  }
  for (const std::string& folder : ListOf(json, "caches")) {
    const bool drive = folder.size() > 1 && folder[1] == ':';  // C:\Users
    if (folder.empty() ||
        (std::string_view("/~$%").find(folder.front()) == std::string_view::npos && !drive)) {
      Refuse(where, "caches",
             fmt::format("\"{}\" is no absolute path; begin it with / or ~ or a variable", folder));
    }
  }
}

void CheckVariables(const Json& json, const Place& where) {
  constexpr std::string_view kNameChars =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  for (const std::string_view key : {"frozen_env", "offline_env", "vendored_env"}) {
    for (const std::string& variable : ListOf(json, key)) {
      const std::string name = variable.substr(0, variable.find('='));
      if (name.empty() || (name.front() >= '0' && name.front() <= '9') ||
          name.find_first_not_of(kNameChars) != std::string::npos) {
        Refuse(
            where, key,
            fmt::format("\"{}\" is no name of a variable; write NAME, or NAME=PATTERN", variable));
      }
    }
  }
}

/// Commands that the table names are the manager's own; a cache may be thrown away with rm.
void CheckForms(const Json& json, const Place& where) {
  const Strings commands = ListOf(json, "commands");
  for (const std::string_view key : {"clean", "frozen_forms", "download_forms"}) {
    for (const std::string& form : ListOf(json, key)) {
      const Strings words = WordsOf(form);
      const bool own =
          (key == "clean" && !words.empty() && words.front() == "rm") ||
          std::any_of(commands.begin(), commands.end(), [&](const std::string& command) {
            const Strings name = WordsOf(command);
            return name.size() <= words.size() &&
                   std::equal(name.begin(), name.end(), words.begin());
          });
      if (!own) {
        Refuse(where, key,
               fmt::format("\"{}\" begins with none of its commands ({})", form,
                           fmt::join(commands, ", ")));
      }
    }
  }
}

}  // namespace

void CheckSense(const Json& json, const Place& where) {
  for (const auto& item : json.items()) {
    if (item.key() != "examples") {
      CheckCharacters(item.value(), item.key(), where);
    }
  }
  if (TextOf(json, "ecosystem").find(' ') != std::string::npos) {
    Refuse(where, "ecosystem",
           fmt::format("\"{}\" has a blank in it; give one word", TextOf(json, "ecosystem")));
  }
  CheckCommands(ListOf(json, "commands"), where);
  CheckFlagLists(json, where);
  CheckFiles(json, where);
  CheckVariables(json, where);
  CheckForms(json, where);
  CheckRules(json, where);
}

}  // namespace cacheplan::knowledge
