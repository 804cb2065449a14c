// What the commands of a package manager can be, as its table has it.
#include <string>
#include <vector>

#include "src/knowledge/tables.h"

namespace cacheplan {
namespace {

std::vector<std::string> Patterns(knowledge::Globs globs) {
  std::vector<std::string> patterns;
  patterns.reserve(globs.size());
  for (const Glob& glob : globs) {
    patterns.emplace_back(glob.pattern());
  }
  return patterns;
}

std::vector<std::string>& ListFor(knowledge::Condition::Kind kind, CommandForm& form) {
  using Kind = knowledge::Condition::Kind;
  switch (kind) {
    case Kind::kCalled:
      return form.called;
    case Kind::kWith:
      return form.with;
    case Kind::kWithout:
      return form.without;
    case Kind::kWords:
      return form.words;
    case Kind::kNotWords:
      return form.not_words;
    case Kind::kFirst:
      return form.first;
    case Kind::kLast:
      return form.last;
    case Kind::kHosts:
      break;
  }
  return form.hosts;
}

}  // namespace

std::vector<CommandForm> Knowledge::FormsOf(const PackageManager& manager) const {
  std::vector<CommandForm> forms;
  const auto index = static_cast<std::size_t>(&manager - tables_->managers.data());
  for (const knowledge::Rule& rule : tables_->rules[index].rules) {
    CommandForm form;
    form.verbs.assign(rule.verbs.begin(), rule.verbs.end());
    for (const knowledge::Condition& condition : rule.conditions) {
      ListFor(condition.kind, form) = Patterns(condition.globs);
    }
    form.packages = rule.packages == knowledge::PackageCount::kNone   ? "none"
                    : rule.packages == knowledge::PackageCount::kSome ? "some"
                                                                      : "";
    form.text = rule.text;
    form.folders = Patterns(rule.folders);
    form.activity = rule.activity;
    form.ecosystem = rule.ecosystem;
    form.frozen = rule.frozen;
    form.freezes = rule.freezes;
    form.no_frozen_flag = rule.no_frozen_flag;
    form.needs_lock = rule.needs_lock;
    form.reads_no_lock = rule.reads_no_lock;
    form.reads_project = rule.reads_project;
    form.compiles = rule.compiles;
    form.brings_source = rule.brings_source;
    form.names_files = rule.names_files;
    form.no_dependencies = rule.no_dependencies;
    form.lone_tool = rule.lone_tool;
    form.writes_lock = rule.writes_lock;
    form.on = rule.on;
    forms.push_back(std::move(form));
  }
  return forms;
}

}  // namespace cacheplan
