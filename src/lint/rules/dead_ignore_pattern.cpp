// A pattern that matches nothing is mostly meant well: what it names comes with a build or on
// another machine. Reported is what cannot be meant: a name that differs by a letter from one that
// is there, a path into a folder that is not there, what a later line undoes, what builders refuse.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/context_facts.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

bool IsLiteral(std::string_view text) {
  return text.find_first_of("*?[\\") == std::string_view::npos;
}

/// Names that ignore files list without looking: output, caches and what tools leave behind.
bool IsPrecaution(std::string_view name) {
  static const std::set<std::string_view> names = {
      "Carthage",  "Pods",   "cache",   "captures", "coverage",      "fastlane", "gen",
      "generated", "lib",    "lib64",   "local",    "log",           "logs",     "output",
      "parts",     "public", "release", "reports",  "sdist",         "share",    "storage",
      "temp",      "tests",  "tmp",     "uploads",  "var",           "vendor",   "wheels",
      "docs",      "test",   "static",  "media",    "python-wheels", "data",     "cmake-build"};
  return name.substr(0, 1) == "." || IsVolatileName(name) || names.count(name) > 0;
}

std::string_view FirstName(std::string_view path) { return path.substr(0, path.find('/')); }

/// The names in the folder `parent`, "" or "a/".
std::set<std::string> NamesIn(const BuildContext& context, std::string_view parent) {
  std::set<std::string> names;
  for (const ContextEntry& entry : context.entries) {
    if (entry.path.size() > parent.size() && entry.path.compare(0, parent.size(), parent) == 0) {
      names.emplace(FirstName(std::string_view(entry.path).substr(parent.size())));
    }
  }
  return names;
}

/// One letter, or in a long name two; but `model` and `models` may well be two things.
bool IsNear(std::string_view a, std::string_view b) {
  if (a == std::string(b) + "s" || b == std::string(a) + "s") {
    return false;
  }
  constexpr std::size_t kShort = 4;
  constexpr std::size_t kLong = 8;
  const std::size_t size = std::min(a.size(), b.size());
  const std::size_t limit = size < kShort ? 0 : size < kLong ? 1 : 2;
  return EqualFold(a, b) || EditDistance(a, b, limit + 1) <= limit;
}

/// A path that the pattern, which matches nothing, may stand for; "" when there is none.
std::string NearPath(const BuildContext& context, const IgnorePattern& pattern) {
  const std::string_view text = pattern.text;
  const std::size_t begin = text.rfind('/') + 1;
  for (const std::string& name : NamesIn(context, text.substr(0, begin))) {
    std::string path = std::string(text.substr(0, begin)) + name;
    if (IsNear(name, text.substr(begin)) && context.ignore.Matches(path) == pattern.exclude) {
      return path;
    }
  }
  return {};
}

/// A later line of the opposite kind that matches the pattern's own text, with none of the
/// pattern's kind behind it that may save a part of it; and what is on disk agrees.
const IgnorePattern* Undoer(const BuildContext& context, std::size_t index) {
  const std::vector<IgnorePattern>& patterns = context.ignore.patterns();
  const IgnorePattern& pattern = patterns[index];
  const std::string below = pattern.text + "/";
  const IgnorePattern* undoer = nullptr;
  for (std::size_t i = index + 1; i < patterns.size(); ++i) {
    const bool matches = context.ignore.MatchesBy(i, pattern.text);
    const bool may_match_below = patterns[i].text.find('*') != std::string::npos ||
                                 patterns[i].text.compare(0, below.size(), below) == 0;
    if (patterns[i].exclude != pattern.exclude) {
      undoer = matches ? &patterns[i] : undoer;
    } else if (matches || may_match_below) {
      undoer = nullptr;
    }
  }
  const bool lives =
      std::any_of(context.entries.begin(), context.entries.end(), [&](const ContextEntry& entry) {
        return context.ignore.MatchesBy(index, entry.path) &&
               context.ignore.Matches(entry.path) != pattern.exclude;
      });
  return lives ? nullptr : undoer;
}

}  // namespace

void CheckDeadIgnorePattern(Checker& check) {
  if (check.context == nullptr) {
    return;
  }
  const BuildContext& context = *check.context;
  const auto report = [&](const IgnorePattern& pattern, const std::string& what,
                          const std::string& why, const std::string& hint) {
    check.Whole(RuleId::kDeadIgnorePattern,
                {fmt::format("{} {}", Quote(context, pattern), what), why, hint});
  };
  const std::string in_vain = "what it was to keep out is copied, and its changes run steps again";
  for (std::size_t i = 0; i < context.ignore.patterns().size(); ++i) {
    const IgnorePattern& pattern = context.ignore.patterns()[i];
    const bool back = pattern.exclude;
    if (!pattern.error.empty()) {
      const bool backslash = pattern.text.find('\\') != std::string::npos;
      report(pattern, fmt::format("is no pattern: {}", pattern.error),
             "builders that read the file refuse the build",
             backslash
                 ? "folders are separated by '/'; a backslash takes the next character as it is"
                 : "");
      continue;
    }
    if (const IgnorePattern* undoer = Undoer(context, i)) {
      report(pattern,
             fmt::format("is undone by line {}, '{}{}'", undoer->line, undoer->exclude ? "!" : "",
                         undoer->text),
             "of the lines that match a path the last decides",
             fmt::format("remove one of them, or put this line behind line {}", undoer->line));
      continue;
    }
    const std::string_view last =
        std::string_view(pattern.text).substr(pattern.text.rfind('/') + 1);
    if (!context.complete || !IsLiteral(pattern.text) || IsPrecaution(last) ||
        FirstName(pattern.text) == ".." || MatchesAny(context, i)) {
      continue;
    }
    const std::string near = NearPath(context, pattern);
    const std::string first(FirstName(pattern.text));
    if (!near.empty()) {
      report(pattern, fmt::format("matches nothing; there is {}", near), back ? "" : in_vain,
             fmt::format("write {}{}, or remove the line", back ? "!" : "", near));
    } else if (!first.empty() && first != pattern.text && !IsPrecaution(first) &&
               !Exists(context, first)) {
      report(pattern, fmt::format("matches nothing: there is no {}", first), "",
             "remove the line, or name what it meant");
    }
  }
}

}  // namespace cacheplan::lint
