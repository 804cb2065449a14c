#include "src/cli/lint_changed.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "cacheplan/context.h"

#include "src/cli/paths.h"

namespace cacheplan::cli {
namespace {

/// As git reports paths: without links above the file. The file itself may be gone.
std::string Real(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::weakly_canonical(path.parent_path(), error);
  return ((error ? path.parent_path() : folder) / path.filename()).string();
}

/// The root of the work tree, so that git is asked once for all files below it; the folder itself
/// where there is none, which git then says.
std::filesystem::path WorkTree(const std::filesystem::path& folder) {
  std::error_code error;
  for (std::filesystem::path at = folder; at != at.root_path(); at = at.parent_path()) {
    if (std::filesystem::exists(at / ".git", error)) {
      return at;
    }
  }
  return folder;
}

}  // namespace

Result<std::vector<std::string>> OnlyChanged(const std::vector<std::string>& paths,
                                             const LintFlags& flags) {
  // Files of several work trees may be asked for at once.
  std::map<std::filesystem::path, std::vector<std::string>> changed;
  std::vector<std::string> kept;
  for (const std::string& path : paths) {
    if (path == "-") {
      return Status::Usage("--changed-since asks git about files; standard input is none");
    }
    const std::filesystem::path folder = FolderOf(path);
    const std::filesystem::path tree = WorkTree(folder);
    auto known = changed.find(tree);
    if (known == changed.end()) {
      Result<std::vector<std::string>> found = ChangedSince(tree.string(), flags.changed_since);
      if (!found.ok()) {
        return found.status();
      }
      known = changed.emplace(tree, std::move(found.value())).first;
    }
    const std::filesystem::path context = flags.context.empty() ? folder : Absolute(flags.context);
    const std::filesystem::path file = Absolute(path);
    const std::string asked[] = {Real(file), Real(file.string() + ".dockerignore"),
                                 Real(context / ".dockerignore")};
    if (std::any_of(std::begin(asked), std::end(asked), [&](const std::string& one) {
          return std::binary_search(known->second.begin(), known->second.end(), one);
        })) {
      kept.push_back(path);
    }
  }
  return kept;
}

}  // namespace cacheplan::cli
