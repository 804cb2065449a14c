// A build context on disk, and what .dockerignore leaves of it.
//
// Source of the pattern rules: github.com/moby/patternmatcher and its ignorefile package, which
// BuildKit and the classic builder share.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cacheplan/io.h"
#include "cacheplan/result.h"

namespace cacheplan {

namespace context {
class Glob;
}  // namespace context

/// One line of a .dockerignore that counts.
struct IgnorePattern {
  std::string text;      ///< cleaned: no '!', no leading or trailing slash
  bool exclude = false;  ///< `!pattern`: brings files back
  std::uint32_t line = 0;
  std::string error;  ///< why builders refuse the file ("syntax error in pattern"); or ""
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
  /// The pattern of that index, on its own, matches the path or a directory above it.
  [[nodiscard]] bool MatchesBy(std::size_t index, std::string_view path) const;

 private:
  std::vector<IgnorePattern> patterns_;
  std::shared_ptr<const std::vector<context::Glob>> globs_;  ///< one a pattern; never changed
  bool has_exclusions_ = false;
};

/// True when `pattern` (as in a .dockerignore) matches the whole path. `**` is any number of
/// directories; `*`, `?` and `[…]` stay within one.
bool IgnorePatternMatches(std::string_view pattern, std::string_view path);

/// Go's filepath.Clean, which Docker puts patterns and paths through: "./a//b/" is "a/b".
std::string CleanPath(std::string_view path);

/// A file or directory of a build context, by its path with '/'.
struct ContextEntry {
  std::string path;
  bool directory = false;
  std::uint32_t mode = 0;  ///< permission bits
  std::uint64_t size = 0;  ///< bytes
  /// A directory whose content was not looked at: it is left out as a whole, or it is one of those
  /// that are large and change by themselves (.git, node_modules).
  bool closed = false;
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
  std::optional<std::string> dockerfile;  ///< its path in the context; none = it is not in there
};

struct ContextOptions {
  std::string dockerfile;  ///< its path, as the user gave it; "" = it comes from elsewhere
  bool classic = false;    ///< the classic builder, which knows .dockerignore alone
  std::size_t max_entries = 200000;
};
/// Reads the tree below `directory`; links are not followed. Fails when the directory or its ignore
/// file cannot be read; of a folder in it that cannot, the context is not `complete`.
Result<BuildContext> ReadContext(const std::string& directory, const ContextOptions& options,
                                 FileSystem& files);

/// The path of `file` in `directory`; nothing when it is not below it. By the names alone: what a
/// link leads to is not asked.
std::optional<std::string> PathInContext(const std::string& directory, const std::string& file);

/// The files of the work tree that holds `directory` that git tracks, by their path below it, and
/// whether as executable; sorted. Empty where there is no work tree.
std::vector<std::pair<std::string, bool>> TrackedFiles(const std::string& directory);

/// What differs from the commit `rev` in the work tree that holds `directory`: staged or not,
/// deleted files too, files that git neither tracks nor ignores too; a renamed one by both names.
/// "REV..." stands for the last commit that REV and HEAD have in common, as a pull request has it.
/// Absolute paths, sorted. Fails when there is no work tree or no such commit.
Result<std::vector<std::string>> ChangedSince(const std::string& directory, const std::string& rev);

}  // namespace cacheplan
