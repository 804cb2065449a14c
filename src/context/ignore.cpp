// Source: moby/patternmatcher, ignorefile/ignorefile.go (ReadAll) and patternmatcher.go (New).
#include <fmt/format.h>

#include "cacheplan/context.h"
#include "cacheplan/text.h"

#include "src/context/glob.h"

namespace cacheplan {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
/// Go's bufio.Scanner takes no line of this length or more.
constexpr std::size_t kLineTooLong = 65536;

/// A line as ReadAll gives it to New: "" where there is no pattern on it.
std::string ReadLine(std::string_view line) {
  if (line.substr(0, 1) == "#") {
    return {};
  }
  std::string_view text = Trim(line);
  if (text.empty()) {
    return {};
  }
  const bool exclude = text.front() == '!';
  if (exclude) {
    text = Trim(text.substr(1));
  }
  std::string pattern = text.empty() ? "" : CleanPath(text);
  if (pattern.size() > 1 && pattern.front() == '/') {
    pattern.erase(0, 1);
  }
  return exclude ? "!" + pattern : pattern;
}

/// What New makes of it: cleaned once more.
IgnorePattern MakePattern(std::string_view line, std::uint32_t number) {
  IgnorePattern pattern;
  pattern.line = number;
  pattern.text = CleanPath(line);
  if (pattern.text.front() == '!') {
    pattern.exclude = true;
    pattern.text.erase(0, 1);
    if (pattern.text.empty()) {
      pattern.error = "illegal exclusion pattern: \"!\"";
      return pattern;
    }
  }
  if (!context::IsWellFormed(pattern.text)) {
    pattern.error = "syntax error in pattern";
  }
  return pattern;
}

}  // namespace

IgnoreFile IgnoreFile::Parse(std::string_view text) {
  IgnoreFile file;
  auto globs = std::make_shared<std::vector<context::Glob>>();
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.remove_prefix(kByteOrderMark.size());
  }
  std::uint32_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    const bool too_long = line.size() >= kLineTooLong;
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    const std::string read = too_long ? "" : ReadLine(line);
    const std::string_view trimmed = Trim(read);
    if (trimmed.empty() && !too_long) {
      continue;
    }
    IgnorePattern pattern = too_long ? IgnorePattern{} : MakePattern(trimmed, number);
    if (too_long) {
      pattern.line = number;
      pattern.error = "bufio.Scanner: token too long";
    }
    globs->push_back(pattern.error.empty() ? context::Glob(pattern.text) : context::Glob());
    if (pattern.error.empty() && !globs->back().ok()) {
      pattern.error = "syntax error in pattern";
    }
    file.has_exclusions_ = file.has_exclusions_ || pattern.exclude;
    file.patterns_.push_back(std::move(pattern));
    if (too_long) {
      break;
    }
  }
  file.globs_ = std::move(globs);
  return file;
}

bool IgnoreFile::Matches(std::string_view path) const {
  const IgnorePattern* decider = Decider(path);
  return decider != nullptr && !decider->exclude;
}

const IgnorePattern* IgnoreFile::Decider(std::string_view path) const {
  for (std::size_t i = patterns_.size(); i > 0; --i) {
    if (MatchesBy(i - 1, path)) {
      return &patterns_[i - 1];
    }
  }
  return nullptr;
}

bool IgnoreFile::MatchesBy(std::size_t index, std::string_view path) const {
  return (*globs_)[index].MatchesPathOrParent(path);
}

bool IgnorePatternMatches(std::string_view pattern, std::string_view path) {
  const IgnoreFile file = IgnoreFile::Parse(pattern);
  return file.patterns().size() == 1 && !file.has_exclusions() &&
         file.patterns()[0].error.empty() && context::Glob(file.patterns()[0].text).Matches(path);
}

}  // namespace cacheplan
