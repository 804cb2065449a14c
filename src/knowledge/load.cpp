// grammar/packages/*.json and files of the same form: JSON in, rows out, nothing unknown let by.
#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cacheplan/text.h"

#include "src/knowledge/tables.h"

namespace cacheplan::knowledge {
namespace {

using Json = nlohmann::json;

/// Thrown inside this file only; LoadRows turns it into a Status.
struct Refused {
  std::string message;
};

std::vector<std::string> SplitWords(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) {
      words.emplace_back(text.substr(at, end - at));
    }
    at = end + 1;
  }
  return words;
}

constexpr std::array<std::string_view, 29> kManagerKeys = {
    "manager",          "title",          "ecosystem",     "commands",
    "versioned",        "any_case",       "short_bundles", "value_flags",
    "directory_flags",  "manifest_flags", "input_flags",   "ignore_words",
    "manifests",        "locks",          "config",        "frozen_flags",
    "frozen_forms",     "frozen_env",     "offline_env",   "manifest_env",
    "vendored_env",     "lock_optional",  "other_locks",   "lock_is_checksums",
    "needs_lock_flags", "caches",         "clean",         "rules",
    "examples"};
constexpr std::array<std::string_view, 16> kRuleKeys = {
    "verbs",         "with",       "without",       "words",  "not_words", "packages",
    "text",          "is",         "ecosystem",     "frozen", "freezes",   "compiles",
    "brings_source", "needs_lock", "reads_project", "on"};

/// Where an object stands; put into words only when something is wrong with it.
struct Place {
  std::string_view file;
  std::size_t rule = 0;  ///< from 1; 0 = the manager itself

  [[nodiscard]] std::string Text() const {
    return rule == 0 ? std::string(file) : fmt::format("{}, rule {}", file, rule);
  }
};

/// One JSON object with these keys and no others. A key that is none of them is refused before one
/// that is missing: most often it is that one, misspelt.
class Object {
 public:
  Object(const Json& json, const Place& where, std::span<const std::string_view> keys)
      : json_(json), where_(where) {
    if (!json.is_object()) {
      throw Refused{where_.Text() + ": an object is needed here"};
    }
    for (const auto& item : json.items()) {
      if (std::find(keys.begin(), keys.end(), item.key()) == keys.end()) {
        RefuseKey(item.key(), keys);
      }
    }
  }

  [[nodiscard]] std::string Where(std::string_view key) const {
    return fmt::format("{}, key \"{}\"", where_.Text(), key);
  }

  const Json* Find(std::string_view key) {
    const auto found = json_.find(key);
    return found == json_.end() ? nullptr : &*found;
  }
  std::string Text(std::string_view key) {
    const Json* value = Find(key);
    if (value == nullptr) {
      return "";
    }
    if (!value->is_string()) {
      throw Refused{Where(key) + ": a string is needed"};
    }
    return value->get<std::string>();
  }
  std::string NeedText(std::string_view key) {
    std::string text = Text(key);
    if (text.empty()) {
      throw Refused{Where(key) + ": is missing or empty"};
    }
    return text;
  }
  bool Flag(std::string_view key) {
    const Json* value = Find(key);
    if (value == nullptr) {
      return false;
    }
    if (!value->is_boolean()) {
      throw Refused{Where(key) + ": true or false is needed"};
    }
    return value->get<bool>();
  }
  std::vector<std::string> Texts(std::string_view key) {
    const Json* value = Find(key);
    return value == nullptr ? std::vector<std::string>()
                            : TextsOf(*value, [&] { return Where(key); });
  }
  std::vector<Glob> Globs(std::string_view key) {
    const std::vector<std::string> patterns = Texts(key);
    return {patterns.begin(), patterns.end()};
  }
  /// `where` is asked for the words for a complaint.
  template <typename Where>
  static std::vector<std::string> TextsOf(const Json& value, const Where& where) {
    std::vector<std::string> texts;
    const bool fine = value.is_array() && std::all_of(value.begin(), value.end(),
                                                      [](const Json& v) { return v.is_string(); });
    if (!fine) {
      throw Refused{where() + ": a list of strings is needed"};
    }
    texts.reserve(value.size());
    for (const Json& item : value) {
      texts.push_back(item.get_ref<const std::string&>());
    }
    return texts;
  }

 private:
  [[noreturn]] void RefuseKey(const std::string& key,
                              std::span<const std::string_view> keys) const {
    const std::string_view nearest = Nearest(key, {keys.begin(), keys.end()});
    throw Refused{
        fmt::format("{}: unknown{}; the keys here are {}", Where(key),
                    nearest.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", nearest),
                    fmt::join(keys, ", "))};
  }

  const Json& json_;
  Place where_;
};

Activity ActivityNamed(const std::string& name, const Object& object) {
  std::vector<std::string_view> known;
  for (int i = 0; i <= static_cast<int>(Activity::kNothing); ++i) {
    const auto activity = static_cast<Activity>(i);
    if (Name(activity) == name) {
      return activity;
    }
    known.push_back(Name(activity));
  }
  throw Refused{
      fmt::format("{}: \"{}\" is none of {}", object.Where("is"), name, fmt::join(known, ", "))};
}

Rule ReadRule(const Json& json, const Place& where, bool check_patterns) {
  Object object(json, where, kRuleKeys);
  Rule rule;
  for (const std::string& verb : object.Texts("verbs")) {
    rule.verbs.push_back(SplitWords(verb));
  }
  rule.with = object.Globs("with");
  rule.without = object.Globs("without");
  rule.words = object.Globs("words");
  rule.not_words = object.Globs("not_words");
  const std::string packages = object.Text("packages");
  if (packages == "none") {
    rule.packages = PackageCount::kNone;
  } else if (packages == "some") {
    rule.packages = PackageCount::kSome;
  } else if (!packages.empty()) {
    throw Refused{object.Where("packages") + ": \"none\" or \"some\" is needed"};
  }
  std::string text = object.Text("text");
  if (!text.empty()) {
    auto pattern = std::make_shared<const LazyPattern>(std::move(text));
    if (check_patterns) {
      const std::string error = pattern->Error();
      if (!error.empty()) {
        throw Refused{object.Where("text") + ": no RE2 pattern: " + error};
      }
    }
    rule.text = std::move(pattern);
  }
  rule.activity = ActivityNamed(object.NeedText("is"), object);
  rule.ecosystem = object.Text("ecosystem");
  rule.frozen = object.Flag("frozen");
  rule.freezes = object.Flag("freezes");
  rule.compiles = object.Flag("compiles");
  rule.brings_source = object.Flag("brings_source");
  rule.needs_lock = object.Flag("needs_lock");
  rule.reads_project = object.Flag("reads_project");
  rule.on = object.Flag("on");
  return rule;
}

std::vector<PackageExample> ReadExamples(const Json& json, const Object& object) {
  if (!json.is_object()) {
    throw Refused{object.Where("examples") +
                  ": an object is needed: what the commands are, and a list of them"};
  }
  std::vector<PackageExample> examples;
  for (const auto& item : json.items()) {
    const auto where = [&] {
      return fmt::format("{} \"{}\"", object.Where("examples"), item.key());
    };
    for (std::string& command : Object::TextsOf(item.value(), where)) {
      examples.push_back({std::move(command), item.key()});
    }
  }
  return examples;
}

/// "project", or "tool + project" where a command is several things.
bool IsReading(std::string_view is) {
  while (true) {
    const std::size_t plus = is.find(" + ");
    const std::string_view one = is.substr(0, plus);
    bool known = false;
    for (int i = 0; i <= static_cast<int>(Activity::kNothing); ++i) {
      known = known || Name(static_cast<Activity>(i)) == one;
    }
    if (!known || plus == std::string_view::npos) {
      return known;
    }
    is.remove_prefix(plus + 3);
  }
}

/// What only a table that somebody wrote by hand may get wrong: those in the program are tested.
void CheckManager(const PackageManager& manager, const Object& object, const LoadedRows& rows) {
  const std::string_view name = manager.name;
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
  if (!plain) {
    throw Refused{fmt::format("{}: \"{}\" is no name: small letters, digits, - _ and . make one",
                              object.Where("manager"), name)};
  }
  if (std::any_of(rows.managers.begin(), rows.managers.end(),
                  [&](const PackageManager& before) { return before.name == name; })) {
    throw Refused{fmt::format("{}: \"{}\" is in this file already", object.Where("manager"), name)};
  }
  const std::pair<std::string_view, const std::vector<std::string>*> lists[] = {
      {"manifests", &manager.manifests}, {"locks", &manager.locks}, {"config", &manager.config}};
  for (const auto& [key, files] : lists) {
    for (const std::string& file : *files) {
      if (file.empty() || file.starts_with('/') || file.starts_with("../")) {
        throw Refused{fmt::format("{}: \"{}\" is no name of a file and no path within a project",
                                  object.Where(key), file)};
      }
    }
  }
  for (const PackageExample& example : manager.examples) {
    if (!IsReading(example.is)) {
      throw Refused{fmt::format("{}: \"{}\" is nothing that a command can be",
                                object.Where("examples"), example.is)};
    }
  }
}

void ReadManager(const Json& json, std::string_view file, bool check_patterns, LoadedRows& rows) {
  Object object(json, {file}, kManagerKeys);
  PackageManager manager;
  Manager rules;
  manager.name = object.NeedText("manager");
  manager.title = object.NeedText("title");
  manager.ecosystem = object.NeedText("ecosystem");
  manager.commands = object.Texts("commands");
  if (manager.commands.empty()) {
    throw Refused{object.Where("commands") + ": at least one command is needed"};
  }
  for (const std::string& command : manager.commands) {
    rules.commands.push_back(SplitWords(command));
    if (rules.commands.back().empty()) {
      throw Refused{object.Where("commands") + ": a command has no word"};
    }
  }
  rules.versioned = object.Flag("versioned");
  rules.any_case = object.Flag("any_case");
  rules.short_bundles = object.Flag("short_bundles");
  rules.value_flags = object.Texts("value_flags");
  rules.directory_flags = object.Texts("directory_flags");
  rules.manifest_flags = object.Texts("manifest_flags");
  rules.ignore_words = object.Globs("ignore_words");
  rules.input_flags = object.Texts("input_flags");
  rules.needs_lock_flags = object.Texts("needs_lock_flags");
  for (const std::vector<std::string>* flags :
       {&rules.directory_flags, &rules.manifest_flags, &rules.input_flags}) {
    rules.value_flags.insert(rules.value_flags.end(), flags->begin(), flags->end());
  }
  manager.manifests = object.Texts("manifests");
  manager.locks = object.Texts("locks");
  manager.config = object.Texts("config");
  manager.frozen_flags = object.Texts("frozen_flags");
  manager.frozen_forms = object.Texts("frozen_forms");
  manager.frozen_env = object.Texts("frozen_env");
  manager.manifest_env = object.Texts("manifest_env");
  manager.offline_env = object.Texts("offline_env");
  manager.vendored_env = object.Texts("vendored_env");
  manager.lock_optional = object.Flag("lock_optional");
  manager.other_locks = object.Texts("other_locks");
  manager.lock_is_checksums = object.Flag("lock_is_checksums");
  manager.caches = object.Texts("caches");
  manager.clean = object.Texts("clean");
  const Json* list = object.Find("rules");
  if (list == nullptr || !list->is_array()) {
    throw Refused{object.Where("rules") + ": a list of rules is needed"};
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    rules.rules.push_back(ReadRule((*list)[i], {file, i + 1}, check_patterns));
  }
  if (const Json* examples = object.Find("examples")) {
    manager.examples = ReadExamples(*examples, object);
  }
  if (check_patterns) {
    CheckManager(manager, object, rows);
  }
  rules.Index();
  rows.managers.push_back(std::move(manager));
  rows.rules.push_back(std::move(rules));
}

/// The text as JSON. A key that stands twice in an object is refused: which of them was meant?
Json ParseStrictly(std::string_view file, std::string_view json) {
  std::vector<std::set<std::string>> open;
  return Json::parse(json, [&](int /*depth*/, Json::parse_event_t event, const Json& value) {
    if (event == Json::parse_event_t::object_start) {
      open.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      open.pop_back();
    } else if (event == Json::parse_event_t::key &&
               !open.back().insert(value.get<std::string>()).second) {
      throw Refused{fmt::format("{}, key \"{}\": stands twice in one object", file,
                                value.get<std::string>())};
    }
    return true;
  });
}

/// The library's words without its own numbers.
std::string_view Complaint(std::string_view what) {
  const std::size_t end = what.find("] ");
  return what.starts_with("[json.") && end != std::string_view::npos ? what.substr(end + 2) : what;
}

}  // namespace

Status LoadRows(std::string_view file, std::string_view json, bool check_patterns,
                LoadedRows& rows) {
  try {
    const Json root = check_patterns ? ParseStrictly(file, json) : Json::parse(json);
    if (root.is_array() && root.empty()) {
      throw Refused{fmt::format("{}: names no package manager", file)};
    }
    if (root.is_array()) {
      for (const Json& item : root) {
        ReadManager(item, file, check_patterns, rows);
      }
    } else {
      ReadManager(root, file, check_patterns, rows);
    }
  } catch (const Refused& refused) {
    return Status::Invalid(refused.message);
  } catch (const Json::exception& error) {
    return Status::Invalid(fmt::format("{}: is no JSON: {}", file, Complaint(error.what())));
  }
  return Status::Ok();
}

}  // namespace cacheplan::knowledge
