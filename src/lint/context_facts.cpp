#include "src/lint/context_facts.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include <fmt/format.h>

#include "cacheplan/commands.h"

#include "src/lint/reading.h"

namespace cacheplan::lint {
namespace {

bool IsBelow(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.substr(0, folder.size()) == folder &&
         path[folder.size()] == '/';
}

/// Relative to the context, cleaned: IgnoreFile's own idea of a path.
std::string SourcePath(std::string_view source) {
  while (!source.empty() && source.front() == '/') {
    source.remove_prefix(1);
  }
  return CleanPath(source.empty() ? "." : source);
}

void AddSource(ContextCopy& copy, std::string_view source) {
  std::string path = SourcePath(source);
  copy.broad = copy.broad || path == "." || path == "*" || path == "**";
  if (path.find_first_of("*?[\\") != std::string::npos) {
    copy.globs.push_back(IgnoreFile::Parse(path));
  }
  copy.sources.push_back(std::move(path));
}

bool IsRemote(std::string_view source) {
  return source.find("://") != std::string_view::npos || source.substr(0, 4) == "git@";
}

void AddCopyStep(const StepRef& step, std::vector<ContextCopy>& copies) {
  if (step.step->from) {
    return;
  }
  ContextCopy copy{step, {}, {}, {}, false};
  for (const Value& source : step.step->sources) {
    if (source.known && !IsRemote(source.text)) {
      AddSource(copy, source.text);
    }
  }
  std::string excludes;
  for (const std::string_view pattern : AsCopy(step.instruction()).excludes) {
    excludes += std::string(pattern) + "\n";
  }
  copy.excludes = IgnoreFile::Parse(excludes);
  if (!copy.sources.empty()) {
    copies.push_back(std::move(copy));
  }
}

void AddMounts(const StepRef& step, std::vector<ContextCopy>& copies) {
  ContextCopy copy{step, {}, {}, {}, false};
  for (const Mount& mount : AsRun(step.instruction()).mounts) {
    const bool known = mount.source.find('$') == std::string::npos;
    if (mount.type == MountType::kBind && mount.from.empty() && known) {
      AddSource(copy, mount.source);
    }
  }
  if (!copy.sources.empty()) {
    copies.push_back(std::move(copy));
  }
}

struct VolatileFile {
  std::string_view name;
  std::string_view beside = {};
  bool top = false;
  bool sure = false;
  bool made = false;
};
constexpr VolatileFile kVolatileFiles[] = {
#define VOLATILE_FILE(name_, ...) {.name = name_, __VA_ARGS__},
#include "grammar/volatile_files.def"
#undef VOLATILE_FILE
};

/// At most one '*' in the pattern.
bool MatchesName(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) {
    return pattern == name;
  }
  const std::string_view end = pattern.substr(star + 1);
  return name.size() >= pattern.size() - 1 && name.substr(0, star) == pattern.substr(0, star) &&
         name.substr(name.size() - end.size()) == end;
}

/// The entries whose path begins with `prefix`.
std::span<const ContextEntry> WithPrefix(const BuildContext& context, std::string_view prefix) {
  const auto begin = std::lower_bound(
      context.entries.begin(), context.entries.end(), prefix,
      [](const ContextEntry& entry, std::string_view p) { return entry.path < p; });
  auto end = begin;
  while (end != context.entries.end() && end->path.compare(0, prefix.size(), prefix) == 0) {
    ++end;
  }
  return {begin, end};
}

/// One of the names stands in the folder `parent` ("" or "a/").
bool StandsBeside(const BuildContext& context, std::string_view parent, std::string_view names) {
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(' '), names.size());
    const std::string_view name = names.substr(0, end);
    names.remove_prefix(std::min(end + 1, names.size()));
    if (name.find('*') == std::string_view::npos) {
      if (Exists(context, std::string(parent) + std::string(name))) {
        return true;
      }
      continue;
    }
    for (const ContextEntry& entry : WithPrefix(context, parent)) {
      const std::string_view rest = std::string_view(entry.path).substr(parent.size());
      if (rest.find('/') == std::string_view::npos && MatchesName(name, rest)) {
        return true;
      }
    }
  }
  return false;
}

bool IsTracked(const BuildContext& context, const std::string& path) {
  const auto at = std::lower_bound(context.tracked.begin(), context.tracked.end(),
                                   std::pair<std::string, bool>(path, false));
  return at != context.tracked.end() && (at->first == path || IsBelow(at->first, path));
}

/// The row for a name in a folder; null when it is none.
const VolatileFile* Find(const BuildContext& context, std::string_view parent,
                         std::string_view name) {
  for (const VolatileFile& file : kVolatileFiles) {
    if (file.name == name && (!file.top || parent.empty()) &&
        (file.beside.empty() || StandsBeside(context, parent, file.beside)) &&
        (file.sure || !IsTracked(context, std::string(parent) + std::string(name)))) {
      return &file;
    }
  }
  return nullptr;
}

/// The steps that take it have a command of their own around them.
bool RunsSomething(const ContextCopy& copy) {
  const std::span<const Step> steps = copy.step.stage->steps;
  return std::any_of(steps.begin(), steps.end(),
                     [](const Step& step) { return step.instruction->keyword == Keyword::kRun; });
}

/// A pattern has this very name, and so means the top alone: ineffective-ignore-pattern says so.
bool IsMeantBelow(const BuildContext& context, std::string_view path) {
  const std::size_t begin = path.rfind('/') + 1;
  const std::vector<IgnorePattern>& patterns = context.ignore.patterns();
  return begin > 0 && std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) {
           return !pattern.exclude && pattern.text == path.substr(begin);
         });
}

/// A line brings this very path back: it is wanted.
bool IsBroughtBack(const BuildContext& context, std::string_view path) {
  const std::vector<IgnorePattern>& patterns = context.ignore.patterns();
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const auto& pattern) { return pattern.exclude && pattern.text == path; });
}

/// A command asks git for the version, so that .git belongs into the image's build.
bool AsksGit(const Checker& check) {
  const std::string_view text = check.file.source->text();
  for (const std::string_view word :
       {"git describe", "git rev-parse", "git log", "git show", "git status", "git submodule",
        "setuptools_scm", "setuptools-scm", "buildvcs=true", "/.git", "COPY .git", "source=.git"}) {
    if (text.find(word) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool ContextCopy::Takes(std::string_view path) const {
  if (excludes.Matches(path)) {
    return false;
  }
  return broad ||
         std::any_of(
             sources.begin(), sources.end(),
             [&](const std::string& source) { return path == source || IsBelow(path, source); }) ||
         std::any_of(globs.begin(), globs.end(),
                     [&](const IgnoreFile& glob) { return glob.Matches(path); });
}

bool ContextCopy::Names(std::string_view path) const {
  return std::any_of(sources.begin(), sources.end(), [&](const std::string& source) {
    return source == path || IsBelow(source, path);
  });
}

std::vector<ContextCopy> ContextCopies(const Checker& check) {
  std::vector<ContextCopy> copies;
  for (const Keyword keyword : {Keyword::kCopy, Keyword::kAdd}) {
    for (const StepRef& step : check.Steps(keyword)) {
      AddCopyStep(step, copies);
    }
  }
  for (const StepRef& step : check.Steps(Keyword::kRun)) {
    AddMounts(step, copies);
  }
  std::stable_sort(copies.begin(), copies.end(), [](const ContextCopy& a, const ContextCopy& b) {
    return a.step.instruction().start_line < b.step.instruction().start_line;
  });
  return copies;
}

const ContextCopy* FirstBroad(const std::vector<ContextCopy>& copies) {
  const auto first = std::find_if(copies.begin(), copies.end(),
                                  [](const ContextCopy& copy) { return copy.broad; });
  return first == copies.end() ? nullptr : &*first;
}

bool Exists(const BuildContext& context, std::string_view path) {
  const std::span<const ContextEntry> with = WithPrefix(context, path);
  return std::any_of(with.begin(), with.end(), [&](const ContextEntry& entry) {
    return entry.path == path || IsBelow(entry.path, path);
  });
}

bool HasNested(const BuildContext& context, Texts names) {
  return std::any_of(context.entries.begin(), context.entries.end(),
                     [&](const ContextEntry& entry) {
                       const std::string_view path = entry.path;
                       return path.find('/') != std::string_view::npos &&
                              path.find("node_modules/") == std::string_view::npos &&
                              std::any_of(names.begin(), names.end(), [&](std::string_view name) {
                                return GlobMatches(name, LastComponent(path));
                              });
                     });
}

bool IsLeftOut(const BuildContext& context, std::string_view path) {
  // `.git/*` leaves the folder in and everything out of it: any name will do to find out.
  return context.ignore.Matches(path) || context.ignore.Matches(std::string(path) + "/~");
}

bool MatchesAny(const BuildContext& context, std::size_t index) {
  return std::any_of(
      context.entries.begin(), context.entries.end(),
      [&](const ContextEntry& entry) { return context.ignore.MatchesBy(index, entry.path); });
}

std::vector<std::string> AsPatterns(const std::vector<std::string>& paths) {
  std::vector<std::string> patterns;
  for (const std::string& path : paths) {
    std::string& pattern = patterns.emplace_back();
    for (const char c : path) {
      constexpr std::string_view kMeaning = "*?[]\\";
      const bool mark = pattern.empty() && (c == '#' || c == '!');
      pattern += mark || kMeaning.find(c) != std::string_view::npos ? "\\" : "";
      pattern += c;
    }
  }
  return patterns;
}

std::vector<std::string> VolatilePaths(const Checker& check,
                                       const std::vector<ContextCopy>& copies) {
  constexpr std::size_t kMost = 12;
  const BuildContext& context = *check.context;
  std::map<std::string, bool> seen;
  std::vector<std::string> paths;
  const auto wanted = [&](const std::string& path, bool made) {
    const bool taken = std::any_of(copies.begin(), copies.end(), [&](const ContextCopy& copy) {
      return copy.broad && copy.Takes(path) && (!made || RunsSomething(copy));
    });
    return taken && !IsLeftOut(context, path) && !IsMeantBelow(context, path) &&
           !IsBroughtBack(context, path) &&
           std::none_of(copies.begin(), copies.end(),
                        [&](const ContextCopy& copy) { return copy.Names(path); });
  };
  for (const ContextEntry& entry : context.entries) {
    const std::string_view path = entry.path;
    for (std::size_t begin = 0; begin < path.size();) {
      const std::size_t end = std::min(path.find('/', begin), path.size());
      const std::string here(path.substr(0, end));
      const std::string_view name = path.substr(begin, end - begin);
      const bool candidate = IsVolatileName(name);
      const auto [at, fresh] = candidate ? seen.emplace(here, false) : std::pair(seen.end(), false);
      if (fresh) {
        const VolatileFile* file = Find(context, path.substr(0, begin), name);
        at->second = file != nullptr;
        if (file != nullptr && !(name == ".git" && AsksGit(check)) && wanted(here, file->made)) {
          paths.push_back(here);
        }
      }
      if (candidate && at->second) {
        break;  // what is below it says nothing more
      }
      begin = end + 1;
    }
  }
  const std::string dockerfile = context.dockerfile.value_or("Dockerfile");
  if (Exists(context, dockerfile) && wanted(dockerfile, false)) {
    paths.push_back(dockerfile);
  }
  std::stable_sort(paths.begin(), paths.end(), [](const auto& a, const auto& b) {
    return std::count(a.begin(), a.end(), '/') < std::count(b.begin(), b.end(), '/');
  });
  paths.resize(std::min(paths.size(), kMost));
  return paths;
}

bool IsVolatileName(std::string_view name) {
  static const std::set<std::string_view> names = [] {
    std::set<std::string_view> all;
    for (const VolatileFile& file : kVolatileFiles) {
      all.insert(file.name);
    }
    return all;
  }();
  return names.count(name) > 0;
}

bool IsVolatile(const BuildContext& context, std::string_view path) {
  const std::size_t begin = path.rfind('/') + 1;
  return Find(context, path.substr(0, begin), path.substr(begin)) != nullptr;
}

std::string Quote(const BuildContext& context, const IgnorePattern& pattern) {
  return fmt::format("{}:{}: '{}{}'", context.ignore_path.value_or(".dockerignore"), pattern.line,
                     pattern.exclude ? "!" : "", pattern.text);
}

std::string Quote(const Checker& check, const StepRef& step) {
  constexpr std::size_t kLong = 50;
  const Span line = FirstLine(check.file, step.instruction());
  const std::string_view text =
      step.triggered ? step.instruction().name.text : check.file.source->Slice(line);
  return text.size() <= kLong ? std::string(text) : std::string(step.instruction().name.text);
}

std::string List(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 5;
  const std::size_t shown = names.size() <= kMost + 1 ? names.size() : kMost;
  std::string out;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == names.size();
    out += (i == 0 ? "" : last ? " and " : ", ") + names[i];
  }
  return shown == names.size() ? out : fmt::format("{} and {} more", out, names.size() - shown);
}

}  // namespace cacheplan::lint
