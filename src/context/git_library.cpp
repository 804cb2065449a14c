#include "src/context/git_library.h"

#include <array>

#include <dlfcn.h>
#include <fmt/format.h>
#include <git2.h>

namespace {

constexpr const char* kFile = CACHEPLAN_LIBGIT2;  // "libgit2.so.1.5", as the headers are

void* Handle() {
  static void* const handle = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
  return handle;
}

void* Symbol(const char* name) { return Handle() == nullptr ? nullptr : dlsym(Handle(), name); }

}  // namespace

// Each function of the header, passed on to the library. LoadGit looks for all of them first.
#define PASS_ON(result, name, parameters, arguments)                                 \
  result name parameters {                                                           \
    static const auto function = reinterpret_cast<decltype(&(name))>(Symbol(#name)); \
    return function arguments;                                                       \
  }

PASS_ON(void, git_repository_free, (git_repository * a), (a))
PASS_ON(void, git_index_free, (git_index * a), (a))
PASS_ON(void, git_object_free, (git_object * a), (a))
PASS_ON(void, git_diff_free, (git_diff * a), (a))
PASS_ON(int, git_libgit2_init, (), ())
PASS_ON(const git_error*, git_error_last, (), ())
PASS_ON(int, git_repository_open_ext,
        (git_repository * *a, const char* b, unsigned int c, const char* d), (a, b, c, d))
PASS_ON(const char*, git_repository_workdir, (const git_repository* a), (a))
PASS_ON(int, git_repository_index, (git_index * *a, git_repository* b), (a, b))
PASS_ON(std::size_t, git_index_entrycount, (const git_index* a), (a))
PASS_ON(const git_index_entry*, git_index_get_byindex, (git_index * a, std::size_t b), (a, b))
PASS_ON(int, git_index_entry_stage, (const git_index_entry* a), (a))
PASS_ON(int, git_revparse_single, (git_object * *a, git_repository* b, const char* c), (a, b, c))
PASS_ON(int, git_reference_name_to_id, (git_oid * a, git_repository* b, const char* c), (a, b, c))
PASS_ON(int, git_merge_base, (git_oid * a, git_repository* b, const git_oid* c, const git_oid* d),
        (a, b, c, d))
PASS_ON(const git_oid*, git_object_id, (const git_object* a), (a))
PASS_ON(int, git_object_lookup,
        (git_object * *a, git_repository* b, const git_oid* c, git_object_t d), (a, b, c, d))
PASS_ON(int, git_object_peel, (git_object * *a, const git_object* b, git_object_t c), (a, b, c))
PASS_ON(int, git_diff_tree_to_workdir_with_index,
        (git_diff * *a, git_repository* b, git_tree* c, const git_diff_options* d), (a, b, c, d))
PASS_ON(std::size_t, git_diff_num_deltas, (const git_diff* a), (a))
PASS_ON(const git_diff_delta*, git_diff_get_delta, (const git_diff* a, std::size_t b), (a, b))

namespace cacheplan::context {
namespace {

std::string Load() {
  if (Handle() == nullptr) {
    const char* error = dlerror();
    return fmt::format("what git knows is read with libgit2, which is not there: {}",
                       error == nullptr ? kFile : error);
  }
  constexpr std::array kNames = {"git_repository_free",
                                 "git_index_free",
                                 "git_object_free",
                                 "git_diff_free",
                                 "git_libgit2_init",
                                 "git_libgit2_opts",
                                 "git_error_last",
                                 "git_repository_open_ext",
                                 "git_repository_workdir",
                                 "git_repository_index",
                                 "git_index_entrycount",
                                 "git_index_get_byindex",
                                 "git_index_entry_stage",
                                 "git_revparse_single",
                                 "git_reference_name_to_id",
                                 "git_merge_base",
                                 "git_object_id",
                                 "git_object_lookup",
                                 "git_object_peel",
                                 "git_diff_tree_to_workdir_with_index",
                                 "git_diff_num_deltas",
                                 "git_diff_get_delta"};
  for (const char* name : kNames) {
    if (Symbol(name) == nullptr) {
      return fmt::format("{} has no {}", kFile, name);
    }
  }
  git_libgit2_init();
  // A checkout often belongs to another user than the one of the CI job. The check guards against
  // commands in a stranger's configuration; libgit2 runs none.
  const auto options = reinterpret_cast<decltype(&git_libgit2_opts)>(Symbol("git_libgit2_opts"));
  options(GIT_OPT_SET_OWNER_VALIDATION, 0);
  return {};
}

}  // namespace

const std::string& LoadGit() {
  static const std::string error = Load();
  return error;
}

}  // namespace cacheplan::context
