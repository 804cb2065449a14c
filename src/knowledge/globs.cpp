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

std::string WithoutClasses(std::string_view pattern) {
  constexpr std::size_t kClass = 3;  // [k]
  std::string name;
  name.reserve(pattern.size());
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool one = pattern[i] == '[' && i + kClass <= pattern.size() && pattern[i + 2] == ']';
    i += one ? 1 : 0;
    name += pattern[i];
    i += one ? 1 : 0;
  }
  return name;
}

Glob::Glob(std::string pattern) : pattern_(std::move(pattern)), kind_(Kind::kOther) {
  const std::size_t first = pattern_.find('*');
  const std::size_t last = pattern_.rfind('*');
  const std::size_t end = pattern_.size() - 1;
  if (first == std::string::npos) {
    kind_ = Kind::kPlain;
  } else if (first == 0 && last == end && end > 0) {
    kind_ = pattern_.find('*', 1) == end ? Kind::kInner : Kind::kOther;
  } else if (first == last && (first == 0 || first == end)) {
    kind_ = first == 0 ? Kind::kEnd : Kind::kBegin;
  }
}

bool Glob::MatchesStar(std::string_view text) const {
  const std::string_view pattern = pattern_;
  switch (kind_) {
    case Kind::kPlain:
      return text == pattern;
    case Kind::kBegin:
      return text.starts_with(pattern.substr(0, pattern.size() - 1));
    case Kind::kEnd:
      return text.ends_with(pattern.substr(1));
    case Kind::kInner:
      return text.find(pattern.substr(1, pattern.size() - 2)) != std::string_view::npos;
    case Kind::kOther:
      break;
  }
  return GlobMatches(pattern, text);
}

void GlobSet::Add(const std::string& pattern, std::size_t number) {
  const auto index = static_cast<std::uint32_t>(globs_.size());
  if (pattern.empty()) {
    return;  // the name of nothing
  }
  const auto or_any = [](char c) { return c == '*' ? '\0' : c; };
  const char first = or_any(pattern.front());
  if (pattern.back() == '*') {
    for (std::vector<Candidate>& list : by_end_) {
      list.push_back({index, first, '\0'});
    }
  } else {
    const char before = pattern.size() > 1 ? or_any(pattern[pattern.size() - 2]) : '\0';
    by_end_[static_cast<unsigned char>(pattern.back())].push_back({index, first, before});
  }
  globs_.push_back({Glob(pattern), number});
}

std::optional<std::size_t> GlobSet::First(std::string_view text) const {
  if (text.empty()) {
    return std::nullopt;
  }
  const char before = text.size() > 1 ? text[text.size() - 2] : '\0';
  for (const Candidate& candidate : by_end_[static_cast<unsigned char>(text.back())]) {
    if ((candidate.first == text.front() || candidate.first == '\0') &&
        (candidate.before == before || candidate.before == '\0') &&
        globs_[candidate.index].glob.Matches(text)) {
      return globs_[candidate.index].number;
    }
  }
  return std::nullopt;
}

}  // namespace cacheplan
