#include <cctype>

#include "cacheplan/run.h"
#include "cacheplan/text.h"

namespace cacheplan {
namespace {

/// Longer lines than this are a command's own output, not the builder's.
constexpr std::size_t kLongestLine = 4096;

std::size_t Digits(std::string_view text, std::size_t pos) {
  while (pos < text.size() && text[pos] >= '0' && text[pos] <= '9') {
    ++pos;
  }
  return pos;
}

/// "[builder 2/4] RUN …" or "[2/4] …", but not the FROM of a stage, which is no instruction to
/// cache.
bool IsInstruction(std::string_view name) {
  if (name.empty() || name.front() != '[') {
    return false;
  }
  const std::size_t close = name.find(']');
  const std::size_t slash = name.substr(0, close).rfind('/');
  if (close == std::string_view::npos || slash == std::string_view::npos) {
    return false;
  }
  std::size_t start = slash;
  while (start > 0 && name[start - 1] >= '0' && name[start - 1] <= '9') {
    --start;
  }
  const bool numbers = start < slash && Digits(name, slash + 1) == close && slash + 1 < close;
  return numbers && name.substr(close + 1, 6) != " FROM ";
}

}  // namespace

void CacheCounter::Add(std::string_view output) {
  while (!output.empty()) {
    const std::size_t newline = output.find_first_of("\r\n");
    const std::string_view piece = output.substr(0, newline);
    if (rest_.size() + piece.size() <= kLongestLine) {
      rest_ += piece;
    }
    if (newline == std::string_view::npos) {
      return;
    }
    Line(rest_);
    rest_.clear();
    output.remove_prefix(newline + 1);
  }
}

void CacheCounter::Line(std::string_view line) {
  if (line.substr(0, 5) == "Step " && Digits(line, 5) > 5) {
    const std::size_t colon = line.find(" : ");
    // Neither FROM, for either builder, nor an ARG above the first one is an instruction to cache.
    // The instruction stands there as it was written.
    if (colon != std::string_view::npos && EqualFold(line.substr(colon + 3, 4), "FROM")) {
      in_stage_ = true;
    } else if (colon != std::string_view::npos && in_stage_) {
      ++total_;
    }
    return;
  }
  if (line == " ---> Using cache") {
    ++cached_;
    return;
  }
  if (line.size() < 3 || line.front() != '#') {
    return;
  }
  const std::size_t end = Digits(line, 1);
  if (end == 1 || end >= line.size() || line[end] != ' ') {
    return;
  }
  const std::string number(line.substr(1, end - 1));
  const std::string_view what = line.substr(end + 1);
  const auto known = vertices_.find(number);
  if (known == vertices_.end()) {
    if (IsInstruction(what)) {
      vertices_.emplace(number, false);
      ++total_;
    }
  } else if (what == "CACHED" && !known->second) {
    known->second = true;
    ++cached_;
  }
}

}  // namespace cacheplan
