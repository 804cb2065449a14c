// What the commands of a package manager can be, as its table has it.
#include <string>
#include <vector>

#include "src/knowledge/tables.h"

namespace cacheplan {
namespace {

std::vector<std::string> Patterns(const std::vector<Glob>& globs) {
  std::vector<std::string> patterns;
  patterns.reserve(globs.size());
  for (const Glob& glob : globs) {
    patterns.push_back(glob.pattern());
  }
  return patterns;
}

}  // namespace

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
    form.with = Patterns(rule.with);
    form.without = Patterns(rule.without);
    form.words = Patterns(rule.words);
    form.first = Patterns(rule.first);
    form.last = Patterns(rule.last);
    form.hosts = Patterns(rule.hosts);
    form.packages = rule.packages == knowledge::PackageCount::kNone   ? "none"
                    : rule.packages == knowledge::PackageCount::kSome ? "some"
                                                                      : "";
    form.text = rule.text == nullptr ? "" : rule.text->text();
    form.activity = rule.activity;
    form.ecosystem = rule.ecosystem;
    form.frozen = rule.frozen;
    form.freezes = rule.freezes;
    form.no_frozen_flag = rule.no_frozen_flag;
    form.not_words = Patterns(rule.not_words);
    form.needs_lock = rule.needs_lock;
    form.reads_project = rule.reads_project;
    form.compiles = rule.compiles;
    form.brings_source = rule.brings_source;
    form.on = rule.on;
    forms.push_back(std::move(form));
  }
  return forms;
}

}  // namespace cacheplan
