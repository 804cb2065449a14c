// The program as a process: what only a real one has, exit statuses of the system, pipes, a full
// disk.
#include <cstdlib>
#include <filesystem>
#include <string>

#include <sys/wait.h>

#include "cacheplan/text.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/program.h"

namespace cacheplan::test {
namespace {

/// Runs a line of sh in which $cacheplan is the program; standard output and error go to the files
/// `out` and `err`.
int Sh(const std::string& line) {
  const std::string script = "cacheplan=" + ShellQuote(CACHEPLAN_BINARY) + "\n" + line;
  const int status = std::system(("sh -c " + ShellQuote(script) + " >out 2>err").c_str());
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

TEST_CASE("exit statuses, and nothing on standard error when all is well") {
  const TempFolder folder;
  folder.Write("Dockerfile", "FROM alpine AS one\nRUN true\n");
  folder.Write("broken", "RNU true\n");
  const InFolder here(folder.path());
  CHECK(Sh("\"$cacheplan\" graph") == 0);
  CHECK(ReadFile("err").empty());
  CHECK(!ReadFile("out").empty());
  CHECK(Sh("\"$cacheplan\" parse broken") == 1);
  CHECK(Sh("\"$cacheplan\" parse --bogus") == 2);
  CHECK(Sh("\"$cacheplan\" parse missing") == 3);
}

TEST_CASE("a Dockerfile and a plan come through pipes") {
  const TempFolder folder;
  folder.Write("Dockerfile", "FROM alpine AS one\nRUN true\n");
  const InFolder here(folder.path());
  CHECK(Sh("\"$cacheplan\" parse --format sexp - <Dockerfile") == 0);
  CHECK(ReadFile("out") == "(from \"alpine\" \"AS\" \"one\")\n(run \"true\")\n");
  CHECK(Sh("\"$cacheplan\" plan -t a/b --format json | \"$cacheplan\" run --dry-run -") == 0);
  CHECK(ReadFile("out").find("docker push a/b\n") != std::string::npos);
}

TEST_CASE("output that cannot be written is no success") {
  if (!std::filesystem::exists("/dev/full")) {
    WARN("skipped: no /dev/full here");
    return;
  }
  const TempFolder folder;
  folder.Write("Dockerfile", "FROM alpine AS one\nRUN true\n");
  const InFolder here(folder.path());
  CHECK(Sh("\"$cacheplan\" plan -t a/b >/dev/full") == 3);
  CHECK(ReadFile("err").find("standard output") != std::string::npos);
}

TEST_CASE("a reader that goes away ends the program") {
  const TempFolder folder;
  folder.Write("Dockerfile", "FROM alpine AS one\nRUN true\n");
  std::string list;
  for (int i = 0; i < 5000; ++i) {
    list += "Dockerfile\n";
  }
  folder.Write("list", list);
  const InFolder here(folder.path());
  CHECK(Sh("\"$cacheplan\" parse --format json --files-from list | head -n 1") == 0);
  CHECK(LinesOf(ReadFile("out")).size() == 1);
  CHECK(ReadFile("err").empty());
}

TEST_CASE("run: a docker that is not there, one that fails, one that works") {
  const TempFolder folder;
  folder.Write("Dockerfile", "FROM alpine AS one\nRUN true\n");
  folder.Write("docker", "#!/bin/sh\n[ \"$1\" != push ]\n");
  std::filesystem::permissions(folder.path() + "/docker", std::filesystem::perms::owner_all);
  const InFolder here(folder.path());
  CHECK(Sh("PATH=/nowhere \"$cacheplan\" run -t a/b") == 3);
  CHECK(ReadFile("err").find("docker") != std::string::npos);
  CHECK(Sh("PATH=.:$PATH \"$cacheplan\" run -t a/b") == 1);
  CHECK(ReadFile("err").find("status 1") != std::string::npos);
  CHECK(Sh("PATH=.:$PATH \"$cacheplan\" run -t a/b --push never") == 0);
}

}  // namespace
}  // namespace cacheplan::test
