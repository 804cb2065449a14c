// What git knows of a directory.
#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <git2.h>

#include "cacheplan/context.h"

#include "src/context/git_library.h"

namespace cacheplan {
namespace {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Repository = std::unique_ptr<git_repository, Freer<git_repository_free>>;
using Index = std::unique_ptr<git_index, Freer<git_index_free>>;
using Object = std::unique_ptr<git_object, Freer<git_object_free>>;
using Diff = std::unique_ptr<git_diff, Freer<git_diff_free>>;

std::string LastError() {
  if (!context::LoadGit().empty()) {
    return context::LoadGit();
  }
  const git_error* error = git_error_last();
  return error == nullptr || error->message == nullptr ? "unknown error" : error->message;
}

Repository Open(const std::string& directory) {
  git_repository* repository = nullptr;
  if (!context::LoadGit().empty()) {
    return nullptr;
  }
  git_repository_open_ext(&repository, directory.empty() ? "." : directory.c_str(), 0, nullptr);
  return Repository(repository);
}

/// "" for the work tree itself, "services/api/" below it.
std::optional<std::string> PrefixIn(const char* work_tree, const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path path = fs::canonical(directory.empty() ? "." : directory, error);
  if (error) {
    return std::nullopt;
  }
  const fs::path root = fs::canonical(work_tree, error);
  const std::string relative = path.lexically_relative(root).generic_string();
  if (error || relative.empty() || relative.substr(0, 2) == "..") {
    return std::nullopt;
  }
  return relative == "." ? "" : relative + "/";
}

bool StartsWith(std::string_view text, std::string_view begin) {
  return text.substr(0, begin.size()) == begin;
}

/// The commit that a change is counted from.
Result<Object> FindCommit(git_repository* repository, const std::string& rev) {
  const bool fork = rev.size() > 3 && rev.compare(rev.size() - 3, 3, "...") == 0;
  const std::string name = fork ? rev.substr(0, rev.size() - 3) : rev;
  git_object* object = nullptr;
  if (git_revparse_single(&object, repository, (name + "^{commit}").c_str()) != 0) {
    return Status::Usage(
        fmt::format("'{}' is no commit of this repository: {}; a shallow clone may lack it", name,
                    LastError()));
  }
  Object commit(object);
  if (fork) {
    git_oid head = {};
    git_oid base = {};
    if (git_reference_name_to_id(&head, repository, "HEAD") != 0 ||
        git_merge_base(&base, repository, &head, git_object_id(commit.get())) != 0 ||
        git_object_lookup(&object, repository, &base, GIT_OBJECT_COMMIT) != 0) {
      return Status::Usage(
          fmt::format("'{}' and HEAD have no commit in common: {}; a shallow clone may lack it",
                      name, LastError()));
    }
    commit.reset(object);
  }
  return commit;
}

}  // namespace

std::vector<std::pair<std::string, bool>> TrackedFiles(const std::string& directory) {
  std::vector<std::pair<std::string, bool>> files;
  const Repository repository = Open(directory);
  if (repository == nullptr || git_repository_workdir(repository.get()) == nullptr) {
    return files;
  }
  const std::optional<std::string> prefix =
      PrefixIn(git_repository_workdir(repository.get()), directory);
  git_index* raw_index = nullptr;
  if (!prefix || git_repository_index(&raw_index, repository.get()) != 0) {
    return files;
  }
  const Index index(raw_index);
  const std::size_t count = git_index_entrycount(index.get());
  for (std::size_t i = 0; i < count; ++i) {
    const git_index_entry* entry = git_index_get_byindex(index.get(), i);
    const bool file =
        entry->mode == GIT_FILEMODE_BLOB || entry->mode == GIT_FILEMODE_BLOB_EXECUTABLE;
    if (file && git_index_entry_stage(entry) == 0 && StartsWith(entry->path, *prefix)) {
      files.emplace_back(entry->path + prefix->size(), entry->mode == GIT_FILEMODE_BLOB_EXECUTABLE);
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::vector<std::string>> ChangedSince(const std::string& directory,
                                              const std::string& rev) {
  const Repository repository = Open(directory);
  if (repository == nullptr || git_repository_workdir(repository.get()) == nullptr) {
    return Status::Usage(fmt::format("{}: is in no work tree of git: {}",
                                     directory.empty() ? "." : directory, LastError()));
  }
  const Result<Object> commit = FindCommit(repository.get(), rev);
  if (!commit.ok()) {
    return commit.status();
  }
  git_object* raw_tree = nullptr;
  git_diff* raw_diff = nullptr;
  // As GIT_DIFF_OPTIONS_INIT has them, which clang takes for forgetful.
  git_diff_options options = {};
  options.version = GIT_DIFF_OPTIONS_VERSION;
  options.ignore_submodules = GIT_SUBMODULE_IGNORE_UNSPECIFIED;
  options.context_lines = 3;
  options.flags = GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS |
                  GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_SKIP_BINARY_CHECK;
  const bool has_tree = git_object_peel(&raw_tree, commit.value().get(), GIT_OBJECT_TREE) == 0;
  const Object tree(raw_tree);
  if (!has_tree ||
      git_diff_tree_to_workdir_with_index(&raw_diff, repository.get(),
                                          reinterpret_cast<git_tree*>(tree.get()), &options) != 0) {
    return Status::Unreadable(
        fmt::format("the changes since '{}' cannot be read: {}", rev, LastError()));
  }
  const Diff diff(raw_diff);
  std::vector<std::string> paths;
  const std::string root = git_repository_workdir(repository.get());  // it ends with '/'
  for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
    const git_diff_delta* delta = git_diff_get_delta(diff.get(), i);
    paths.push_back(root + delta->new_file.path);
    paths.push_back(root + delta->old_file.path);
  }
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

}  // namespace cacheplan
