// `cacheplan packages`: what is known of each package manager.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cacheplan/report.h"

#include "src/report/json_text.h"

namespace cacheplan {
namespace {

using Json = nlohmann::ordered_json;

Json FormJson(const CommandForm& form) {
  Json json = {{"verbs", form.verbs}};
  const auto add = [&json](const char* key, const std::vector<std::string>& list) {
    if (!list.empty()) {
      json[key] = list;
    }
  };
  add("called", form.called);
  add("with", form.with);
  add("without", form.without);
  add("words", form.words);
  add("first", form.first);
  add("last", form.last);
  add("hosts", form.hosts);
  add("not_words", form.not_words);
  add("folders", form.folders);
  if (!form.packages.empty()) {
    json["packages"] = form.packages;
  }
  if (!form.text.empty()) {
    json["text"] = form.text;
  }
  json["is"] = Name(form.activity);
  json["frozen"] = form.frozen;
  json["freezes"] = form.freezes;
  json["no_frozen_flag"] = form.no_frozen_flag;
  if (!form.ecosystem.empty()) {
    json["ecosystem"] = form.ecosystem;
  }
  // These few rules have; what is not said is false.
  const std::pair<const char*, bool> rare[] = {{"compiles", form.compiles},
                                               {"brings_source", form.brings_source},
                                               {"needs_lock", form.needs_lock},
                                               {"reads_no_lock", form.reads_no_lock},
                                               {"reads_project", form.reads_project},
                                               {"names_files", form.names_files},
                                               {"no_dependencies", form.no_dependencies},
                                               {"lone_tool", form.lone_tool},
                                               {"writes_lock", form.writes_lock},
                                               {"on", form.on}};
  for (const auto& [key, set] : rare) {
    if (set) {
      json[key] = true;
    }
  }
  return json;
}

Json ManagerJson(const Knowledge& knowledge, const PackageManager& manager) {
  Json rules = Json::array();
  for (const CommandForm& form : knowledge.FormsOf(manager)) {
    rules.push_back(FormJson(form));
  }
  return {{"manager", manager.name},
          {"title", manager.title},
          {"ecosystem", manager.ecosystem},
          {"commands", manager.commands},
          {"versioned", manager.versioned},
          {"any_case", manager.any_case},
          {"short_bundles", manager.short_bundles},
          {"flags_first", manager.flags_first},
          {"value_flags", manager.value_flags},
          {"directory_flags", manager.directory_flags},
          {"manifest_flags", manager.manifest_flags},
          {"manifest_folders", manager.manifest_folders},
          {"input_flags", manager.input_flags},
          {"output_flags", manager.output_flags},
          {"output_folder_flags", manager.output_folder_flags},
          {"own_name_flags", manager.own_name_flags},
          {"prints", manager.prints},
          {"ignore_words", manager.ignore_words},
          {"manifests", manager.manifests},
          {"locks", manager.locks},
          {"config", manager.config},
          {"other_files", manager.other_files},
          {"frozen_flags", manager.frozen_flags},
          {"frozen_forms", manager.frozen_forms},
          {"download_forms", manager.download_forms},
          {"needs_lock_flags", manager.needs_lock_flags},
          {"frozen_env", manager.frozen_env},
          {"manifest_env", manager.manifest_env},
          {"offline_env", manager.offline_env},
          {"vendored_env", manager.vendored_env},
          {"lock_optional", manager.lock_optional},
          {"may_fetch", manager.may_fetch},
          {"lock_is_checksums", manager.lock_is_checksums},
          {"looks_up", manager.looks_up},
          {"named_alone", manager.named_alone},
          {"caches", manager.caches},
          {"clean", manager.clean},
          {"rules", std::move(rules)}};
}

/// "install, i with -g; packages named".
std::string FormText(const CommandForm& form) {
  std::vector<std::string> verbs = form.verbs;
  std::replace(verbs.begin(), verbs.end(), std::string(), std::string("(no word)"));
  std::string text = verbs.empty() ? "(any)" : fmt::format("{}", fmt::join(verbs, ", "));
  struct List {
    std::string_view before;
    const std::vector<std::string>& words;
    std::string_view after = {};
  };
  const List lists[] = {{" of ", form.called},
                        {" with ", form.with},
                        {" without ", form.without},
                        {" and a word like ", form.words},
                        {" and a first word like ", form.first},
                        {" and a last word like ", form.last},
                        {" and an address of ", form.hosts, " alone"},
                        {" and no word like ", form.not_words}};
  for (const List& list : lists) {
    if (!list.words.empty()) {
      text += fmt::format("{}{}{}", list.before, fmt::join(list.words, " or "), list.after);
    }
  }
  if (form.packages == "none") {
    text += ", no package named";
  } else if (form.packages == "some") {
    text += ", packages named";
  }
  if (!form.text.empty()) {
    text += fmt::format(" where it says /{}/", form.text);
  }
  return text;
}

/// What else is so of a command that fits: "; frozen".
std::string FormNotes(const CommandForm& form) {
  std::string text;
  if (!form.ecosystem.empty()) {
    text += fmt::format("; of {}", form.ecosystem);
  }
  const std::pair<std::string_view, bool> notes[] = {
      {"frozen", form.frozen},
      {"freezes what follows", form.freezes},
      {"frozen flags do not go with it", form.no_frozen_flag},
      {"fails without a lock file", form.needs_lock},
      {"reads no lock file", form.reads_no_lock},
      {"reads files of the project", form.reads_project},
      {"installs the files that it names", form.names_files},
      {"fetches none of the project's dependencies", form.no_dependencies},
      {"is a tool where nothing of a project came before", form.lone_tool},
      {"writes the lock file", form.writes_lock},
      {"compiles", form.compiles},
      {"brings source", form.brings_source},
      {"and what fits below", form.on}};
  if (!form.folders.empty()) {
    text += fmt::format("; works in a word like {}", fmt::join(form.folders, " or "));
  }
  for (const auto& [note, set] : notes) {
    if (set) {
      text += fmt::format("; {}", note);
    }
  }
  return text;
}

/// How its command lines are read, where they have anything of their own.
std::string ReadingText(const PackageManager& manager) {
  std::vector<std::string_view> how;
  if (manager.versioned) {
    how.emplace_back("a number may follow its name");
  }
  if (manager.any_case) {
    how.emplace_back("its name may be in any case");
  }
  if (manager.short_bundles) {
    how.emplace_back("-xy is -x -y");
  }
  if (manager.flags_first) {
    how.emplace_back("flags behind its first word are another program's");
  }
  if (manager.looks_up) {
    how.emplace_back("where its folder has none, it takes the manifests of one above");
  }
  if (manager.may_fetch) {
    how.emplace_back("its builds fetch only what its manifests tell them to");
  }
  if (manager.prints) {
    how.emplace_back("prints what it brings, unless it is told a file");
  }
  return fmt::format("{}", fmt::join(how, "; "));
}

}  // namespace

std::string RenderPackagesText(const Knowledge& knowledge) {
  std::size_t name = 0;
  std::size_t ecosystem = 0;
  for (const PackageManager& manager : knowledge.managers()) {
    name = std::max(name, manager.name.size());
    ecosystem = std::max(ecosystem, manager.ecosystem.size());
  }
  std::string text;
  for (const PackageManager& manager : knowledge.managers()) {
    text += fmt::format("{:<{}}  {:<{}}  {}\n", manager.name, name, manager.ecosystem, ecosystem,
                        manager.title);
  }
  return text;
}

std::string RenderPackageText(const Knowledge& knowledge, const PackageManager& manager) {
  std::string text = fmt::format("{}: {}\n\n  ecosystem      {}\n", manager.name, manager.title,
                                 manager.ecosystem);
  const auto line = [&text](std::string_view key, Texts list) {
    if (!list.empty()) {
      text += fmt::format("  {:<13}  {}\n", key, fmt::join(list, ", "));
    }
  };
  line("commands", manager.commands);
  if (const std::string how = ReadingText(manager); !how.empty()) {
    const std::string_view one = how;
    line("read so", {&one, 1});
  }
  line("value flags", manager.value_flags);
  line("folder flags", manager.directory_flags);
  line(manager.manifest_folders ? "file, folder" : "file flags", manager.manifest_flags);
  line("input flags", manager.input_flags);
  line("writes to", manager.output_flags);
  line("writes into", manager.output_folder_flags);
  line("own name by", manager.own_name_flags);
  line("ignores", manager.ignore_words);
  line("manifests", manager.manifests);
  line(manager.lock_optional ? "may lock in" : "lock files", manager.locks);
  line("takes over", manager.other_files);
  line("named by", manager.manifest_env);
  line("also reads", manager.config);
  line("frozen by", manager.frozen_flags);
  line("frozen form", manager.frozen_forms);
  line("downloads by", manager.download_forms);
  line("needs lock by", manager.needs_lock_flags);
  line("frozen when", manager.frozen_env);
  line("offline when", manager.offline_env);
  line("vendored when", manager.vendored_env);
  line("caches", manager.caches);
  line("cleaned by", manager.clean);
  text += "\n  What a command is: the first line that fits decides.\n";
  for (const CommandForm& form : knowledge.FormsOf(manager)) {
    text += fmt::format("    {:<14} {}{}\n", Name(form.activity), FormText(form), FormNotes(form));
  }
  return text;
}

std::string RenderPackagesJson(const Knowledge& knowledge, const PackageManager* one) {
  Json packages = Json::array();
  for (const PackageManager& manager : knowledge.managers()) {
    if (one == nullptr || one == &manager) {
      packages.push_back(ManagerJson(knowledge, manager));
    }
  }
  return JsonLine({{"version", 1}, {"packages", std::move(packages)}});
}

}  // namespace cacheplan
