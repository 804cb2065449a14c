// A command line against one manager's rules.
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cacheplan/byte_set.h"
#include "cacheplan/globs.h"
#include "cacheplan/paths.h"
#include "cacheplan/text.h"

#include "src/knowledge/tables.h"

namespace cacheplan {

namespace knowledge {
namespace {

bool AnyGlob(Globs globs, std::string_view text) {
  return std::ranges::any_of(globs, [text](const Glob& glob) { return glob.Matches(text); });
}

/// A flag of a rule against one of the command: with or without its `=value`.
bool FlagFits(const Glob& wanted, std::string_view flag) {
  if (!wanted.plain()) {
    return wanted.Matches(flag);
  }
  const std::string_view name = wanted.pattern();
  return flag.starts_with(name) && (flag.size() == name.size() || flag[name.size()] == '=');
}

/// `--flag=value` against a flag and the word behind it.
bool ValueFits(std::string_view wanted, std::string_view flag, std::string_view value) {
  return wanted.size() == flag.size() + 1 + value.size() && wanted.starts_with(flag) &&
         wanted[flag.size()] == '=' && wanted.ends_with(value);
}

bool HasFlag(const Condition& wanted, const Arguments& arguments) {
  if ((wanted.flag_bits & arguments.flag_bits) == 0) {
    return false;
  }
  return std::ranges::any_of(wanted.globs, [&](const Glob& flag) {
    return (FlagBits(flag) & arguments.flag_bits) != 0 &&
           (std::ranges::any_of(arguments.flags,
                                [&](std::string_view given) { return FlagFits(flag, given); }) ||
            std::ranges::any_of(arguments.values, [&](const auto& given) {
              return ValueFits(flag.pattern(), given.first, given.second);
            }));
  });
}

/// Of "http://user@localhost:8080/x" and of "localhost/x" it is localhost; of "[::1]:80" [::1].
std::string_view HostOf(std::string_view address) {
  constexpr std::string_view kSign = "://";
  if (const std::size_t scheme = address.find(kSign); scheme != std::string_view::npos) {
    address.remove_prefix(scheme + kSign.size());
  }
  const auto end = std::find_if(address.begin(), address.end(),
                                [](char c) { return c == '/' || c == '?' || c == '#'; });
  address = address.substr(0, static_cast<std::size_t>(end - address.begin()));
  if (const std::size_t user = address.rfind('@'); user != std::string_view::npos) {
    address.remove_prefix(user + 1);
  }
  return address.substr(0, address.starts_with('[') ? address.find(']') + 1 : address.find(':'));
}

/// A word is an address of one of `hosts`, and none with a scheme is of another.
bool AreOf(Globs hosts, std::span<const std::string_view> words) {
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

void AddFlag(std::string_view flag, Arguments& arguments) {
  arguments.flags.push_back(flag);
  arguments.flag_bits |= FlagBit(flag);
}

/// `$([ -f yarn.lock ] && echo --frozen-lockfile)`: that flag, or nothing.
bool MayBeFrozenFlag(const PackageManager& row, const ScriptWord& word) {
  return !word.literal && (word.text.starts_with('$') || word.text.starts_with('`')) &&
         std::ranges::any_of(row.frozen_flags, [&word](std::string_view flag) {
           return word.text.find(flag) != std::string_view::npos;
         });
}

std::size_t SizeOf(ScriptWords words) {
  return std::accumulate(
      words.begin(), words.end(), std::size_t{0},
      [](std::size_t size, const ScriptWord& word) { return size + word.text.size(); });
}

/// Reads the members of `-qyr`; the last one's flag when it wants the next word as its value.
std::string_view ReadBundle(const Manager& manager, std::string_view word, Arguments& arguments) {
  for (std::size_t i = 1; i < word.size(); ++i) {
    arguments.members += {'-', word[i]};
    const std::string_view flag =
        std::string_view(arguments.members).substr(arguments.members.size() - 2);
    AddFlag(flag, arguments);
    if (manager.TakesValue(flag)) {
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

void ReadArguments(const PackageManager& row, const Manager& manager, const SimpleCommand& command,
                   std::size_t first, Arena& arena, Arguments& arguments) {
  const ScriptWords words = command.words.subspan(std::min(first, command.words.size()));
  arguments.more_words = command.more_words;
  const std::span<std::string_view> own_words = arena.Room<std::string_view>(words.size());
  bool flags_end = false;
  std::string_view waiting;  // a flag that takes the next word
  bool after_flag = false;
  for (const ScriptWord& own : words) {
    const std::string_view word = own.text;
    if (own.only_flags && waiting.empty()) {
      arguments.left_out = true;
      continue;
    }
    if (waiting.empty() && MayBeFrozenFlag(row, own)) {
      arguments.maybe_frozen = true;
      if (!arguments.words.empty()) {
        continue;
      }
    }
    // `npm $FLAGS ci`: what stands before a verb can only be flags, or nothing.
    if (!own.literal && arguments.words.empty() && waiting.empty() && word.starts_with('$') &&
        std::any_of(&own + 1, words.data() + words.size(), [&](const ScriptWord& later) {
          return later.literal && manager.ChoicesOf(later.text) != nullptr;
        })) {
      continue;
    }
    if (!waiting.empty()) {
      arguments.values.emplace_back(std::exchange(waiting, {}), word);
      continue;
    }
    const bool flag = !flags_end && IsFlagWord(word);
    if (flag && word == "--") {
      flags_end = true;
      continue;
    }
    if (!flag) {
      const bool switched = after_flag && (word == "true" || word == "false");
      after_flag = false;
      if (!switched && (manager.ignore_words.empty() || !AnyGlob(manager.ignore_words, word))) {
        const std::size_t count = arguments.words.size();
        if (own.literal) {
          arguments.literal_word = true;
        } else if (count == 0) {
          arguments.hidden_verb = word.starts_with('$') || word.starts_with('`');
        }
        own_words[count] = word;
        arguments.words = own_words.first(count + 1);
      }
      continue;
    }
    if (row.flags_first && !arguments.words.empty()) {
      continue;
    }
    after_flag = true;
    if (row.short_bundles && word[1] != '-' && word.size() > 2) {
      if (arguments.members.empty()) {
        arguments.members.reserve(2 * SizeOf(words));  // views into it must stay
      }
      waiting = ReadBundle(manager, word, arguments);
      continue;
    }
    if (arguments.flags.empty()) {
      arguments.flags.reserve(words.size());
    }
    AddFlag(word, arguments);
    const std::size_t sign = word.find('=');
    if (sign != std::string_view::npos) {
      arguments.values.emplace_back(word.substr(0, sign), word.substr(sign + 1));
    } else if (manager.TakesValue(word)) {
      waiting = word;
    }
  }
}

namespace {

/// "dist/x.whl", "pylock.toml": no package by its name, no address, and not where it works.
bool IsFileWord(std::string_view word) {
  return word.find_first_of("/.") != std::string_view::npos &&
         word.find_first_of("=<>~@") == std::string_view::npos &&
         word.find("://") == std::string_view::npos && word != "." && word != "./";
}

/// What such a file holds is not read as a folder.
bool IsPacked(std::string_view name) {
  static constexpr std::string_view kEndings[] = {".whl", ".zip", ".gz", ".tgz", ".bz2", ".xz"};
  return std::any_of(std::begin(kEndings), std::end(kEndings),
                     [name](std::string_view ending) { return name.ends_with(ending); });
}

std::string_view WithoutExtras(std::string_view word) {
  return word.ends_with(']') ? word.substr(0, word.rfind('[')) : word;
}

}  // namespace

bool IsFolder(std::string_view path) {
  const std::string_view name = LastComponent(path);
  return path.ends_with('/') || name == "." || name == ".." ||
         (!name.empty() && name.find_first_of(".$*") == std::string_view::npos);
}

std::string_view FolderOf(std::string_view path) {
  path = WithoutSlash(path);
  return path == "." ? std::string_view() : path;
}

std::string_view FolderNamed(std::string_view value, const PackageManager& row) {
  const std::string_view name = LastComponent(value);
  if (value == "@.") {
    return {};
  }
  if (std::ranges::find(row.manifests, name) == row.manifests.end()) {
    return value;
  }
  value.remove_suffix(name.size());
  return value.size() > 1 ? value.substr(0, value.size() - 1) : value;
}

std::string_view FolderAmong(Texts words, const PackageManager& row, const Rule& rule) {
  if (rule.folders.empty()) {
    return {};
  }
  std::string_view found;
  for (const std::string_view word : words) {
    const std::string_view folder = WithoutExtras(word);
    const std::string_view name = LastComponent(folder);
    const bool is_manifest =
        std::any_of(row.manifests.begin(), row.manifests.end(),
                    [name](std::string_view known) { return GlobMatches(known, name); });
    const bool is_pattern = folder.find_first_of("*?") != std::string_view::npos;
    const bool is_path = folder.find('/') != std::string_view::npos || IsFolder(folder);
    if (is_path && !is_pattern && !is_manifest && !IsPacked(name) &&
        folder.find("://") == std::string_view::npos && AnyGlob(rule.folders, folder)) {
      if (!found.empty()) {
        return {};
      }
      found = folder;
    }
  }
  return found;
}

void NoteFileWords(const Rule& rule, CommandFact& fact, std::vector<std::string_view>& manifests) {
  fact.names_files = rule.names_files;
  if (rule.names_files) {
    std::copy_if(fact.packages.begin(), fact.packages.end(), std::back_inserter(manifests),
                 IsFileWord);
  }
}

namespace {

bool IsSo(const Condition& condition, const Arguments& arguments, Texts words) {
  const Globs globs = condition.globs;
  const auto any_word = [&] {
    return std::ranges::any_of(words,
                               [&](std::string_view word) { return AnyGlob(globs, Bare(word)); });
  };
  switch (condition.kind) {
    case Condition::Kind::kCalled:
      return AnyGlob(globs, arguments.called);
    case Condition::Kind::kWith:
      return HasFlag(condition, arguments);
    case Condition::Kind::kWithout:
      return !HasFlag(condition, arguments);
    case Condition::Kind::kWords:
      return any_word();
    case Condition::Kind::kNotWords:
      return !any_word();
    case Condition::Kind::kFirst:
      return !words.empty() && AnyGlob(globs, words.front());
    case Condition::Kind::kLast:
      return !words.empty() && AnyGlob(globs, words.back());
    case Condition::Kind::kHosts:
      return AreOf(globs, words);
  }
  return false;
}

bool HasNeeded(Texts needed, std::string_view text) {
  static constexpr ByteSet kBeyondAscii(0x80, 0xFF, "");
  if (needed.empty() || kBeyondAscii.HasAnyOf(text)) {
    return true;  // the latter: beyond ASCII are letters that count as plain ones
  }
  const std::string lower = ToLower(text);
  return std::ranges::any_of(
      needed, [&lower](std::string_view one) { return lower.find(one) != std::string::npos; });
}

}  // namespace

bool Fits(const Rule& rule, const LazyPattern& pattern, const Arguments& arguments,
          std::size_t verb_length, const SimpleCommand& command) {
  const Texts words = arguments.words.subspan(verb_length);
  if (rule.packages != PackageCount::kAny) {
    const bool some = !words.empty() || arguments.more_words;
    if (some != (rule.packages == PackageCount::kSome)) {
      return false;
    }
  }
  if (!std::ranges::all_of(rule.conditions, [&](const Condition& condition) {
        return IsSo(condition, arguments, words);
      })) {
    return false;
  }
  if (rule.text.empty()) {
    return true;
  }
  std::string text;
  for (const ScriptWord& word : command.words) {
    text += text.empty() ? "" : " ";
    text += word.text;
  }
  return pattern.FoundIn(text, rule);
}

bool LazyPattern::FoundIn(std::string_view text, const Rule& rule) const {
  if (!HasNeeded(rule.text_needs, text)) {
    return false;
  }
  std::call_once(once_, [&] {
    const std::string_view pattern = rule.text;
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);  // it is only asked whether there is a match
    compiled_ =
        std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  });
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

}  // namespace knowledge
}  // namespace cacheplan
