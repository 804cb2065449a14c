// `cacheplan lint` as it is used: which files, which rules, what counts, what a baseline hides.
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cacheplan/findings.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/program.h"
#include "support/schema.h"

namespace cacheplan::test {
namespace {

using Json = nlohmann::json;

constexpr const char* kDockerfile = "FROM alpine as Base\nRUN true\n";

/// "CODE:LINE …", sorted as the tool does.
std::string Found(const std::string& json) {
  const Json report = Json::parse(json);
  std::string all;
  for (const Json& one : report["diagnostics"]) {
    all += (all.empty() ? "" : " ") + one["code"].get<std::string>() + ":" +
           std::to_string(one["line"].get<int>());
  }
  return all;
}

Ran Lint(const std::vector<std::string>& more) {
  std::vector<std::string> words = {"lint", "--no-config", "--format", "json"};
  words.insert(words.end(), more.begin(), more.end());
  return RunMain(words);
}

TEST_CASE("rules are chosen by code, name and group; a word for none of them is wrong usage") {
  const TempFolder folder;
  folder.Write("Dockerfile", kDockerfile);
  const InFolder here(folder.path());
  CHECK(Found(Lint({}).out) == "FromAsCasing:1 StageNameCasing:1");
  CHECK(Found(Lint({"--select", "stagenamecasing"}).out) == "StageNameCasing:1");
  CHECK(Found(Lint({"--select", "UndefinedVar,FromAsCasing"}).out) == "FromAsCasing:1");
  CHECK(Found(Lint({"--select", "buildkit", "--ignore", "FromAsCasing"}).out) ==
        "StageNameCasing:1");
  CHECK(Lint({"--ignore", "all"}).status == 0);
  const Ran wrong = Lint({"--select", "FromAsCasin"});
  CHECK(wrong.status == 2);
  CHECK(wrong.out.empty());
  CHECK(wrong.err ==
        "cacheplan: 'FromAsCasin' is no rule and no group of rules (did you mean FromAsCasing?)\n");
  CHECK(Lint({"--ignore", "CP001"}).err.find("cannot be switched off") != std::string::npos);
  CHECK(Lint({"--ignore", "what-is-this"}).err.find("see 'cacheplan rules'") != std::string::npos);
}

TEST_CASE("a file is read with the arguments and for the target that are given") {
  const TempFolder folder;
  folder.Write("Dockerfile",
               "ARG REGISTRY\nFROM ${REGISTRY}/base:1 AS a\nRUN true\nFROM a AS b\nRUN true\n");
  const InFolder here(folder.path());
  const std::vector<std::string> own = {"--select", "cache"};
  const auto with = [&own](std::vector<std::string> more) {
    more.insert(more.end(), own.begin(), own.end());
    return Lint(more);
  };
  CHECK(Found(with({}).out) == "CP103:2");
  const Ran given = with({"--build-arg", "REGISTRY=registry.example.com"});
  CHECK(Found(given.out).empty());
  CHECK(given.status == 0);
  CHECK(Found(with({"--build-arg", "REGISTRY=a.b", "--target", "c"}).out) == "CP101:0");
  CHECK(with({"--build-arg", "=x"}).status == 2);
}

TEST_CASE("the exit status: findings by their severity, never by the form") {
  const TempFolder folder;
  folder.Write("Dockerfile", kDockerfile);
  folder.Write("clean", "FROM alpine:3\nRUN true\n");
  folder.Write("refused", "FROM alpine\nRUMM true\n");
  const InFolder here(folder.path());
  const std::vector<std::pair<std::vector<std::string>, int>> rows = {
      {{"clean"}, 0},
      {{"Dockerfile"}, 1},
      {{"Dockerfile", "--fail-on", "error"}, 0},
      {{"Dockerfile", "--fail-on", "never"}, 0},
      {{"refused", "--fail-on", "error"}, 1},
      {{"refused", "--fail-on", "never"}, 0},
      {{"clean", "missing"}, 3},
      {{"Dockerfile", "missing"}, 3},
      {{"Dockerfile", "--fail-on", "some"}, 2},
      {{"Dockerfile", "--builder", "none"}, 2},
      {{"Dockerfile", "--write-baseline"}, 2},
      {{"Dockerfile", "--changed-since", ""}, 2},
  };
  for (const auto& [words, status] : rows) {
    for (const ReporterInfo& reporter : AllReporters()) {
      std::vector<std::string> line = {"lint", "--no-config", "--format",
                                       std::string(reporter.name)};
      line.insert(line.end(), words.begin(), words.end());
      INFO(CommandLine(line));
      CHECK(RunMain(line).status == status);
    }
  }
}

TEST_CASE("check=error=true fails the file as BuildKit does, unless nothing may") {
  const TempFolder folder;
  folder.Write("Dockerfile", std::string("# check=error=true\n") + kDockerfile);
  folder.Write("skipped", std::string("# check=skip=all;error=true\n") + kDockerfile);
  const InFolder here(folder.path());
  CHECK(Lint({"--fail-on", "error"}).status == 1);
  CHECK(Lint({"--fail-on", "never"}).status == 0);
  CHECK(Lint({"--fail-on", "error", "skipped"}).status == 0);
}

TEST_CASE("findings of a file are in order of place, whoever made them") {
  const TempFolder folder;
  folder.Write("a", kDockerfile);
  folder.Write("b", "FROM alpine AS x\nCOPY --from=nix a b\nWORKDIR y\nFROM nix:1 AS Z\n");
  const InFolder here(folder.path());
  const Json json = Json::parse(Lint({"b", "a", "b"}).out);
  std::string last;
  std::vector<std::string> files;
  int line = 0;
  for (const Json& one : json["diagnostics"]) {
    if (one["file"] != last) {
      last = one["file"];
      files.push_back(last);
      line = 0;
    }
    CHECK(one["line"].get<int>() >= line);
    line = one["line"];
  }
  CHECK(files == std::vector<std::string>{"b", "a", "b"});
}

TEST_CASE("colours: only where a terminal or the user wants them") {
  const TempFolder folder;
  folder.Write("Dockerfile", kDockerfile);
  const InFolder here(folder.path());
  CHECK(RunMain({"lint"}).out.find('\x1b') == std::string::npos);  // no terminal here
  CHECK(RunMain({"lint", "--color", "always"}).out.find('\x1b') != std::string::npos);
  CHECK(RunMain({"lint", "--color", "never"}).out.find('\x1b') == std::string::npos);
  CHECK(RunMain({"lint", "--color", "some"}).status == 2);
}

TEST_CASE("a baseline hides what was there, and nothing else") {
  namespace fs = std::filesystem;
  const TempFolder folder;
  fs::create_directories(folder.path() + "/sub");
  folder.Write("Dockerfile", kDockerfile);
  folder.Write("other", kDockerfile);
  const InFolder here(folder.path());
  CHECK(Lint({"--baseline", "base.json"}).status == 3);  // there is none yet
  const Ran written = Lint({"--baseline", "base.json", "--write-baseline", "Dockerfile", "other"});
  CHECK(written.status == 0);
  CHECK(written.out.empty());
  CHECK(written.err == "base.json: holds 4 findings of this run\n");
  const std::string text = ReadFile(folder.path() + "/base.json");
  CHECK(
      Schema(ReadFile(SourcePath("docs/schema/baseline.schema.json"))).Accepts(Json::parse(text)));
  CHECK(LinesOf(text).size() == 5);

  const Ran same = Lint({"--baseline", "base.json", "Dockerfile"});
  CHECK(same.status == 0);
  CHECK(Found(same.out).empty());
  CHECK(same.err == "base.json: 2 known findings not shown\n");
  // However the file is called, and from wherever.
  CHECK(Lint({"--baseline", "base.json", "./sub/../Dockerfile", "Dockerfile"}).status == 0);
  {
    const InFolder below(folder.path() + "/sub");
    CHECK(Lint({"--baseline", "../base.json", "../Dockerfile"}).status == 0);
  }
  CHECK(Lint({"--baseline", "base.json", "-"}).status == 1);

  SECTION("lines that move keep their entries; one that is new is reported") {
    folder.Write("Dockerfile", "# a comment\n\nFROM alpine as Base\nRUN true\nrun false\n");
    const Ran moved = Lint({"--baseline", "base.json"});
    CHECK(Found(moved.out) == "ConsistentInstructionCasing:5");
    CHECK(moved.status == 1);
  }
  SECTION("the same mistake once more is new") {
    folder.Write("Dockerfile", "FROM alpine as Base\nFROM alpine as Base2\n");
    CHECK(Found(Lint({"--baseline", "base.json"}).out) == "FromAsCasing:2 StageNameCasing:2");
  }
  SECTION("what is fixed is stale, and goes when it is written anew; other files stay") {
    folder.Write("Dockerfile", "FROM alpine as base\nRUN true\n");
    const Ran fixed = Lint({"--baseline", "base.json"});
    CHECK(fixed.err ==
          "base.json: 0 known findings not shown\n"
          "base.json: stale entry: FromAsCasing in Dockerfile is fixed\n"
          "base.json: stale entry: StageNameCasing in Dockerfile is fixed\n"
          "base.json: --write-baseline takes what is stale out of it\n");
    const Ran anew = Lint({"--baseline", "base.json", "--write-baseline"});
    CHECK(anew.err == "base.json: holds 1 finding of this run, and 2 that it did not look for\n");
    CHECK(Lint({"--baseline", "base.json", "Dockerfile", "other"}).err ==
          "base.json: 3 known findings not shown\n");
    fs::remove(folder.path() + "/other");
    CHECK(Lint({"--baseline", "base.json", "--write-baseline"}).err ==
          "base.json: holds 1 finding of this run\n");
  }
  SECTION("a file that cannot be read tells nothing of what it had") {
    folder.Write("Dockerfile", "FRMO alpine as Base\nRUN true\n");
    CHECK(Lint({"--baseline", "base.json"}).err.find("stale") == std::string::npos);
    const Ran anew = Lint({"--baseline", "base.json", "--write-baseline"});
    CHECK(anew.err.find("that it did not look for") != std::string::npos);
    folder.Write("Dockerfile", "FROM alpine as Base\nRUN true\n");
    CHECK(Lint({"--baseline", "base.json"}).status == 0);
  }
  SECTION("what is not looked for is not stale, and stays") {
    folder.Write("Dockerfile", "FROM alpine AS base\nRUN true\n");
    CHECK(Lint({"--baseline", "base.json", "--select", "FromAsCasing"}).err ==
          "base.json: 0 known findings not shown\n"
          "base.json: stale entry: FromAsCasing in Dockerfile is fixed\n"
          "base.json: --write-baseline takes what is stale out of it\n");
    CHECK(Lint({"--baseline", "base.json", "--select", "FromAsCasing", "--write-baseline"}).err ==
          "base.json: holds 0 findings of this run, and 3 that it did not look for\n");
  }
  SECTION("written twice it is the same") {
    Lint({"--baseline", "base.json", "--write-baseline", "other", "Dockerfile"});
    CHECK(ReadFile(folder.path() + "/base.json") == text);
  }
  SECTION("a file that is no baseline is wrong usage, and is not written over") {
    for (const std::string wrong :
         {"", "[]", "{\"version\":2,\"findings\":[]}", "{\"version\":1,\"findings\":[{}]}"}) {
      folder.Write("base.json", wrong);
      CHECK(Lint({"--baseline", "base.json"}).status == 2);
      CHECK(Lint({"--baseline", "base.json", "--write-baseline"}).status == 2);
      CHECK(ReadFile(folder.path() + "/base.json") == wrong);
    }
  }
}

TEST_CASE("a baseline hides checks that check=error=true would fail") {
  const TempFolder folder;
  folder.Write("Dockerfile", std::string("# check=error=true\n") + kDockerfile);
  const InFolder here(folder.path());
  Lint({"--baseline", "b", "--write-baseline"});
  CHECK(Lint({"--baseline", "b"}).status == 0);
}

TEST_CASE("--packages: rules know the package managers of the user's own tables") {
  const TempFolder folder;
  const InFolder in(folder.path());
  folder.Write("Dockerfile", "FROM debian:12\nWORKDIR /app\nCOPY . .\nRUN fetchall deps\n");
  folder.Write(
      "own.json",
      R"({"manager":"fetchall","title":"our own","ecosystem":"other","commands":["fetchall"],)"
      R"("manifests":["fetch.list"],"rules":[{"verbs":["deps"],"is":"project"}],)"
      R"("examples":{"project":["fetchall deps"],"nothing":["fetchall help"]}})");
  CHECK(RunMain({"lint", "--no-config"}).out.find("CP301") == std::string::npos);
  CHECK(RunMain({"lint", "--no-config", "--packages", "own.json"}).out.find("CP301") !=
        std::string::npos);
  CHECK(RunMain({"lint", "--no-config", "--packages", "none.json"}).status > 1);
}

TEST_CASE("an annotation that cannot be read is reported with the rules' findings") {
  const Ran ran = RunMain({"lint", "--no-config", "-"},
                          "FROM debian:12\n# cacheplan: deps=gopher\nRUN ./get.sh\n");
  CHECK(ran.out.find("CP401") != std::string::npos);
  CHECK(ran.status == 1);
}

TEST_CASE("a finding about a command that begins a continued line is on that line") {
  const Ran ran =
      RunMain({"lint", "--no-config", "--select", "CP317", "-"},
              "FROM debian:12\nRUN cd /opt && \\\ngit clone https://example.org/a.git\n");
  CHECK(ran.out.find("-:3:1:") != std::string::npos);
}

}  // namespace
}  // namespace cacheplan::test
