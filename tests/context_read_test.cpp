// A build context as it lies on disk, and what git knows of it.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "cacheplan/context.h"
#include "cacheplan/io.h"

#include "support/catch.h"
#include "support/memory_files.h"
#include "support/program.h"

namespace cacheplan {
namespace {

namespace fs = std::filesystem;

/// "a b/ b/c": the paths, a '/' behind folders, '-' before those that were not opened.
std::string Paths(const BuildContext& context) {
  std::string out;
  for (const ContextEntry& entry : context.entries) {
    out += std::string(out.empty() ? "" : " ") + (entry.closed ? "-" : "") + entry.path +
           (entry.directory ? "/" : "");
  }
  return out;
}

BuildContext Read(const std::string& directory, const ContextOptions& options = {}) {
  Result<BuildContext> context = ReadContext(directory, options, RealFileSystem());
  INFO((context.ok() ? "" : context.status().message));
  REQUIRE(context.ok());
  return std::move(context.value());
}

BuildContext ReadMemory(const std::vector<std::string>& names, const ContextOptions& options,
                        const std::string& ignore = "") {
  test::MemoryFiles files;
  for (const std::string& name : names) {
    files.files["ctx/" + name] = "";
  }
  if (!ignore.empty()) {
    files.files["ctx/.dockerignore"] = ignore;
  }
  Result<BuildContext> context = ReadContext("ctx", options, files);
  REQUIRE(context.ok());
  return std::move(context.value());
}

TEST_CASE("a tree is read with modes and sizes; links are not followed", "[context]") {
  const test::TempFolder folder;
  fs::create_directories(folder.path() + "/src/deep");
  folder.Write("src/deep/a.c", "int a;");
  folder.Write("run.sh", "");
  fs::permissions(folder.path() + "/run.sh", fs::perms(0755));
  fs::create_directory_symlink("..", folder.path() + "/src/up");
  fs::create_symlink("nowhere", folder.path() + "/dangling");
  const BuildContext context = Read(folder.path());
  CHECK(Paths(context) == "dangling run.sh src/ src/deep/ src/deep/a.c src/up");
  CHECK(context.complete);
  CHECK_FALSE(context.ignore_path);
  CHECK((context.entries[1].mode & 0777U) == 0755U);
  CHECK(context.entries[4].size == 6);
}

TEST_CASE("what is left out as a whole is not opened, nor what is large and volatile",
          "[context]") {
  const std::vector<std::string> names = {".git/HEAD", "a/node_modules/x/y", "gen/a/b", "src/c"};
  CHECK(Paths(ReadMemory(names, {}, "gen\n")) ==
        ".dockerignore -.git/ a/ -a/node_modules/ -gen/ src/ src/c");
  // A pattern that brings files back may do so below any folder.
  CHECK(Paths(ReadMemory(names, {}, "gen\n!gen/a\n")) ==
        ".dockerignore -.git/ a/ -a/node_modules/ gen/ gen/a/ gen/a/b src/ src/c");
}

TEST_CASE("a tree that is too large is cut, and says so", "[context]") {
  ContextOptions options;
  options.max_entries = 4;
  const std::vector<std::string> names = {"a/b/c", "a/b/d", "e", "f"};
  const BuildContext cut = ReadMemory(names, options);
  CHECK(Paths(cut) == "a/ a/b/ e f");  // what stands high up comes first
  CHECK_FALSE(cut.complete);
  options.max_entries = 6;
  CHECK(ReadMemory(names, options).complete);
  options.max_entries = 0;
  CHECK_FALSE(ReadMemory(names, options).complete);
}

TEST_CASE("a Dockerfile's own ignore file comes first, but not for the classic builder",
          "[context]") {
  test::MemoryFiles files;
  files.files = {{"app/.dockerignore", "a"},
                 {"app/x", ""},
                 {"docker/web.Dockerfile.dockerignore", "b"},
                 {"app/docker/Dockerfile", ""}};
  ContextOptions options;
  options.dockerfile = "docker/web.Dockerfile";
  BuildContext context = ReadContext("app", options, files).value();
  CHECK(context.ignore_path == "docker/web.Dockerfile.dockerignore");
  CHECK(context.ignore.Matches("b"));
  CHECK_FALSE(context.dockerfile);
  options.classic = true;
  context = ReadContext("app", options, files).value();
  CHECK(context.ignore_path == "app/.dockerignore");
  CHECK(context.ignore.Matches("a"));
  options.dockerfile = "./app/docker/../docker/Dockerfile";
  CHECK(ReadContext("app/", options, files).value().dockerfile == "docker/Dockerfile");
  options.dockerfile = "application/Dockerfile";
  CHECK_FALSE(ReadContext("app", options, files).value().dockerfile);
}

TEST_CASE("a context that is not there, is no folder, or cannot be read", "[context]") {
  const test::TempFolder folder;
  folder.Write("file", "");
  const Status missing = ReadContext(folder.path() + "/none", {}, RealFileSystem()).status();
  CHECK(missing.code == StatusCode::kNotFound);
  CHECK(missing.message == folder.path() + "/none: cannot be read: No such file or directory");
  const Status file = ReadContext(folder.path() + "/file", {}, RealFileSystem()).status();
  CHECK(file.code == StatusCode::kUnreadable);
  CHECK(file.message == folder.path() + "/file: cannot be read: Not a directory");
  fs::create_directory(folder.path() + "/.dockerignore");
  const Status ignore = ReadContext(folder.path(), {}, RealFileSystem()).status();
  CHECK(ignore.code == StatusCode::kUnreadable);
}

/// A repository made with the git command.
class Repository {
 public:
  Repository() {
    // Nothing of the machine's or the user's configuration.
    ::setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    ::setenv("GIT_CONFIG_SYSTEM", "/dev/null", 1);
    Git("init -q -b main");
    Git("config user.email a@example.org");
    Git("config user.name A");
  }
  void Git(const std::string& words) const {
    const std::string command = "git -C '" + path() + "' " + words + " >/dev/null 2>&1";
    INFO(command);
    REQUIRE(std::system(command.c_str()) == 0);
  }
  void Commit() const {
    Git("add -A");
    Git("commit -q -m x");
  }
  [[nodiscard]] std::string path() const { return folder_.path(); }
  void Write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(path() + "/" + name).parent_path());
    folder_.Write(name, text);
  }
  /// The names changed since `rev`, joined by blanks.
  [[nodiscard]] std::string Changed(const std::string& rev, const std::string& below = "") const {
    const Result<std::vector<std::string>> paths = ChangedSince(path() + below, rev);
    if (!paths.ok()) {
      return paths.status().message;
    }
    std::string out;
    const std::string root = fs::canonical(path()).string() + "/";
    for (const std::string& changed : paths.value()) {
      REQUIRE(changed.compare(0, root.size(), root) == 0);
      out += (out.empty() ? "" : " ") + changed.substr(root.size());
    }
    return out;
  }

 private:
  test::TempFolder folder_;
};

TEST_CASE("git's executable bits, below the folder asked for", "[context]") {
  const Repository repository;
  repository.Write("run.sh", "");
  repository.Write("app/start.sh", "");
  repository.Write("app/a.txt", "");
  fs::permissions(repository.path() + "/app/start.sh", fs::perms(0755));
  fs::create_symlink("a.txt", repository.path() + "/app/link");
  repository.Commit();
  repository.Write("app/new", "");
  fs::permissions(repository.path() + "/app/a.txt", fs::perms(0755));
  using Files = std::vector<std::pair<std::string, bool>>;
  CHECK(TrackedFiles(repository.path() + "/app") == Files{{"a.txt", false}, {"start.sh", true}});
  CHECK(TrackedFiles(repository.path()).size() == 3);
  CHECK(Read(repository.path() + "/app").tracked.size() == 2);
}

TEST_CASE("no work tree, no tracked files", "[context]") {
  const test::TempFolder folder;
  CHECK(TrackedFiles(folder.path()).empty());
  CHECK(TrackedFiles(folder.path() + "/none").empty());
  const Status status = ChangedSince(folder.path(), "HEAD").status();
  CHECK(status.code == StatusCode::kUsage);
  CHECK(status.message.find("is in no work tree of git") != std::string::npos);
}

TEST_CASE("what changed since a commit: staged or not, new, deleted, renamed", "[context]") {
  const Repository repository;
  repository.Write(".gitignore", "ignored\n");
  for (const char* name : {"a", "b", "c", "d/e", "same"}) {
    repository.Write(name, std::string(name) + " with some text of its own\n");
  }
  repository.Commit();
  CHECK(repository.Changed("HEAD") == "");
  repository.Write("a", "worked on");
  repository.Write("b", "staged");
  repository.Git("add b");
  repository.Git("mv d/e d/f");
  fs::remove(repository.path() + "/c");
  repository.Write("ignored", "");
  repository.Write("new/file", "");
  CHECK(repository.Changed("HEAD") == "a b c d/e d/f new/file");
  CHECK(repository.Changed("HEAD", "/d") == "a b c d/e d/f new/file");
  repository.Commit();
  CHECK(repository.Changed("HEAD") == "");
  CHECK(repository.Changed("HEAD~1") == "a b c d/e d/f new/file");
  CHECK(repository.Changed("nonsense").find("'nonsense' is no commit of this repository") == 0);
}

TEST_CASE("a pull request's changes are those since it left the main branch", "[context]") {
  const Repository repository;
  repository.Write("a", "a");
  repository.Commit();
  repository.Git("checkout -q -b work");
  repository.Write("mine", "");
  repository.Commit();
  repository.Git("checkout -q main");
  repository.Write("theirs", "");
  repository.Commit();
  repository.Git("checkout -q work");
  CHECK(repository.Changed("main") == "mine theirs");
  CHECK(repository.Changed("main...") == "mine");
}

}  // namespace
}  // namespace cacheplan
