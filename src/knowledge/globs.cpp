#include "cacheplan/globs.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

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

bool Glob::MatchesStar(std::string_view text) const {
  switch (kind_) {
    case Kind::kPlain:
      return text == pattern_;
    case Kind::kBegin:
      return text.starts_with(pattern_.substr(0, pattern_.size() - 1));
    case Kind::kEnd:
      return text.ends_with(pattern_.substr(1));
    case Kind::kInner:
      return text.find(pattern_.substr(1, pattern_.size() - 2)) != std::string_view::npos;
    case Kind::kOther:
      break;
  }
  return GlobMatches(pattern_, text);
}

namespace {

/// Of the byte before the last, in GlobSet::befores_.
std::uint64_t BitOf(char before) {
  return std::uint64_t{1} << static_cast<unsigned char>(before) % 64;
}

}  // namespace

void GlobSet::Add(std::string_view pattern, std::size_t number) {
  if (pattern.empty()) {
    return;  // the name of nothing
  }
  const auto or_any = [](char c) { return c == '*' ? '\0' : c; };
  Candidate candidate{static_cast<std::uint32_t>(globs_.size()), or_any(pattern.front()), '\0'};
  if (pattern.back() == '*') {
    candidates_.push_back(candidate);
    if (candidate.first == '\0') {
      open_.set();
    } else {
      open_.set(static_cast<unsigned char>(candidate.first));
    }
  } else {
    candidate.before = pattern.size() > 1 ? or_any(pattern[pattern.size() - 2]) : '\0';
    const std::size_t last = static_cast<unsigned char>(pattern.back());
    befores_[last] |= candidate.before == '\0' ? ~std::uint64_t{0} : BitOf(candidate.before);
    const std::size_t next = last + 1;
    candidates_.insert(candidates_.begin() + starts_[next], candidate);
    std::for_each(starts_.begin() + static_cast<std::ptrdiff_t>(next), starts_.end(),
                  [](std::uint32_t& start) { ++start; });
  }
  globs_.push_back({Glob(pattern), number});
}

std::optional<std::size_t> GlobSet::First(std::string_view text) const {
  if (text.empty()) {
    return std::nullopt;
  }
  const char before = text.size() > 1 ? text[text.size() - 2] : '\0';
  // Of the lowest index as well: it is the one that was added first.
  const auto first_of = [&](std::size_t begin, std::size_t end, std::size_t limit) {
    for (std::size_t i = begin; i < end && candidates_[i].index < limit; ++i) {
      const Candidate& candidate = candidates_[i];
      if ((candidate.first == text.front() || candidate.first == '\0') &&
          (candidate.before == before || candidate.before == '\0') &&
          globs_[candidate.index].glob.Matches(text)) {
        return std::size_t{candidate.index};
      }
    }
    return limit;
  };
  const std::size_t last = static_cast<unsigned char>(text.back());
  std::size_t index = globs_.size();
  if ((befores_[last] & BitOf(before)) != 0) {
    index = first_of(starts_[last], starts_[last + 1], index);
  }
  if (open_[static_cast<unsigned char>(text.front())]) {
    index = first_of(starts_.back(), candidates_.size(), index);
  }
  return index == globs_.size() ? std::nullopt : std::optional(globs_[index].number);
}

}  // namespace cacheplan
