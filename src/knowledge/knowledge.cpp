#include "cacheplan/knowledge.h"

#include <algorithm>
#include <utility>

#include "src/knowledge/tables.h"

namespace cacheplan {
namespace {

using knowledge::Manager;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

/// "pip3.11" and "luarocks-5.1" without the version.
std::string_view WithoutVersion(std::string_view name) {
  std::size_t end = name.size();
  while (end > 0 && ((name[end - 1] >= '0' && name[end - 1] <= '9') || name[end - 1] == '.')) {
    --end;
  }
  if (end > 0 && end < name.size() && name[end - 1] == '-') {
    --end;
  }
  return end == 0 ? name : name.substr(0, end);
}

/// The index of the word after the command's own words; 0 when the command is another one. Words of
/// a form such as "python -m pip" are compared by their last path component, flags that are not its
/// own may stand between them (`php -d memory_limit=-1 composer.phar`).
std::size_t FormEnd(const std::vector<std::string>& form, const SimpleCommand& command) {
  std::size_t at = 1;
  for (std::size_t i = 1; i < form.size(); ++at) {
    if (at >= command.words.size()) {
      return 0;
    }
    const std::string& word = command.words[at].text;
    if (word == form[i] || ProgramName(word) == ProgramName(form[i])) {
      ++i;
    } else if (form[i] == "-m" && i + 1 < form.size() && word == "-m" + form[i + 1]) {
      i += 2;  // python -mpip
    } else if (word.empty() || (word[0] != '-' && word.find('=') == std::string::npos)) {
      return 0;
    }
  }
  return at;
}

std::string_view LastComponent(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

std::string_view Name(Activity activity) {
  switch (activity) {
    case Activity::kProject:
      return "project";
    case Activity::kProjectBuild:
      return "project build";
    case Activity::kProjectTest:
      return "project test";
    case Activity::kTool:
      return "tool";
    case Activity::kSystem:
      return "system";
    case Activity::kFetch:
      return "fetch";
    case Activity::kCompile:
      return "compile";
    case Activity::kTest:
      return "test";
    case Activity::kClean:
      return "clean";
    case Activity::kIndex:
      return "index";
    case Activity::kNothing:
      return "nothing";
  }
  return "nothing";
}

void Knowledge::Tables::Index() {
  for (std::size_t m = 0; m < rules.size(); ++m) {
    for (std::size_t c = 0; c < rules[m].commands.size(); ++c) {
      const std::string& first = rules[m].commands[c].front();
      forms[rules[m].any_case ? Lower(first) : first].push_back({m, c});
    }
    const auto add = [&](const std::vector<std::string>& names, FileKind kind) {
      for (const std::string& name : names) {
        if (name.find('*') == std::string::npos && name.find('/') + 1 >= name.size()) {
          files.try_emplace(name, m, kind);
        } else {
          patterns.push_back(
              {name, m, kind,
               name.find('/') + 1 < name.size() && name.find('/') != std::string::npos});
        }
      }
    };
    add(managers[m].manifests, FileKind::kManifest);
    add(managers[m].locks, FileKind::kLock);
    add(managers[m].config, FileKind::kConfig);
  }
  for (auto& [name, list] : forms) {
    std::stable_sort(list.begin(), list.end(), [this](const Form& a, const Form& b) {
      return rules[a.manager].commands[a.command].size() >
             rules[b.manager].commands[b.command].size();
    });
  }
}

const Knowledge& Knowledge::BuiltIn() {
  static const Knowledge built_in = [] {
    auto tables = std::make_shared<Tables>();
    knowledge::LoadedRows rows;
    for (const knowledge::BuiltInFile& file : knowledge::BuiltInFiles()) {
      // A test loads each of them alone: nothing here can fail in a program that passed it.
      (void)LoadRows(file.name, file.json, false, rows);
    }
    tables->managers = std::move(rows.managers);
    tables->rules = std::move(rows.rules);
    tables->Index();
    return Knowledge(std::move(tables));
  }();
  return built_in;
}

Result<Knowledge> Knowledge::With(std::string_view file, std::string_view json) const {
  knowledge::LoadedRows rows;
  const Status status = LoadRows(file, json, true, rows);
  if (!status.ok()) {
    return status;
  }
  auto tables = std::make_shared<Tables>();
  tables->managers = std::move(rows.managers);
  tables->rules = std::move(rows.rules);
  const std::size_t added = tables->managers.size();
  for (std::size_t i = 0; i < tables_->managers.size(); ++i) {
    const auto replaced = [&](const PackageManager& manager) {
      return manager.name == tables_->managers[i].name;
    };
    const auto end = tables->managers.begin() + static_cast<std::ptrdiff_t>(added);
    if (std::none_of(tables->managers.begin(), end, replaced)) {
      tables->managers.push_back(tables_->managers[i]);
      tables->rules.push_back(tables_->rules[i]);
    }
  }
  tables->Index();
  return Knowledge(std::move(tables));
}

std::vector<CommandFact> Knowledge::Match(const SimpleCommand& command) const {
  const std::string name(command.name());
  if (name.empty()) {
    return {};
  }
  const auto try_forms = [&](const std::string& key, bool version_cut,
                             bool any_case) -> std::vector<CommandFact> {
    const auto found = tables_->forms.find(key);
    if (found == tables_->forms.end()) {
      return {};
    }
    for (const Tables::Form& form : found->second) {
      const Manager& manager = tables_->rules[form.manager];
      if ((version_cut && !manager.versioned) || (any_case && !manager.any_case)) {
        continue;
      }
      const std::size_t first = FormEnd(manager.commands[form.command], command);
      if (first == 0) {
        continue;
      }
      const knowledge::Arguments arguments = ReadArguments(manager, command, first);
      std::vector<CommandFact> facts;
      for (const knowledge::Rule& rule : manager.rules) {
        std::size_t verb_length = 0;
        if (!Fits(rule, arguments, command, verb_length)) {
          continue;
        }
        const PackageManager& row = tables_->managers[form.manager];
        CommandFact fact;
        fact.manager = &row;
        fact.activity = rule.activity;
        fact.ecosystem = rule.ecosystem.empty() ? row.ecosystem : rule.ecosystem;
        fact.frozen = rule.frozen;
        fact.compiles = rule.compiles;
        fact.brings_source = rule.brings_source;
        fact.packages.assign(arguments.words.begin() + static_cast<std::ptrdiff_t>(verb_length),
                             arguments.words.end());
        for (const auto& [flag, value] : arguments.values) {
          const auto is_one_of = [flag = flag](const std::vector<std::string>& list) {
            return std::find(list.begin(), list.end(), flag) != list.end();
          };
          if (is_one_of(manager.manifest_flags)) {
            fact.manifests.emplace_back(value);
          } else if (is_one_of(manager.directory_flags)) {
            fact.directory = value;
          }
        }
        for (const std::string_view flag : arguments.flags) {
          fact.frozen =
              fact.frozen || std::any_of(row.frozen_flags.begin(), row.frozen_flags.end(),
                                         [flag](const std::string& frozen) {
                                           return flag == frozen ||
                                                  flag.substr(0, flag.find('=')) == frozen;
                                         });
        }
        facts.push_back(std::move(fact));
        if (!rule.on) {
          break;
        }
      }
      if (!facts.empty()) {
        return facts;
      }
    }
    return {};
  };
  std::vector<CommandFact> facts = try_forms(name, false, false);
  if (facts.empty()) {
    const std::string_view plain = WithoutVersion(name);
    if (plain.size() < name.size()) {
      facts = try_forms(std::string(plain), true, false);
    }
  }
  if (facts.empty()) {
    facts = try_forms(Lower(name), false, true);  // as PowerShell and cmd find their programs
  }
  return facts;
}

std::optional<FileFact> Knowledge::FileAt(std::string_view path) const {
  const bool directory = !path.empty() && path.back() == '/';
  while (!path.empty() && path.back() == '/') {
    path.remove_suffix(1);
  }
  const std::string slash = directory ? "/" : "";
  const std::string name = std::string(LastComponent(path)) + slash;
  if (const auto found = tables_->files.find(name); found != tables_->files.end()) {
    return FileFact{&tables_->managers[found->second.first], found->second.second};
  }
  const std::string whole = std::string(path) + slash;
  for (const Tables::Pattern& pattern : tables_->patterns) {
    if (pattern.Matches(pattern.inner ? whole : name)) {
      return FileFact{&tables_->managers[pattern.manager], pattern.kind};
    }
  }
  return std::nullopt;
}

const std::vector<PackageManager>& Knowledge::managers() const { return tables_->managers; }

const PackageManager* Knowledge::Find(std::string_view name) const {
  const std::vector<PackageManager>& all = tables_->managers;
  auto found = std::find_if(all.begin(), all.end(),
                            [name](const PackageManager& manager) { return manager.name == name; });
  if (found == all.end()) {
    found = std::find_if(all.begin(), all.end(), [name](const PackageManager& manager) {
      return std::find(manager.commands.begin(), manager.commands.end(), name) !=
             manager.commands.end();
    });
  }
  return found == all.end() ? nullptr : &*found;
}

std::vector<CommandForm> Knowledge::FormsOf(const PackageManager& manager) const {
  std::vector<CommandForm> forms;
  const auto index = static_cast<std::size_t>(&manager - tables_->managers.data());
  for (const knowledge::Rule& rule : tables_->rules[index].rules) {
    CommandForm form;
    for (const std::vector<std::string>& verb : rule.verbs) {
      std::string words;
      for (const std::string& word : verb) {
        words += (words.empty() ? "" : " ") + word;
      }
      form.verbs.push_back(std::move(words));
    }
    form.with = rule.with;
    form.without = rule.without;
    form.words = rule.words;
    form.packages = rule.packages == knowledge::PackageCount::kNone   ? "none"
                    : rule.packages == knowledge::PackageCount::kSome ? "some"
                                                                      : "";
    form.text = rule.text == nullptr ? "" : rule.text->text();
    form.activity = rule.activity;
    form.frozen = rule.frozen;
    forms.push_back(std::move(form));
  }
  return forms;
}

}  // namespace cacheplan
