// Annotations above an instruction: they name what cannot be read and correct what was misread.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/report.h"

#include "support/catch.h"
#include "support/detected.h"
#include "support/program.h"

namespace cacheplan::test {
namespace {

std::string Steps(const Detected& detected) {
  std::string text;
  for (const DependencyStep& step : detected.deps.stages.at(0).steps) {
    text += std::to_string(step.line) + " " + std::string(Name(step.kind)) + "/" +
            std::string(step.ecosystem);
    text += step.mode ? " " + std::string(Name(*step.mode)) : "";
    text += !step.manifests_first ? "" : *step.manifests_first ? " first" : " after";
    text += step.annotated ? " annotated; " : "; ";
  }
  return text;
}

TEST_CASE("an annotation names an opaque step, which is then known", "[annotations]") {
  const Detected detected(
      "FROM a\nCOPY go.mod .\n# cacheplan: deps=go manifests=go.mod,tools.txt\nRUN ./get.sh\n");
  CHECK(Steps(detected) == "4 project/go download first annotated; ");
  const StageDependencies& stage = detected.deps.stages[0];
  CHECK(stage.unknown.empty());
  CHECK(stage.is_dependency_stage);
  const DependencyStep& step = stage.steps[0];
  CHECK(step.manager == "annotation");
  CHECK(step.command == "./get.sh");
  CHECK(step.manifests == std::vector<std::string_view>{"go.mod", "tools.txt"});
  CHECK(step.commands.empty());
  CHECK(step.why[0].find("annotation at line 3") != std::string::npos);
  REQUIRE(step.files.size() == 1);
  CHECK(step.files[0].path == "go.mod");
}

TEST_CASE("an annotation's manifests are none of the source", "[annotations]") {
  const std::string copy = "FROM a\nCOPY DEPS ./\n";
  CHECK(Steps(Detected(copy + "# cacheplan: deps=go\nRUN ./get.sh\n")) ==
        "4 project/go download after annotated; ");
  CHECK(Steps(Detected("FROM a\nCOPY lists ./\n# cacheplan: deps=go manifests=a/lists/\n"
                       "RUN ./get.sh\n")) == "4 project/go download first annotated; ");
  CHECK(Steps(Detected(copy + "# cacheplan: deps=go manifests=DEPS\nRUN ./get.sh\n")) ==
        "4 project/go download first annotated; ");
}

TEST_CASE("deps=none silences what was found", "[annotations]") {
  const Detected detected(
      "FROM a\n# cacheplan: deps=none\nRUN curl http://localhost/x\n"
      "# cacheplan: deps=none\nADD https://x.org/a /usr/bin/a\nRUN npm ci\n");
  CHECK(Steps(detected) == "6 project/npm download; ");
  CHECK(detected.deps.stages[0].why[0] ==
        "Line 3 downloads nothing: the annotation at line 2 says so.");
}

TEST_CASE("what deps=none stands above brings no source", "[annotations]") {
  const std::string rest = "RUN git clone https://x.org/x /x\nRUN pip install -r /x/r.txt\n";
  CHECK(Steps(Detected("FROM a\n" + rest)) == "2 fetch/git; 3 project/python download after; ");
  CHECK(Steps(Detected("FROM a\n# cacheplan: deps=none\n" + rest)) ==
        "4 project/python download; ");
}

TEST_CASE("an annotation corrects the step of its kind and ecosystem", "[annotations]") {
  CHECK(Steps(Detected("FROM a\nCOPY . .\n# cacheplan: deps=npm mode=build\n"
                       "RUN npm ci && ./x && pip install y\n")) ==
        "4 project/npm build after annotated; 4 tool/python; ");
  CHECK(Steps(Detected("FROM a\n# cacheplan: deps=apt kind=system\n# cacheplan: deps=go kind=tool\n"
                       "RUN ./x\n")) == "4 system/apt annotated; 4 tool/go annotated; ");
}

TEST_CASE("other comments are none", "[annotations]") {
  const Detected detected(
      "FROM a\n# cacheplan ignore=CP301\n# cacheplan is nice\n# see cacheplan: deps=go\n"
      "# cacheplan global ignore=CP301\nRUN ./x\n");
  CHECK(detected.deps.diagnostics.empty());
  CHECK(Steps(detected).empty());
}

TEST_CASE("what is wrong in an annotation has its place, and the annotation does not count",
          "[annotations]") {
  const Detected detected("FROM a\n# cacheplan: deps=go knd=tool\nRUN npm ci\n");
  CHECK(Steps(detected) == "3 project/npm download; ");
  REQUIRE(detected.deps.diagnostics.size() == 1);
  const Diagnostic& diagnostic = detected.deps.diagnostics[0];
  CHECK(diagnostic.diag == Diag::kBadAnnotation);
  CHECK(diagnostic.line == 2);
  CHECK(detected.file.source->Slice(diagnostic.span) == "knd=tool");
  CHECK(diagnostic.message == "unknown key 'knd' (did you mean kind?)");
}

/// "line: message; " for each.
std::string Complaints(const std::string& text) {
  const Detected detected(text);
  std::string all;
  for (const Diagnostic& diagnostic : detected.deps.diagnostics) {
    CHECK(diagnostic.diag == Diag::kBadAnnotation);
    all += std::to_string(diagnostic.line) + ": " + diagnostic.message + "; ";
  }
  return all;
}

TEST_CASE("the kind is that of the ecosystem", "[annotations]") {
  for (const auto& [ecosystem, kind] : {std::pair<std::string, std::string>{"apt", "system"},
                                        {"apk", "system"},
                                        {"rpm", "system"},
                                        {"pacman", "system"},
                                        {"other-system", "system"},
                                        {"url", "fetch"},
                                        {"git", "fetch"}}) {
    CHECK(Steps(Detected("FROM a\n# cacheplan: deps=" + ecosystem + "\nRUN ./x\n")) ==
          "3 " + kind + "/" + ecosystem + " annotated; ");
  }
  CHECK(Steps(Detected("FROM a\n# cacheplan: deps=other\nRUN ./x\n")) ==
        "3 project/other download annotated; ");
  CHECK(Complaints("FROM a\n# cacheplan: deps=apt kind=project\nRUN ./x\n") ==
        "2: kind=project does not go with deps=apt; ");
  CHECK(Complaints("FROM a\n# cacheplan: deps=go kind=system\nRUN ./x\n") ==
        "2: kind=system does not go with deps=go; ");
  CHECK(Complaints("FROM a\n# cacheplan: kind=tool deps=url\nRUN ./x\n") ==
        "2: kind=tool does not go with deps=url; ");
}

TEST_CASE("an annotated step is shown by what could not be read", "[annotations]") {
  const Detected run("FROM a\n# cacheplan: deps=go\nRUN npm ci && ./x.sh a\n");
  REQUIRE(run.deps.stages[0].steps.size() == 2);
  CHECK(run.deps.stages[0].steps[1].command == "./x.sh a");
  const Detected add("FROM a\n# cacheplan: deps=go\nADD https://x.org/y /z\n");
  REQUIRE(add.deps.stages[0].steps.size() == 2);
  CHECK(add.deps.stages[0].steps[1].command == "ADD https://x.org/y /z");
}

TEST_CASE("an annotation that would count for nothing is reported", "[annotations]") {
  CHECK(Complaints("FROM a\nRUN ./x\n# cacheplan: deps=go\n") == "3: no instruction follows it; ");
  CHECK(Complaints("FROM a\nRUN <<EOF\n# cacheplan: deps=go\nEOF\n").empty());
  for (const char* comment :
       {"cacheplan : deps=go", "CACHEPLAN: deps=go", "Cacheplan: Deps=go", "cacheplan deps=go"}) {
    INFO(comment);
    CHECK(Complaints(std::string("FROM a\n# ") + comment + "\nRUN ./x\n") ==
          "2: an annotation starts with 'cacheplan:'; ");
  }
  CHECK(Complaints("FROM a\n# cacheplan: deps=go manifests=\"go.mod, go.sum\"\nRUN ./x\n") ==
        "2: manifests has quotes in its value; ");
  CHECK(Complaints("FROM a\n# cacheplan: deps=go\n# cacheplan: deps=none\nRUN ./x\n") ==
        "3: deps=none stands with another annotation of the instruction; ");
}

TEST_CASE("a named manifest that no line brings", "[annotations]") {
  const auto says = [](const std::string& copy) {
    const Detected detected("FROM a\n" + copy +
                            "# cacheplan: deps=go manifests=go.mod,tools.txt\nRUN ./x\n");
    const auto& why = detected.deps.stages[0].steps.at(0).why;
    return std::count(why.begin(), why.end(), "No line before it brings tools.txt.");
  };
  CHECK(says("COPY go.mod ./\n") == 1);
  CHECK(says("COPY go.mod *.txt ./\n") == 0);
  CHECK(says("COPY go.mod tools.txt ./\n") == 0);
  CHECK(says("COPY . .\n") == 0);
}

TEST_CASE("a bad annotation fails every command that looks for steps", "[annotations]") {
  const TempFolder folder;
  folder.Write("Dockerfile", "FROM a\n# cacheplan: deps=pyton\nRUN ./x\n");
  const InFolder here(folder.path());
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{},
                                             {"deps"},
                                             {"graph"},
                                             {"plan", "-t", "r.example/i"},
                                             {"run", "-t", "i", "--dry-run"}}) {
    const Ran ran = RunMain(words);
    CHECK(ran.status == 1);
    CHECK(ran.err.find(
              "Dockerfile:2:19: error: unknown ecosystem 'pyton' (did you mean python?)") == 0);
  }
}

TEST_CASE("every command that looks for steps takes --packages", "[annotations][packages]") {
  const TempFolder folder;
  folder.Write("Dockerfile", "FROM a AS b\nCOPY zap.toml .\nRUN zap get\nFROM b\nRUN true\n");
  folder.Write("zap.json",
               R"({"manager": "zap", "title": "x", "ecosystem": "zap", "commands": ["zap"],
                   "manifests": ["zap.toml"], "rules": [{"verbs": ["get"], "is": "project"}]})");
  folder.Write("bad.json", R"({"manger": "zap"})");
  const InFolder here(folder.path());
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{},
                                             {"deps"},
                                             {"graph"},
                                             {"packages", "zap"},
                                             {"plan", "-t", "r.example/i", "--explain"}}) {
    std::vector<std::string> good = words;
    good.insert(good.end(), {"--packages", "zap.json"});
    const Ran ran = RunMain(good);
    INFO(CommandLine(good) << ran.err);
    CHECK(ran.status == 0);
    CHECK(ran.out.find("zap") != std::string::npos);
    good.back() = "bad.json";
    const Ran bad = RunMain(good);
    CHECK(bad.status == 2);
    CHECK(bad.err.find("bad.json, key \"manger\": unknown (did you mean \"manager\"?)") !=
          std::string::npos);
  }
}

TEST_CASE("packages shows one by its name or its command", "[packages]") {
  CHECK(RunMain({"packages", "mvn"}).out == RunMain({"packages", "maven"}).out);
  const Ran unknown = RunMain({"packages", "crago"});
  CHECK(unknown.status == 2);
  CHECK(
      unknown.err ==
      "cacheplan: there is no package manager 'crago' (did you mean cargo?); 'cacheplan packages' "
      "lists them\n");
}

}  // namespace
}  // namespace cacheplan::test
