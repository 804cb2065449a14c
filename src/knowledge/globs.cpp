#include "cacheplan/globs.h"

#include <utility>

namespace cacheplan {

bool GlobMatches(std::string_view pattern, std::string_view text) {
  // Most patterns are refused by their ends.
  if (!pattern.empty() &&
      ((pattern.front() != '*' && (text.empty() || text.front() != pattern.front())) ||
       (pattern.back() != '*' && (text.empty() || text.back() != pattern.back())))) {
    return false;
  }
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

void GlobSet::Add(const std::string& pattern, std::size_t number) {
  const auto index = static_cast<std::uint32_t>(globs_.size());
  if (pattern.empty()) {
    return;  // the name of nothing
  }
  if (pattern.back() == '*') {
    for (std::vector<std::uint32_t>& list : by_end_) {
      list.push_back(index);
    }
  } else {
    by_end_[static_cast<unsigned char>(pattern.back())].push_back(index);
  }
  const std::size_t star = pattern.rfind('*');
  globs_.push_back({pattern, star == 0 ? pattern.substr(1) : "", star == 0, number});
}

std::optional<std::size_t> GlobSet::First(std::string_view text) const {
  if (text.empty()) {
    return std::nullopt;
  }
  for (const std::uint32_t index : by_end_[static_cast<unsigned char>(text.back())]) {
    const Glob& glob = globs_[index];
    if (glob.only_end ? text.ends_with(glob.end) : GlobMatches(glob.pattern, text)) {
      return glob.number;
    }
  }
  return std::nullopt;
}

}  // namespace cacheplan
