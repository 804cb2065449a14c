// `cacheplan lint --fix`, `--fix-unsafe`, `--diff` and `--changed-since` on files of a folder.
#include <cstdlib>
#include <string>
#include <vector>

#include "support/cases.h"
#include "support/catch.h"
#include "support/program.h"

namespace cacheplan::test {
namespace {

constexpr const char* kCasing = "FROM alpine:3.20 as tools\nRUN echo one\n";
constexpr const char* kFixed = "FROM alpine:3.20 AS tools\nRUN echo one\n";
constexpr const char* kBroad =
    "FROM node:22.1\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n";

Ran Lint(std::vector<std::string> words) {
  words.insert(words.begin(), {"lint", "--no-config"});
  return RunMain(words);
}

void Git(const std::string& words) {
  const std::string command =
      "git -c user.name=t -c user.email=t@example.org -c init.defaultBranch=main " + words +
      " >/dev/null 2>&1";
  INFO(command);
  REQUIRE(std::system(command.c_str()) == 0);
}

TEST_CASE("--fix writes the safe fixes and reports what is left") {
  const TempFolder folder;
  const InFolder in(folder.path());
  folder.Write("Dockerfile", kCasing);
  folder.Write("other.Dockerfile", kBroad);
  const Ran ran = Lint({"--fix", "Dockerfile", "other.Dockerfile"});
  CHECK(ReadFile("Dockerfile") == kFixed);
  CHECK(ReadFile("other.Dockerfile") == kBroad);
  CHECK(ran.err == "Dockerfile: fixed 1 finding\n");
  CHECK(ran.out.find("CP301") != std::string::npos);
  CHECK(ran.out.find("FromAsCasing") == std::string::npos);
  CHECK(ran.status == 1);
  // A second run has nothing to do.
  CHECK(Lint({"--fix", "Dockerfile"}).err.empty());
  CHECK(ReadFile("Dockerfile") == kFixed);
}

TEST_CASE("--fix-unsafe writes those that need a look too") {
  const TempFolder folder;
  const InFolder in(folder.path());
  folder.Write("Dockerfile", kBroad);
  const Ran ran = Lint({"--fix-unsafe", "--select", "CP301"});
  CHECK(ran.status == 0);
  CHECK(ReadFile("Dockerfile") ==
        "FROM node:22.1\nWORKDIR /app\nCOPY package.json package-lock.json* ./\nRUN npm ci\n"
        "COPY . .\nRUN npm run build\n");
}

TEST_CASE("a RUN that reads the imports of the source is not moved above it") {
  const TempFolder folder;
  const InFolder in(folder.path());
  for (const char* run : {"go get ./... && go mod download", "go mod download && go get ./..."}) {
    const std::string text =
        "FROM golang:1.22\nWORKDIR /app\nCOPY . .\nRUN " + std::string(run) + "\n";
    folder.Write("Dockerfile", text);
    const Ran ran = Lint({"--fix-unsafe", "--select", "CP301"});
    CHECK(ReadFile("Dockerfile") == text);
    CHECK(ran.out.find("first and run `go mod download`, then copy the rest") != std::string::npos);
  }
}

TEST_CASE("--diff writes nothing and exits 1 when there is something to show") {
  const TempFolder folder;
  const InFolder in(folder.path());
  folder.Write("Dockerfile", kCasing);
  const Ran ran = Lint({"--diff"});
  CHECK(ran.status == 1);
  CHECK(ran.out.find("-FROM alpine:3.20 as tools\n+FROM alpine:3.20 AS tools\n") !=
        std::string::npos);
  CHECK(ReadFile("Dockerfile") == kCasing);
  folder.Write("Dockerfile", kFixed);
  CHECK(Lint({"--diff"}).status == 0);
  CHECK(Lint({"--diff"}).out.empty());
  // The unsafe fixes only when they are asked for.
  folder.Write("Dockerfile", kBroad);
  CHECK(Lint({"--diff"}).status == 0);
  CHECK(Lint({"--diff", "--fix-unsafe"}).status == 1);
  CHECK(ReadFile("Dockerfile") == kBroad);
}

TEST_CASE("--fix on standard input is refused, --diff is not") {
  CHECK(RunMain({"lint", "--no-config", "--fix", "-"}, kCasing).status == 2);
  const Ran ran = RunMain({"lint", "--no-config", "--diff", "-"}, kCasing);
  CHECK(ran.status == 1);
  CHECK(ran.out.find("+FROM alpine:3.20 AS tools") != std::string::npos);
}

TEST_CASE("a file that builders refuse is left as it is") {
  const TempFolder folder;
  const InFolder in(folder.path());
  const std::string broken = "FROM alpine:3.20 as tools\nRUM echo one\n";
  folder.Write("Dockerfile", broken);
  CHECK(Lint({"--fix"}).status == 1);
  CHECK(ReadFile("Dockerfile") == broken);
}

TEST_CASE("--fix-unsafe writes the lines that an ignore file lacks") {
  const TempFolder folder;
  const InFolder in(folder.path());
  folder.Write("Dockerfile", kBroad);
  folder.Write("package.json", "{}");
  const std::vector<std::string> words = {"--context", ".", "--select", "CP350,CP351"};
  const auto with = [&](const std::string& option) {
    std::vector<std::string> all = words;
    all.push_back(option);
    return Lint(all);
  };
  CHECK(with("--fix").status == 1);  // not a safe one
  CHECK(with("--fix-unsafe").status == 0);
  CHECK(ReadFile(".dockerignore") == "Dockerfile\n");
  // What stands there stays, and a last line without an end gets one.
  folder.Write(".dockerignore", "*.log");
  CHECK(with("--fix-unsafe").status == 0);
  CHECK(ReadFile(".dockerignore") == "*.log\nDockerfile\n");
}

TEST_CASE("--changed-since looks at what git says has changed, and at its ignore files") {
  const TempFolder folder;
  const InFolder in(folder.path());
  folder.Write("Dockerfile", kCasing);
  folder.Write("api/Dockerfile", kCasing);
  folder.Write("web/Dockerfile", kCasing);
  Git("init -q");
  Git("add .");
  Git("commit -qm one");
  const std::vector<std::string> files = {"Dockerfile", "api/Dockerfile", "web/Dockerfile"};
  const auto since = [&](const std::string& rev) {
    std::vector<std::string> words = {"--changed-since", rev};
    words.insert(words.end(), files.begin(), files.end());
    return Lint(words);
  };
  CHECK(since("HEAD").out == "No findings in 0 files.\n");
  folder.Write("api/Dockerfile", std::string(kCasing) + "RUN echo two\n");
  folder.Write("web/.dockerignore", "*.log\n");
  const Ran ran = since("HEAD");
  CHECK(ran.status == 1);
  CHECK(ran.out.find("api/Dockerfile:1:") != std::string::npos);
  CHECK(ran.out.find("web/Dockerfile:1:") != std::string::npos);
  CHECK(ran.out.find("\nDockerfile:1:") == std::string::npos);
  CHECK(ran.out.substr(0, 10) != "Dockerfile");
  // Wrong revisions and folders without git are errors, never "nothing has changed".
  CHECK(since("no-such-rev").status > 1);
  const TempFolder bare;
  const InFolder elsewhere(bare.path());
  bare.Write("Dockerfile", kCasing);
  CHECK(Lint({"--changed-since", "HEAD", "Dockerfile"}).status > 1);
}

}  // namespace
}  // namespace cacheplan::test
