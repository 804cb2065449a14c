#include "src/config/glob.h"

#include <vector>

namespace cacheplan::config {
namespace {

std::vector<std::string_view> Names(std::string_view path) {
  std::vector<std::string_view> names;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    if (!name.empty() && name != ".") {
      names.push_back(name);
    }
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return names;
}

/// Matches two sequences, where an item of the pattern may stand for any number of the other's.
/// Only the last such item needs to be tried with more: what stands before it matched already.
template <typename Pattern, typename Text, typename IsStar, typename Same>
bool Matches(const Pattern& pattern, const Text& text, IsStar is_star, Same same) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = pattern.size();
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && is_star(pattern[p])) {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && same(pattern[p], text[t])) {
      ++p;
      ++t;
    } else if (star < pattern.size()) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && is_star(pattern[p])) {
    ++p;
  }
  return p == pattern.size();
}

bool NameMatches(std::string_view pattern, std::string_view name) {
  return Matches(
      pattern, name, [](char c) { return c == '*'; },
      [](char want, char c) { return want == '?' || want == c; });
}

}  // namespace

bool GlobMatches(std::string_view pattern, std::string_view path) {
  std::vector<std::string_view> wanted = Names(pattern);
  if (wanted.empty()) {
    return false;
  }
  wanted.emplace_back("**");  // and all below it
  return Matches(
      wanted, Names(path), [](std::string_view name) { return name == "**"; }, NameMatches);
}

}  // namespace cacheplan::config
