// A command line against one manager's rules.
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/knowledge/tables.h"

namespace cacheplan {

namespace knowledge {
namespace {

bool Contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool AnyGlob(const std::vector<Glob>& globs, std::string_view text) {
  return std::any_of(globs.begin(), globs.end(),
                     [text](const Glob& glob) { return glob.Matches(text); });
}

/// A flag of a rule against one of the command: with or without its `=value`.
bool FlagFits(const Glob& wanted, std::string_view flag) {
  if (!wanted.plain()) {
    return wanted.Matches(flag);
  }
  const std::string& name = wanted.pattern();
  return flag.starts_with(name) && (flag.size() == name.size() || flag[name.size()] == '=');
}

/// `--flag=value` against a flag and the word behind it.
bool ValueFits(std::string_view wanted, std::string_view flag, std::string_view value) {
  return wanted.size() == flag.size() + 1 + value.size() && wanted.starts_with(flag) &&
         wanted[flag.size()] == '=' && wanted.ends_with(value);
}

bool HasFlag(const std::vector<Glob>& wanted, const Arguments& arguments) {
  if (arguments.flags.empty()) {
    return false;  // and no values either
  }
  return std::any_of(wanted.begin(), wanted.end(), [&](const Glob& flag) {
    return std::any_of(arguments.flags.begin(), arguments.flags.end(),
                       [&](std::string_view given) { return FlagFits(flag, given); }) ||
           std::any_of(arguments.values.begin(), arguments.values.end(), [&](const auto& given) {
             return ValueFits(flag.pattern(), given.first, given.second);
           });
  });
}

/// Of "http://user@localhost:8080/x" and of "localhost/x" it is localhost; of "[::1]:80" [::1].
std::string_view HostOf(std::string_view address) {
  constexpr std::string_view kSign = "://";
  if (const std::size_t scheme = address.find(kSign); scheme != std::string_view::npos) {
    address.remove_prefix(scheme + kSign.size());
  }
  address = address.substr(0, address.find_first_of("/?#"));
  if (const std::size_t user = address.rfind('@'); user != std::string_view::npos) {
    address.remove_prefix(user + 1);
  }
  return address.substr(0, address.starts_with('[') ? address.find(']') + 1 : address.find(':'));
}

/// A word is an address of one of `hosts`, and none with a scheme is of another.
bool AreOf(const std::vector<Glob>& hosts, std::span<const std::string_view> words) {
  bool found = false;
  for (const std::string_view word : words) {
    const bool one = AnyGlob(hosts, HostOf(word));
    if (!one && word.find("://") != std::string_view::npos) {
      return false;
    }
    found = found || one;
  }
  return found;
}

/// `mix do deps.get, compile`: the comma is no part of the task.
std::string_view Bare(std::string_view word) {
  while (word.size() > 1 && (word.back() == ',' || word.back() == ';')) {
    word.remove_suffix(1);
  }
  return word;
}

bool IsFlagWord(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

/// Reads the members of `-qyr`; the last one's flag when it wants the next word as its value.
std::string_view ReadBundle(const Manager& manager, std::string_view word, Arguments& arguments) {
  for (std::size_t i = 1; i < word.size(); ++i) {
    arguments.members += {'-', word[i]};
    const std::string_view flag =
        std::string_view(arguments.members).substr(arguments.members.size() - 2);
    arguments.flags.push_back(flag);
    if (Contains(manager.value_flags, flag)) {
      if (i + 1 == word.size()) {
        return flag;
      }
      std::string_view value = word.substr(i + 1);
      value.remove_prefix(value.front() == '=' ? 1 : 0);
      arguments.values.emplace_back(flag, value);
      return {};
    }
  }
  return {};
}

}  // namespace

void ReadArguments(const Manager& manager, const SimpleCommand& command, std::size_t first,
                   Arena& arena, Arguments& arguments) {
  const ScriptWords words = command.words.subspan(std::min(first, command.words.size()));
  arguments.more_words = command.more_words;
  const std::span<std::string_view> own_words = arena.Items<std::string_view>(words.size());
  if (manager.short_bundles) {
    std::size_t letters = 0;
    for (const ScriptWord& word : words) {
      letters += word.text.size();
    }
    arguments.members.reserve(2 * letters);  // views into it must stay
  }
  bool flags_end = false;
  std::string_view waiting;  // a flag that takes the next word
  bool after_flag = false;
  for (const ScriptWord& own : words) {
    const std::string_view word = own.text;
    if (own.only_flags && waiting.empty()) {
      arguments.left_out = true;
      continue;
    }
    // `npm $FLAGS ci`: what stands before a verb can only be flags, or nothing.
    if (!own.literal && arguments.words.empty() && waiting.empty() && word.starts_with('$') &&
        std::any_of(&own + 1, words.data() + words.size(), [&](const ScriptWord& later) {
          return later.literal && manager.by_verb.contains(later.text);
        })) {
      continue;
    }
    if (!waiting.empty()) {
      arguments.values.emplace_back(std::exchange(waiting, {}), word);
      continue;
    }
    if (!flags_end && word == "--") {
      flags_end = true;
      continue;
    }
    if (flags_end || !IsFlagWord(word)) {
      const bool switched = after_flag && (word == "true" || word == "false");
      after_flag = false;
      if (!switched && (manager.ignore_words.empty() || !AnyGlob(manager.ignore_words, word))) {
        const std::size_t count = arguments.words.size();
        arguments.hidden_verb =
            arguments.hidden_verb ||
            (count == 0 && !own.literal && (word.starts_with('$') || word.starts_with('`')));
        arguments.literal_word = arguments.literal_word || own.literal;
        own_words[count] = word;
        arguments.words = own_words.first(count + 1);
      }
      continue;
    }
    if (manager.flags_first && !arguments.words.empty()) {
      continue;
    }
    after_flag = true;
    if (manager.short_bundles && word[1] != '-' && word.size() > 2) {
      waiting = ReadBundle(manager, word, arguments);
      continue;
    }
    if (arguments.flags.empty()) {
      arguments.flags.reserve(words.size());
    }
    arguments.flags.push_back(word);
    const std::size_t sign = word.find('=');
    if (sign != std::string_view::npos) {
      arguments.values.emplace_back(word.substr(0, sign), word.substr(sign + 1));
    } else if (Contains(manager.value_flags, word)) {
      waiting = word;
    }
  }
}

void Manager::Index() {
  const auto add = [](std::uint16_t rule, RuleList& list) {
    if (list.empty() || list.back() != rule) {
      list.push_back(rule);
    }
  };
  const auto of_project = [](Activity activity) {
    return activity == Activity::kProjectBuild || activity == Activity::kProjectTest;
  };
  for (const Rule& rule : rules) {
    const bool packages = rule.activity == Activity::kProject || rule.activity == Activity::kTool ||
                          rule.activity == Activity::kSystem;
    takes_verbs = takes_verbs || of_project(rule.activity) || (packages && !rule.verbs.empty());
    for (const std::vector<std::string>& verb : rule.verbs) {
      if (!verb.empty()) {
        by_verb.try_emplace(verb.front());
      }
    }
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto number = static_cast<std::uint16_t>(i);
    if (rules[i].verbs.empty()) {
      of_any_verb.push_back(number);
      without_word.push_back(number);
      for (auto& [word, list] : by_verb) {
        list.push_back(number);
      }
      continue;
    }
    for (const std::vector<std::string>& verb : rules[i].verbs) {
      add(number, verb.empty() ? without_word : by_verb.find(verb.front())->second);
    }
  }
}

const Manager::RuleList& Manager::RulesFor(const Arguments& arguments) const {
  if (arguments.words.empty()) {
    return without_word;
  }
  const auto found = by_verb.find(arguments.words.front());
  return found == by_verb.end() ? of_any_verb : found->second;
}

bool Fits(const Rule& rule, const Arguments& arguments, const SimpleCommand& command,
          std::size_t& verb_length) {
  verb_length = 0;
  if (!rule.verbs.empty()) {
    const auto starts = [&](const std::vector<std::string>& verb) {
      if (verb.empty()) {
        return arguments.words.empty();
      }
      return verb.size() <= arguments.words.size() &&
             std::equal(verb.begin(), verb.end(), arguments.words.begin());
    };
    const auto verb = std::find_if(rule.verbs.begin(), rule.verbs.end(), starts);
    if (verb == rule.verbs.end()) {
      return false;
    }
    verb_length = verb->size();
  }
  const auto begin = arguments.words.begin() + static_cast<std::ptrdiff_t>(verb_length);
  const auto any_word = [&](const std::vector<Glob>& globs) {
    return std::any_of(begin, arguments.words.end(),
                       [&](std::string_view word) { return AnyGlob(globs, Bare(word)); });
  };
  const bool some = begin != arguments.words.end() || arguments.more_words;
  if ((rule.packages == PackageCount::kNone && some) ||
      (rule.packages == PackageCount::kSome && !some) ||
      (!rule.with.empty() && !HasFlag(rule.with, arguments)) ||
      (!rule.without.empty() && HasFlag(rule.without, arguments)) ||
      (!rule.words.empty() && !any_word(rule.words)) ||
      (!rule.not_words.empty() && any_word(rule.not_words)) ||
      (!rule.first.empty() && (begin == arguments.words.end() || !AnyGlob(rule.first, *begin))) ||
      (!rule.last.empty() &&
       (begin == arguments.words.end() || !AnyGlob(rule.last, arguments.words.back()))) ||
      (!rule.hosts.empty() && !AreOf(rule.hosts, arguments.words.subspan(verb_length)))) {
    return false;
  }
  if (rule.text == nullptr) {
    return true;
  }
  std::string text;
  for (const ScriptWord& word : command.words) {
    text += text.empty() ? "" : " ";
    text += word.text;
  }
  return rule.text->FoundIn(text);
}

const re2::RE2& LazyPattern::Get() const {
  std::call_once(once_, [this] {
    re2::RE2::Options options;
    options.set_log_errors(false);
    pattern_ = std::make_unique<re2::RE2>(text_, options);
  });
  return *pattern_;
}

bool LazyPattern::FoundIn(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), Get());
}

std::string LazyPattern::Error() const { return Get().ok() ? "" : Get().error(); }

}  // namespace knowledge
}  // namespace cacheplan
