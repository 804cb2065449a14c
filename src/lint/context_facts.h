// What the rules about build contexts ask: which steps take what of it, and what in it changes by
// itself. Only for checkers with a context.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/context.h"

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// A COPY, ADD or bind mount of the build context.
struct ContextCopy {
  StepRef step;
  std::vector<std::string> sources;  ///< cleaned, without a leading slash; "." = everything
  std::vector<IgnoreFile> globs;     ///< the sources with wildcards
  IgnoreFile excludes;               ///< --exclude
  bool broad = false;                ///< takes everything that is not excluded

  /// The path (and what is below it) is among what it takes.
  [[nodiscard]] bool Takes(std::string_view path) const;
  /// A source is the path or stands below it.
  [[nodiscard]] bool Names(std::string_view path) const;
};
/// In the order of the file; those with variables that are not known are left out.
std::vector<ContextCopy> ContextCopies(const Checker& check);
/// The first that takes everything; null when there is none.
const ContextCopy* FirstBroad(const std::vector<ContextCopy>& copies);

/// The context has a file or folder of that path.
bool Exists(const BuildContext& context, std::string_view path);
/// A file that fits one of these names stands in a folder of the context, what an install brought
/// (node_modules) left out of account.
bool HasNested(const BuildContext& context, Texts names);
/// The path is left out, or all that is below it.
bool IsLeftOut(const BuildContext& context, std::string_view path);

/// The pattern of that index matches something on disk.
bool MatchesAny(const BuildContext& context, std::size_t index);

/// The lines of an ignore file that leave out these very paths.
std::vector<std::string> AsPatterns(const std::vector<std::string>& paths);

/// Files and folders (grammar/volatile_files.def) that a broad copy takes and that no other names,
/// the Dockerfile itself among them; at most a dozen, those at the top first.
std::vector<std::string> VolatilePaths(const Checker& check,
                                       const std::vector<ContextCopy>& copies);

/// The name is one of grammar/volatile_files.def.
bool IsVolatileName(std::string_view name);
/// The path has such a name, and stands where it is what the table says.
bool IsVolatile(const BuildContext& context, std::string_view path);

/// "COPY . ." as a message may quote it.
std::string Quote(const Checker& check, const StepRef& step);
/// "services/.dockerignore:3: '!docs'", for a finding about a line of the ignore file.
std::string Quote(const BuildContext& context, const IgnorePattern& pattern);
/// "a, b and c"; of many the first few: "a, b, c and 7 more".
std::string List(const std::vector<std::string>& names);

}  // namespace cacheplan::lint
