// Image references, as github.com/distribution/reference reads and completes them.
#pragma once

#include <string>
#include <string_view>

#include "cacheplan/result.h"

namespace cacheplan {

struct ImageRef {
  std::string domain;  ///< "docker.io" where none is written
  std::string path;    ///< "library/alpine"
  std::string tag;     ///< "" when none is written
  std::string digest;  ///< "sha256:…", "" when none is written

  /// Domain and path as docker prints them: "alpine", "ghcr.io/a/b".
  [[nodiscard]] std::string Familiar() const;
  /// domain/path[:tag][@digest], nothing left out, nothing added.
  [[nodiscard]] std::string Canonical() const;
};

/// kInvalid with distribution's words ("invalid reference format: repository name (library/Foo)
/// must be lowercase") when it is none.
Result<ImageRef> ParseImageRef(std::string_view text);
/// The same check without the parts.
Status CheckImageRef(std::string_view text);
/// A tag alone: [A-Za-z0-9_][A-Za-z0-9_.-]{0,127}.
bool IsValidTag(std::string_view tag);

}  // namespace cacheplan
