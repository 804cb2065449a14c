// What patternmatcher uses of Go's path/filepath.
#include <algorithm>
#include <vector>

#include "cacheplan/context.h"
#include "cacheplan/text.h"

#include "src/context/glob.h"

namespace cacheplan {

std::string CleanPath(std::string_view path) {
  const bool rooted = !path.empty() && path.front() == '/';
  std::vector<std::string_view> names;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view name = path.substr(begin, end - begin);
    begin = end + 1;
    if (name.empty() || name == ".") {
      continue;
    }
    if (name == ".." && !names.empty() && names.back() != "..") {
      names.pop_back();
    } else if (name != ".." || !rooted) {
      names.push_back(name);
    }
  }
  std::string out = rooted ? "/" : "";
  for (std::size_t i = 0; i < names.size(); ++i) {
    out += i > 0 ? "/" : "";
    out += names[i];
  }
  return out.empty() ? "." : out;
}

}  // namespace cacheplan

namespace cacheplan::context {
namespace {

/// One end of a range in a class: false where filepath.Match finds none.
bool SkipClassRune(std::string_view pattern, std::size_t& pos) {
  if (pos == pattern.size() || pattern[pos] == '-' || pattern[pos] == ']') {
    return false;
  }
  pos += pattern[pos] == '\\' ? 1 : 0;
  if (pos == pattern.size()) {
    return false;
  }
  const Rune rune = DecodeRune(pattern, pos);
  pos += rune.width;
  return (rune.value != kRuneError || rune.width != 1) && pos < pattern.size();
}

bool SkipClass(std::string_view pattern, std::size_t& pos) {
  pos += pos < pattern.size() && pattern[pos] == '^' ? 1 : 0;
  for (bool any = false;; any = true) {
    if (any && pos < pattern.size() && pattern[pos] == ']') {
      ++pos;
      return true;
    }
    if (!SkipClassRune(pattern, pos)) {
      return false;
    }
    if (pattern[pos] == '-' && !SkipClassRune(pattern, ++pos)) {
      return false;
    }
  }
}

}  // namespace

// The whole pattern, as Go means it: some of its versions look no further than the first part that
// differs, and what is wrong behind a `*` they then match as nobody can have meant it.
bool IsWellFormed(std::string_view pattern) {
  for (std::size_t pos = 0; pos < pattern.size();) {
    const char c = pattern[pos++];
    if (c == '[' && !SkipClass(pattern, pos)) {
      return false;
    }
    if (c == '\\' && pos++ == pattern.size()) {
      return false;
    }
  }
  return true;
}

}  // namespace cacheplan::context
