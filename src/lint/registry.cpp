// The catalogue: rows of grammar/rules.def, and the pages of docs/rules.
#include "src/lint/registry.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cacheplan/text.h"

namespace cacheplan {
namespace {

struct RuleRow {
  std::string_view code;
  std::string_view name;
  RuleGroup group = RuleGroup::kCache;
  Severity severity = Severity::kWarning;
  RuleNeeds needs = RuleNeeds::kFile;
  Fixable fix = Fixable::kNo;
  bool on = true;
  std::string_view hadolint = {};
  std::string_view summary;
};

constexpr RuleInfo Make(RuleId id, const RuleRow& row) {
  return {id,        row.code, row.name, row.group,    row.severity,
          row.needs, row.fix,  row.on,   row.hadolint, row.summary};
}

/// "JSONArgsRecommended" -> "json-args-recommended".
std::string Kebab(std::string_view name) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool word_begins = i > 0 && upper(name[i]) &&
                             (!upper(name[i - 1]) || (i + 1 < name.size() && !upper(name[i + 1])));
    out += word_begins ? "-" : "";
    out += upper(name[i]) ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return out;
}

constexpr std::array<RuleInfo, kRuleCount> kRules = {
#define RULE(id_, ...) Make(RuleId::k##id_, RuleRow{__VA_ARGS__}),
#include "grammar/rules.def"
#undef RULE
};

}  // namespace

std::span<const RuleInfo> AllRules() { return kRules; }

const RuleInfo& Info(RuleId id) { return kRules[static_cast<std::size_t>(id)]; }

std::string_view Name(RuleGroup group) {
  return group == RuleGroup::kBuildkit ? "buildkit" : "cache";
}

const RuleInfo* FindRule(std::string_view code_or_name) {
  for (const RuleInfo& rule : AllRules()) {
    if (EqualFold(rule.code, code_or_name) || EqualFold(rule.name, code_or_name)) {
      return &rule;
    }
  }
  return nullptr;
}

const RuleSet& RulesOf(RuleGroup group) {
  static const std::array<RuleSet, 2> groups = [] {
    std::array<RuleSet, 2> sets;
    for (const RuleInfo& rule : AllRules()) {
      sets[static_cast<std::size_t>(rule.group)].set(static_cast<std::size_t>(rule.id));
    }
    return sets;
  }();
  return groups[static_cast<std::size_t>(group)];
}

RuleSet FindRules(std::string_view word) {
  RuleSet rules;
  if (const RuleInfo* rule = FindRule(word)) {
    rules.set(static_cast<std::size_t>(rule->id));
    return rules;
  }
  for (const RuleInfo& rule : AllRules()) {
    if (EqualFold(word, "all") || EqualFold(word, Name(rule.group))) {
      // A group is what is on by default; the others are asked for by name.
      rules.set(static_cast<std::size_t>(rule.id), rule.on || EqualFold(word, "all"));
    }
  }
  return rules;
}

RuleSet DefaultRules() {
  static const RuleSet rules = [] {
    RuleSet on;
    for (const RuleInfo& rule : AllRules()) {
      on.set(static_cast<std::size_t>(rule.id), rule.on);
    }
    return on;
  }();
  return rules;
}

std::string UnknownRule(std::string_view word) {
  for (const DiagInfo& info : AllDiagnostics()) {
    if (EqualFold(info.code, word) || EqualFold(info.name, word)) {
      return fmt::format(
          "{} is no rule: it stands for what no builder takes, and cannot be switched off",
          info.code);
    }
  }
  for (const RuleInfo& rule : AllRules()) {
    if (ToUpper(word).starts_with(rule.code)) {
      return fmt::format("'{}' is no rule and no group of rules (did you mean {}?)",
                         Printable(word), rule.code);
    }
  }
  // Not codes: each of them is near to every other.
  std::vector<std::string_view> names = {"all"};
  for (const RuleGroup group : {RuleGroup::kBuildkit, RuleGroup::kCache}) {
    names.push_back(Name(group));
  }
  for (const RuleInfo& rule : AllRules()) {
    names.push_back(rule.name);
  }
  const std::string_view nearest = Nearest(word, names);
  return fmt::format(
      "'{}' is no rule and no group of rules{}", Printable(word),
      nearest.empty() ? "; see 'cacheplan rules'" : fmt::format(" (did you mean {}?)", nearest));
}

namespace {

std::string MakeUrl(const RuleInfo& rule) {
  if (rule.id == RuleId::kInvalidBaseImagePlatform) {
    return {};  // Docker has no page for it
  }
  if (rule.group == RuleGroup::kBuildkit) {
    return fmt::format("https://docs.docker.com/go/dockerfile/rule/{}/", Kebab(rule.name));
  }
  return fmt::format("docs/rules/{}.md", rule.code);
}

}  // namespace

std::string RuleUrl(const RuleInfo& rule) {
  // Asked for with every finding.
  static const std::vector<std::string> urls = [] {
    std::vector<std::string> made;
    for (const RuleInfo& row : AllRules()) {
      made.push_back(MakeUrl(row));
    }
    return made;
  }();
  return urls[static_cast<std::size_t>(rule.id)];
}

std::string_view RulePage(const RuleInfo& rule) {
  for (const lint::Page& page : lint::Pages()) {
    if (page.code == rule.code) {
      return page.text;
    }
  }
  return {};
}

namespace lint {

std::span<const CheckFunction> AllChecks() {
  static const std::array<CheckFunction, kRuleCount> checks = {
#define RULE(id_, ...) &Check##id_,
#include "grammar/rules.def"
#undef RULE
  };
  return checks;
}

}  // namespace lint
}  // namespace cacheplan
