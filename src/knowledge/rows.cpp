// Which rules can fit a command, found by the first of its words.
#include "src/knowledge/rows.h"

#include <algorithm>
#include <cstddef>
#include <map>

namespace cacheplan {

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

namespace knowledge {

namespace {

std::string_view FirstWord(std::string_view verb) { return verb.substr(0, verb.find(' ')); }

std::uint32_t WordCount(std::string_view verb) {
  return static_cast<std::uint32_t>(verb.empty() ? 0
                                                 : 1 + std::count(verb.begin(), verb.end(), ' '));
}

/// Choice::flag_bits.
std::uint64_t FlagsOf(const Rule& rule) {
  const auto with = std::find_if(
      rule.conditions.begin(), rule.conditions.end(),
      [](const Condition& condition) { return condition.kind == Condition::Kind::kWith; });
  return with == rule.conditions.end() ? 0 : with->flag_bits;
}

}  // namespace

Choices Manager::ChoicesFor(Texts words) const {
  if (words.empty()) {
    return without_word;
  }
  const VerbChoices* const found = ChoicesOf(words.front());
  return found == nullptr ? of_any_verb : choices.subspan(found->first, found->count);
}

void Manager::Index(Arena& arena) {
  const auto of_project = [](Activity activity) {
    return activity == Activity::kProjectBuild || activity == Activity::kProjectTest;
  };
  struct ByText {
    bool operator()(std::string_view a, std::string_view b) const { return Before(a, b); }
  };
  std::map<std::string_view, std::vector<Choice>, ByText> lists;
  for (const Rule& rule : rules) {
    const bool packages = rule.activity == Activity::kProject || rule.activity == Activity::kTool ||
                          rule.activity == Activity::kSystem;
    takes_verbs = takes_verbs || of_project(rule.activity) || (packages && !rule.verbs.empty());
    for (const std::string_view verb : rule.verbs) {
      if (!verb.empty()) {
        lists.try_emplace(FirstWord(verb));
      }
    }
  }
  std::vector<Choice> any;
  std::vector<Choice> none;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    Choice choice{.rule = static_cast<std::uint32_t>(i), .flag_bits = FlagsOf(rules[i])};
    if (rules[i].verbs.empty()) {
      any.push_back(choice);
      none.push_back(choice);
      for (auto& [word, list] : lists) {
        list.push_back(choice);
      }
    }
    for (std::size_t v = 0; v < rules[i].verbs.size(); ++v) {
      const std::string_view verb = rules[i].verbs[v];
      choice.verb = static_cast<std::uint32_t>(v);
      choice.words = WordCount(verb);
      (verb.empty() ? none : lists.find(FirstWord(verb))->second).push_back(choice);
    }
  }
  of_any_verb = arena.Copy(any);
  without_word = arena.Copy(none);
  std::vector<VerbChoices> rows;
  std::vector<Choice> all;
  for (const auto& [word, list] : lists) {
    rows.push_back(
        {word, static_cast<std::uint32_t>(all.size()), static_cast<std::uint32_t>(list.size())});
    all.insert(all.end(), list.begin(), list.end());
  }
  by_verb = arena.Copy(rows);
  verb_lengths = Lengths::Of(by_verb);
  value_lengths = Lengths::Of(taking_values);
  choices = arena.Copy(all);
}

}  // namespace knowledge
}  // namespace cacheplan
