// A build context on disk, and what .dockerignore leaves of it.
//
// Source of the pattern rules: github.com/moby/patternmatcher and its ignorefile package, which
// BuildKit and the classic builder share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/source.h"

namespace cacheplan {

/// One line of a .dockerignore that counts.
struct IgnorePattern {
  std::string text;      ///< cleaned: no '!', no leading or trailing slash
  bool exclude = false;  ///< `!pattern`: brings files back
  std::uint32_t line = 0;
  std::string error;  ///< why it matches nothing ("syntax error in pattern"); or ""
};

/// The patterns of a .dockerignore. A value; safe to use from several threads.
class IgnoreFile {
 public:
  IgnoreFile() = default;
  static IgnoreFile Parse(std::string_view text);

  [[nodiscard]] const std::vector<IgnorePattern>& patterns() const { return patterns_; }
  /// A pattern brings files back, so that a directory's own match says nothing about its content.
  [[nodiscard]] bool has_exclusions() const { return has_exclusions_; }
  /// The path (with '/', relative to the context) or a directory above it is left out.
  [[nodiscard]] bool Matches(std::string_view path) const;
  /// The pattern that decided: the last that matches the path or a directory above it.
  [[nodiscard]] const IgnorePattern* Decider(std::string_view path) const;

 private:
  std::vector<IgnorePattern> patterns_;
  bool has_exclusions_ = false;
};

/// True when `pattern` (as in a .dockerignore) matches the whole path. `**` is any number of
/// directories; `*`, `?` and `[…]` stay within one.
bool IgnorePatternMatches(std::string_view pattern, std::string_view path);

/// A file or directory of a build context, by its path with '/'.
struct ContextEntry {
  std::string path;
  bool directory = false;
  std::uint32_t mode = 0;  ///< permission bits
  std::uint64_t size = 0;  ///< bytes
};

struct BuildContext {
  std::string directory;                   ///< as the user gave it
  std::optional<std::string> ignore_path;  ///< of the ignore file in force; none = there is none
  IgnoreFile ignore;
  std::vector<ContextEntry> entries;  ///< what is on disk, ignored or not, sorted by path
  bool complete = true;               ///< false when there was more than is looked at
  /// Files that git tracks as executable (true) or not (false), where `directory` is in a work
  /// tree; sorted by path.
  std::vector<std::pair<std::string, bool>> tracked;
};

}  // namespace cacheplan
