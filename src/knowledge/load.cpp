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
#include <re2/re2.h>

#include "src/knowledge/object.h"

namespace cacheplan::knowledge {
namespace {

Texts SplitWords(std::string_view text, Arena& arena) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) {
      words.push_back(text.substr(at, end - at));
    }
    at = end + 1;
  }
  return arena.Copy(words);
}

Globs GlobsOf(Texts patterns, Arena& arena) {
  return arena.Copy(std::vector<Glob>(patterns.begin(), patterns.end()));
}

constexpr std::array<std::string_view, 39> kManagerKeys = {
    "manager",        "title",         "ecosystem",        "commands",       "versioned",
    "any_case",       "short_bundles", "flags_first",      "value_flags",    "directory_flags",
    "manifest_flags", "input_flags",   "manifest_folders", "output_flags",   "output_folder_flags",
    "own_name_flags", "prints",        "ignore_words",     "manifests",      "locks",
    "config",         "frozen_flags",  "frozen_forms",     "download_forms", "frozen_env",
    "offline_env",    "manifest_env",  "vendored_env",     "lock_optional",  "lock_is_checksums",
    "looks_up",       "named_alone",   "needs_lock_flags", "other_files",    "caches",
    "clean",          "rules",         "may_fetch",        "examples"};
constexpr std::array<std::string_view, 27> kRuleKeys = {"called",
                                                        "verbs",
                                                        "with",
                                                        "without",
                                                        "words",
                                                        "not_words",
                                                        "hosts",
                                                        "folders",
                                                        "packages",
                                                        "text",
                                                        "no_frozen_flag",
                                                        "first",
                                                        "last",
                                                        "is",
                                                        "ecosystem",
                                                        "frozen",
                                                        "freezes",
                                                        "compiles",
                                                        "brings_source",
                                                        "needs_lock",
                                                        "reads_no_lock",
                                                        "reads_project",
                                                        "names_files",
                                                        "no_dependencies",
                                                        "lone_tool",
                                                        "writes_lock",
                                                        "on"};

/// "project, project build, …": what a command can be.
std::string ActivityNames() {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Activity::kNothing); ++i) {
    names.push_back(Name(static_cast<Activity>(i)));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

Activity ActivityNamed(std::string_view name, const Object& object) {
  for (int i = 0; i <= static_cast<int>(Activity::kNothing); ++i) {
    if (Name(static_cast<Activity>(i)) == name) {
      return static_cast<Activity>(i);
    }
  }
  throw Refused{fmt::format("{}: \"{}\" is none of {}", object.Where("is"), name, ActivityNames())};
}

Rule ReadRule(const Json& json, const Place& where, Arena& arena) {
  Object object(json, where, kRuleKeys, arena);
  Rule rule;
  std::vector<std::string_view> verbs;
  for (const std::string_view verb : object.List("verbs")) {
    const std::string plain = fmt::format("{}", fmt::join(SplitWords(verb, arena), " "));
    verbs.push_back(arena.Copy(std::string_view(plain)));
  }
  rule.verbs = arena.Copy(verbs);
  using Kind = Condition::Kind;
  const std::pair<Kind, Texts> lists[] = {
      {Kind::kCalled, object.List("called")},      {Kind::kWith, object.List("with")},
      {Kind::kWithout, object.List("without")},    {Kind::kWords, object.List("words")},
      {Kind::kNotWords, object.List("not_words")}, {Kind::kFirst, object.List("first")},
      {Kind::kLast, object.List("last")},          {Kind::kHosts, object.List("hosts")}};
  std::vector<Condition> conditions;
  for (const auto& [kind, patterns] : lists) {
    if (!patterns.empty()) {
      conditions.emplace_back(kind, GlobsOf(patterns, arena));
    }
  }
  rule.conditions = arena.Copy(conditions);
  const std::string_view packages = object.Text("packages");
  if (packages == "none") {
    rule.packages = PackageCount::kNone;
  } else if (packages == "some") {
    rule.packages = PackageCount::kSome;
  } else if (!packages.empty()) {
    throw Refused{object.Where("packages") + ": \"none\" or \"some\" is needed"};
  }
  rule.text = object.Text("text");
  if (!rule.text.empty()) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    const re2::RE2 pattern(std::string(rule.text), options);
    if (!pattern.ok()) {
      throw Refused{object.Where("text") + ": no RE2 pattern: " + pattern.error()};
    }
    rule.text_needs = NeededBy(rule.text, arena);
  }
  rule.folders = GlobsOf(object.List("folders"), arena);
  rule.activity = ActivityNamed(object.NeedText("is"), object);
  rule.ecosystem = object.Text("ecosystem");
  rule.frozen = object.Flag("frozen");
  rule.freezes = object.Flag("freezes");
  rule.no_frozen_flag = object.Flag("no_frozen_flag");
  rule.compiles = object.Flag("compiles");
  rule.brings_source = object.Flag("brings_source");
  rule.needs_lock = object.Flag("needs_lock");
  rule.reads_no_lock = object.Flag("reads_no_lock");
  rule.reads_project = object.Flag("reads_project");
  rule.names_files = object.Flag("names_files");
  rule.no_dependencies = object.Flag("no_dependencies");
  rule.lone_tool = object.Flag("lone_tool");
  rule.writes_lock = object.Flag("writes_lock");
  rule.on = object.Flag("on");
  return rule;
}

std::span<const PackageExample> ReadExamples(const Json& json, Object& object, Arena& arena) {
  if (!json.is_object()) {
    throw Refused{object.Where("examples") +
                  ": an object is needed: what the commands are, and a list of them"};
  }
  std::vector<PackageExample> examples;
  for (const auto& item : json.items()) {
    const auto where = [&] {
      return fmt::format("{} \"{}\"", object.Where("examples"), item.key());
    };
    const std::string_view is = arena.Copy(std::string_view(item.key()));
    for (const std::string_view command : object.ListOf(item.value(), where)) {
      examples.push_back({command, is});
    }
  }
  return arena.Copy(examples);
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

void CheckManager(const PackageManager& manager, const Object& object, const Place& where,
                  const LoadedRows& rows) {
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
    throw Refused{
        fmt::format("{}: \"{}\" is in this file already; give each a name of its own, or "
                    "put their rules together",
                    Place{where.file, where.element}.Key("manager"), name)};
  }
  if (manager.manifest_folders && manager.manifests.empty()) {
    throw Refused{object.Where("manifest_folders") +
                  ": the first of \"manifests\" is what stands in the folder; name it there"};
  }
  const std::pair<std::string_view, Texts> lists[] = {
      {"manifests", manager.manifests}, {"locks", manager.locks}, {"config", manager.config}};
  for (const auto& [key, files] : lists) {
    for (const std::string_view file : files) {
      if (file.empty() || file.starts_with('/') || file.starts_with("../")) {
        throw Refused{fmt::format("{}: \"{}\" is no name of a file and no path within a project",
                                  object.Where(key), file)};
      }
    }
  }
  for (const PackageExample& example : manager.examples) {
    if (!IsReading(example.is)) {
      throw Refused{
          fmt::format("{}: \"{}\" is nothing that a command can be; it is one of {}, or "
                      "several with \" + \" between them",
                      object.Where("examples"), example.is, ActivityNames())};
    }
  }
}

/// `--project=`, whose value is never the next word, as the name that it has.
Texts WithoutSigns(Texts flags, Arena& arena) {
  const std::span<std::string_view> names = arena.Room<std::string_view>(flags.size());
  std::ranges::transform(flags, names.begin(),
                         [](std::string_view flag) { return flag.substr(0, flag.find('=')); });
  return names;
}

/// `element`: its place in the array of the file, from 1; 0 where the file holds it alone.
void ReadManager(const Json& json, std::string_view file, std::size_t element, LoadedRows& rows) {
  Arena& arena = rows.arena;
  PackageManager manager;
  Manager rules;
  Place where{file, element};
  if (element != 0 && json.is_object()) {  // its name says more than its number
    const auto name = json.find("manager");
    if (name != json.end() && name->is_string()) {
      where.name = name->get_ref<const std::string&>();
    }
  }
  Object object(json, where, kManagerKeys, arena);
  manager.name = object.NeedText("manager");
  manager.title = object.NeedText("title");
  manager.ecosystem = object.NeedText("ecosystem");
  manager.commands = object.List("commands");
  if (manager.commands.empty()) {
    throw Refused{object.Where("commands") + ": at least one command is needed"};
  }
  std::vector<Texts> commands;
  for (const std::string_view command : manager.commands) {
    commands.push_back(SplitWords(command, arena));
    if (commands.back().empty()) {
      throw Refused{object.Where("commands") + ": a command has no word"};
    }
  }
  rules.commands = arena.Copy(commands);
  manager.versioned = object.Flag("versioned");
  manager.any_case = object.Flag("any_case");
  manager.short_bundles = object.Flag("short_bundles");
  manager.flags_first = object.Flag("flags_first");
  manager.value_flags = object.List("value_flags");
  manager.directory_flags = object.List("directory_flags");
  manager.manifest_flags = object.List("manifest_flags");
  manager.input_flags = object.List("input_flags");
  manager.manifest_folders = object.Flag("manifest_folders");
  manager.output_flags = object.List("output_flags");
  manager.output_folder_flags = object.List("output_folder_flags");
  manager.own_name_flags = object.List("own_name_flags");
  manager.prints = object.Flag("prints");
  manager.needs_lock_flags = object.List("needs_lock_flags");
  std::vector<std::string_view> taking_values;
  for (const Texts flags :
       {manager.value_flags, manager.directory_flags, manager.manifest_flags, manager.input_flags,
        manager.output_flags, manager.output_folder_flags}) {
    std::ranges::copy_if(flags, std::back_inserter(taking_values),
                         [](std::string_view flag) { return !flag.ends_with('='); });
  }
  manager.directory_flags = WithoutSigns(manager.directory_flags, arena);
  manager.manifest_flags = WithoutSigns(manager.manifest_flags, arena);
  std::sort(taking_values.begin(), taking_values.end(), Before);
  rules.taking_values = arena.Copy(taking_values);
  for (const std::string_view flag : taking_values) {
    rules.value_bits |= FlagBit(flag);
  }
  manager.ignore_words = object.List("ignore_words");
  rules.ignore_words = GlobsOf(manager.ignore_words, arena);
  manager.manifests = object.List("manifests");
  manager.locks = object.List("locks");
  manager.config = object.List("config");
  manager.frozen_flags = object.List("frozen_flags");
  manager.frozen_forms = object.List("frozen_forms");
  manager.download_forms = object.List("download_forms");
  manager.frozen_env = object.List("frozen_env");
  manager.manifest_env = object.List("manifest_env");
  manager.offline_env = object.List("offline_env");
  manager.vendored_env = object.List("vendored_env");
  manager.lock_optional = object.Flag("lock_optional");
  manager.may_fetch = object.Flag("may_fetch");
  manager.other_files = object.List("other_files");
  manager.lock_is_checksums = object.Flag("lock_is_checksums");
  manager.looks_up = object.Flag("looks_up");
  manager.named_alone = object.Flag("named_alone");
  manager.caches = object.List("caches");
  manager.clean = object.List("clean");
  const Json* list = object.Find("rules");
  if (list == nullptr || !list->is_array()) {
    throw Refused{object.Where("rules") + ": a list of rules is needed"};
  }
  std::vector<Rule> own;
  for (std::size_t i = 0; i < list->size(); ++i) {
    Place at = where;
    at.rule = i + 1;
    own.push_back(ReadRule((*list)[i], at, arena));
  }
  rules.rules = arena.Copy(own);
  if (const Json* examples = object.Find("examples")) {
    manager.examples = ReadExamples(*examples, object, arena);
  }
  CheckManager(manager, object, where, rows);
  CheckSense(json, where);
  rules.Index(arena);
  rows.managers.push_back(manager);
  rows.rules.push_back(rules);
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

Status LoadRows(std::string_view file, std::string_view json, LoadedRows& rows) {
  try {
    const Json root = ParseStrictly(file, json);
    if (!root.is_object() && (!root.is_array() || root.empty())) {
      throw Refused{
          fmt::format("{}: {}; a package manager is an object, and a file holds one or an "
                      "array of them",
                      file, root.is_array() ? "names no package manager" : "is " + KindOf(root))};
    }
    if (root.is_object()) {
      ReadManager(root, file, 0, rows);
    } else {
      for (std::size_t i = 0; i < root.size(); ++i) {
        ReadManager(root[i], file, i + 1, rows);
      }
    }
  } catch (const Refused& refused) {
    return Status::Invalid(Printable(refused.message));  // it may hold anything of the file
  } catch (const Json::exception& error) {
    return Status::Invalid(fmt::format("{}: is no JSON: {}", file, Complaint(error.what())));
  }
  return Status::Ok();
}

}  // namespace cacheplan::knowledge
