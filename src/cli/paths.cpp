#include "src/cli/paths.h"

#include <system_error>

namespace cacheplan::cli {

namespace fs = std::filesystem;

fs::path Absolute(const std::string& path) {
  std::error_code failed;  // the current folder is gone: the path as it stands must do
  const fs::path absolute = fs::absolute(path.empty() ? "." : path, failed);
  return (failed ? fs::path(path) : absolute).lexically_normal();
}

std::string PathFrom(const fs::path& folder, const std::string& path) {
  return path == "-" ? path : Absolute(path).lexically_relative(folder).generic_string();
}

fs::path FolderOf(const std::string& path) { return Absolute(path).parent_path(); }

}  // namespace cacheplan::cli
