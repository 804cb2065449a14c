#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "src/lint/context_facts.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// Files that nobody wants from any folder; folders are in grammar/volatile_files.def.
constexpr std::array<std::string_view, 13> kUnwantedAnywhere = {
    "*.pyc", "*.pyo", "*.class", "*.o",        "*.log",     "*.swp",    "*.tmp",
    "*.bak", "*.iml", "*.orig",  "*.egg-info", ".DS_Store", "Thumbs.db"};

bool IsUnwantedAnywhere(std::string_view text) {
  return std::find(kUnwantedAnywhere.begin(), kUnwantedAnywhere.end(), text) !=
         kUnwantedAnywhere.end();
}

/// A copied path in a folder that the pattern of one name, which means the top alone, would match
/// there; "" when there is none.
std::string MissedBelow(const BuildContext& context, const std::vector<ContextCopy>& copies,
                        const IgnorePattern& pattern) {
  const bool one_name = pattern.text.find('/') == std::string::npos;
  const bool anywhere = IsUnwantedAnywhere(pattern.text);
  if (!one_name || pattern.exclude || (!anywhere && !IsVolatileName(pattern.text))) {
    return {};
  }
  const IgnoreFile name = IgnoreFile::Parse("*/**/" + pattern.text);
  for (const ContextEntry& entry : context.entries) {
    if (!name.Matches(entry.path) || IsLeftOut(context, entry.path)) {
      continue;
    }
    // The entry may be a file in the folder that is meant: cut behind the name.
    std::string path = entry.path;
    for (std::size_t end = path.find('/'); end != std::string::npos;
         end = path.find('/', end + 1)) {
      if (name.Matches(path.substr(0, end))) {
        path.resize(end);
        break;
      }
    }
    const bool taken = std::any_of(copies.begin(), copies.end(),
                                   [&](const ContextCopy& copy) { return copy.Takes(path); });
    if (taken && (anywhere || IsVolatile(context, path))) {
      return path;
    }
  }
  return {};
}

/// The text of a pattern up to its `count`th slash.
std::string_view FirstNames(std::string_view text, std::ptrdiff_t count) {
  std::size_t end = 0;
  for (; count > 0 && end != std::string_view::npos; --count) {
    end = text.find('/', end == 0 ? 0 : end + 1);
  }
  return text.substr(0, end);
}

/// No line before it leaves out the path of the `!` pattern, or can leave out anything below it.
bool BringsNothingBack(const BuildContext& context, std::size_t index) {
  const std::vector<IgnorePattern>& patterns = context.ignore.patterns();
  const std::string& path = patterns[index].text;
  if (!patterns[index].exclude || path.find_first_of("*?[\\") != std::string::npos) {
    return false;
  }
  const std::ptrdiff_t names = std::count(path.begin(), path.end(), '/') + 1;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    const std::string& text = patterns[i].text;
    const bool deep = text.find("**") != std::string::npos && i < index;
    // One behind it that leaves the path out is dead-ignore-pattern's.
    if (!patterns[i].exclude && (deep || context.ignore.MatchesBy(i, path) ||
                                 IgnorePatternMatches(FirstNames(text, names), path))) {
      return false;
    }
  }
  return true;
}

/// What the text itself is wrong about, and what to write: empty when nothing.
struct Mistake {
  std::string what, hint;
};
Mistake MistakeIn(std::string_view text) {
  const auto letter_behind_backslash = [&] {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      if (text[i] == '\\' && std::isalnum(static_cast<unsigned char>(text[++i])) != 0) {
        return true;
      }
    }
    return false;
  };
  if (const std::size_t hash = text.find(" #"); hash != std::string_view::npos) {
    return {"takes the comment for a part of the name",
            fmt::format("a comment has a line of its own: write {}", text.substr(0, hash))};
  }
  if (text == ".." || text.substr(0, 3) == "../") {
    return {"names what is outside the context, which is never sent", "remove the line"};
  }
  if (letter_behind_backslash()) {
    return {"has a backslash, which separates no folders", "separate folders by '/'"};
  }
  const std::size_t open = text.find('{');
  if (open != std::string_view::npos && text.find(',', open) < text.find('}', open)) {
    return {"has braces, which stand for themselves", "write a line for each"};
  }
  return {};
}

}  // namespace

void CheckIneffectiveIgnorePattern(Checker& check) {
  if (check.context == nullptr) {
    return;
  }
  const BuildContext& context = *check.context;
  const std::vector<ContextCopy> copies = ContextCopies(check);
  const auto report = [&](const IgnorePattern& pattern, const std::string& what,
                          const std::string& why, const std::string& hint) {
    check.Whole(RuleId::kIneffectiveIgnorePattern,
                {fmt::format("{} {}", Quote(context, pattern), what), why, hint});
  };
  for (std::size_t i = 0; i < context.ignore.patterns().size(); ++i) {
    const IgnorePattern& pattern = context.ignore.patterns()[i];
    if (!pattern.error.empty()) {
      continue;  // dead-ignore-pattern's
    }
    const Mistake mistake = MistakeIn(pattern.text);
    if (!mistake.what.empty() && context.complete && !MatchesAny(context, i)) {
      report(pattern, mistake.what, "it matches nothing", mistake.hint);
    } else if (const std::string missed = MissedBelow(context, copies, pattern); !missed.empty()) {
      report(pattern, fmt::format("means the top of the context alone; {} is copied", missed),
             "what changes in it runs the step that copies it, and all after it, again",
             fmt::format("write **/{}", pattern.text));
    } else if (BringsNothingBack(context, i)) {
      report(pattern, "brings nothing back: no line before it leaves it out",
             "of the lines that match a path the last decides, so a '!' line undoes earlier ones",
             "remove the line, or put it behind the one that it is an exception to");
    }
  }
}

}  // namespace cacheplan::lint
