// `cacheplan packages`: what is known of each package manager.
#include <algorithm>
#include <string>
#include <string_view>
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
  add("with", form.with);
  add("without", form.without);
  add("words", form.words);
  if (!form.packages.empty()) {
    json["packages"] = form.packages;
  }
  if (!form.text.empty()) {
    json["text"] = form.text;
  }
  json["is"] = Name(form.activity);
  json["frozen"] = form.frozen;
  json["freezes"] = form.freezes;
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
          {"manifests", manager.manifests},
          {"locks", manager.locks},
          {"config", manager.config},
          {"other_locks", manager.other_locks},
          {"frozen_flags", manager.frozen_flags},
          {"frozen_forms", manager.frozen_forms},
          {"frozen_env", manager.frozen_env},
          {"manifest_env", manager.manifest_env},
          {"offline_env", manager.offline_env},
          {"vendored_env", manager.vendored_env},
          {"lock_optional", manager.lock_optional},
          {"lock_is_checksums", manager.lock_is_checksums},
          {"caches", manager.caches},
          {"clean", manager.clean},
          {"rules", std::move(rules)}};
}

/// "install, i with -g; packages named".
std::string FormText(const CommandForm& form) {
  std::vector<std::string> verbs = form.verbs;
  std::replace(verbs.begin(), verbs.end(), std::string(), std::string("(no word)"));
  std::string text = verbs.empty() ? "(any)" : fmt::format("{}", fmt::join(verbs, ", "));
  if (!form.with.empty()) {
    text += fmt::format(" with {}", fmt::join(form.with, " or "));
  }
  if (!form.without.empty()) {
    text += fmt::format(" without {}", fmt::join(form.without, " or "));
  }
  if (!form.words.empty()) {
    text += fmt::format(" and a word like {}", fmt::join(form.words, " or "));
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
  std::string text =
      fmt::format("{}: {}\n\n  ecosystem     {}\n", manager.name, manager.title, manager.ecosystem);
  const auto line = [&text](std::string_view key, const std::vector<std::string>& list) {
    if (!list.empty()) {
      text += fmt::format("  {:<12}  {}\n", key, fmt::join(list, ", "));
    }
  };
  line("commands", manager.commands);
  line("manifests", manager.manifests);
  line(manager.lock_optional ? "may lock in" : "lock files", manager.locks);
  line("takes over", manager.other_locks);
  line("named by", manager.manifest_env);
  line("also reads", manager.config);
  line("frozen by", manager.frozen_flags);
  line("frozen form", manager.frozen_forms);
  line("frozen when", manager.frozen_env);
  line("offline when", manager.offline_env);
  line("vendored when", manager.vendored_env);
  line("caches", manager.caches);
  line("cleaned by", manager.clean);
  text += "\n  What a command is: the first line that fits decides.\n";
  for (const CommandForm& form : knowledge.FormsOf(manager)) {
    text += fmt::format("    {:<14} {}{}\n", Name(form.activity), FormText(form),
                        form.frozen    ? "; frozen"
                        : form.freezes ? "; freezes what follows"
                                       : "");
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
