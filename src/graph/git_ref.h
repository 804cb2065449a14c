// Git repositories as sources of an ADD.
// Source: moby/buildkit frontend/dockerfile/dfgitutil/git_ref.go, util/{gitutil,sshutil}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cacheplan::graph {

struct GitRef {
  bool is_git = false;      ///< BuildKit takes the source for a repository
  bool like_local = false;  ///< "github.com/…": a path as well, and taken for one
  std::string error;        ///< of a repository: what is wrong with it; empty when all is well
  std::string checksum;     ///< the commit that it names
  std::optional<bool> keep_git_dir;
};
GitRef ReadGitRef(std::string_view source);
/// False for what is plainly a path: neither a repository nor a file to download.
bool MayBeRemote(std::string_view source);

/// A file to download: http:// or https://, and no repository.
bool IsHttpSource(std::string_view source);

}  // namespace cacheplan::graph
