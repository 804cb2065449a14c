// What a plan says of each stage and of each step that downloads: only what is so.
#include <algorithm>
#include <string>
#include <vector>

#include "cacheplan/plan.h"

#include "support/catch.h"
#include "support/plans.h"

namespace cacheplan {
namespace {

using test::Options;
using test::PlanOf;

Plan Of(const std::string& text, const PlanOptions& options = Options(BuilderKind::kDocker)) {
  PlanOutcome outcome = PlanOf(text, options);
  INFO(outcome.status.message);
  REQUIRE(outcome.plan);
  return std::move(*outcome.plan);
}

PlanOptions With(const std::string& stages, BuilderKind builder = BuilderKind::kDocker) {
  PlanOptions options = Options(builder);
  options.stages = {stages};
  return options;
}

/// "app:d: its layer …", or "-: …" where nothing brings the step back.
std::string At(const Plan& plan, std::uint32_t line) {
  for (const Coverage& item : plan.coverage) {
    if (item.line == line) {
      return (item.image.empty() ? "-" : item.image) + ": " + item.reason;
    }
  }
  return "no such step";
}

/// "app:d: why" of a stage, or "-: why" for one without an image.
std::string Why(const Plan& plan, const std::string& stage) {
  for (const PlannedStage& item : plan.stages) {
    if (item.stage == stage) {
      return (item.image.empty() ? "-" : item.image) + ": " + item.reason;
    }
  }
  return "no such stage";
}

bool Assumes(const Plan& plan, const std::string& text) {
  return std::any_of(plan.assumptions.begin(), plan.assumptions.end(),
                     [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

constexpr const char* kMount =
    "FROM golang AS d\nCOPY go.mod go.sum ./\n"
    "RUN --mount=type=cache,target=/go/pkg/mod go mod download\n"
    "FROM d AS b\nCOPY . .\nRUN --mount=type=cache,target=/go/pkg/mod go build -o /x ./...\n"
    "FROM scratch\nCOPY --from=b /x /x\n";

TEST_CASE("what a step leaves on a cache mount, no image brings back") {
  const Plan plan = Of(kMount);
  CHECK(At(plan, 3) ==
        "-: what it brings stays on the cache mount /go/pkg/mod, which no image carries: its layer "
        "comes back without it, and a fresh machine must download it again");
  CHECK(At(plan, 6) ==
        "-: it compiles, and runs when the source changes; what line 3 left on a cache mount it "
        "downloads again");
  CHECK_THAT(Why(plan, "d"), ContainsSubstring("onto a cache mount, which no image carries"));
  // npm keeps what it brings in node_modules: the mount is its download cache alone.
  const Plan npm =
      Of("FROM node AS d\nCOPY package.json package-lock.json ./\n"
         "RUN --mount=type=cache,target=/root/.npm npm ci\nFROM node\nCOPY --from=d /n /n\n");
  CHECK(At(npm, 3).rfind("app:d: its layer comes back as long as its manifests", 0) == 0);
}

TEST_CASE("ADD asks its server at every build") {
  const std::string text =
      "FROM alpine AS f\nADD https://h.example/a.tgz /a\nADD https://h.example/r.git#main /r\n"
      "ADD --checksum=sha256:" +
      std::string(64, 'a') +
      " https://h.example/b.tgz /b\n"
      "ADD https://h.example/r.git#0123456789012345678901234567890123456789 /s\n"
      "FROM scratch\nCOPY --from=f /a /a\n";
  const Plan plan = Of(text, With("f"));
  CHECK(At(plan, 2) ==
        "app:f: its layer comes back while the server gives the same file, for which BuildKit asks "
        "at every build");
  CHECK(At(plan, 3) ==
        "app:f: its layer comes back while the repository gives the same commit, for which "
        "BuildKit asks at every build");
  for (const std::uint32_t line : {4U, 5U}) {
    CHECK(At(plan, line) ==
          "app:f: its layer comes back as long as its text and what stands above it stay the same");
  }
  const Plan classic =
      Of("FROM alpine AS f\nADD https://h.example/a.tgz /a\nFROM scratch\nCOPY --from=f /a /a\n",
         With("f", BuilderKind::kClassic));
  CHECK_THAT(At(classic, 2), ContainsSubstring("the classic builder downloads it at every build"));
}

TEST_CASE("a download below which source is copied in one image: not safe on Docker 20.10") {
  const std::string one =
      "FROM node AS b\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n"
      "RUN npm run build\nFROM nginx\nCOPY --from=b /dist /dist\n";
  const std::string caveat =
      "; with Docker 20.10 not always, for line 4 copies more into the same image";
  CHECK_THAT(At(Of(one), 3), ContainsSubstring(caveat));
  CHECK(Assumes(Of(one), "The image of b holds a download (line 3)"));
  CHECK_FALSE(Assumes(Of(one, Options(BuilderKind::kClassic)), "20.10"));
  CHECK(At(Of(one, Options(BuilderKind::kClassic)), 3).find("20.10") == std::string::npos);

  // The tip of a chain holds both as well; a stage for the download alone does not.
  const std::string split =
      "FROM golang AS d\nCOPY go.mod go.sum ./\nRUN go mod download\nFROM d AS b\nCOPY . .\n"
      "RUN go build -o /x ./...\nFROM scratch\nCOPY --from=b /x /x\n";
  const Plan tips = Of(split, With("tips"));
  CHECK_THAT(At(tips, 3), ContainsSubstring("part of the image of b and comes back"));
  CHECK_THAT(At(tips, 3), ContainsSubstring("with Docker 20.10 not always, for line 5 copies"));
  CHECK(Assumes(tips, "The image of b holds a download (line 3)"));
  CHECK(At(Of(split), 3).find("20.10") == std::string::npos);
  CHECK_FALSE(Assumes(Of(split), "The image of"));
}

TEST_CASE("an argument with another value in the build of the result: not reused there") {
  const std::string text =
      "FROM golang AS d\nCOPY go.mod go.sum ./\nARG TARGETSTAGE\nRUN go mod download\n"
      "FROM scratch\nCOPY --from=d /x /x\n";
  const Plan plan = Of(text);
  CHECK(At(plan, 4) ==
        "-: line 3 declares TARGETSTAGE, which in the build of d is not what it is in the build of "
        "the result: that runs it again");
  CHECK(Assumes(plan, "the RUN steps below it in d are never reused by the result"));
  CHECK_THAT(Why(plan, "d"), ContainsSubstring("; but TARGETSTAGE (line 3) keeps the result from"));
  // One build alone, or one value for all.
  CHECK(At(Of(text, With("none")), 4).find("TARGETSTAGE") == std::string::npos);
  CHECK_FALSE(Assumes(Of(text, With("none")), "TARGETSTAGE"));
  PlanOptions given = Options(BuilderKind::kDocker);
  given.build_args = {"TARGETSTAGE=x"};
  CHECK(At(Of(text, given), 4).rfind("app:d: its layer comes back", 0) == 0);
  const Plan target = Of("FROM golang\nCOPY go.mod ./\nARG TARGETSTAGE\nRUN go mod download\n");
  CHECK(At(target, 4).rfind("app:latest: its layer comes back", 0) == 0);
  CHECK_FALSE(Assumes(target, "TARGETSTAGE"));

  const Plan epoch =
      Of("FROM golang AS d\nCOPY go.mod ./\nARG SOURCE_DATE_EPOCH\nRUN go mod download\n"
         "FROM scratch\nCOPY --from=d /x /x\n");
  CHECK_THAT(At(epoch, 4), ContainsSubstring("each new value of SOURCE_DATE_EPOCH (line 3)"));
  CHECK(Assumes(epoch, "Line 3 declares SOURCE_DATE_EPOCH"));
}

TEST_CASE("a build never points to a download that is not covered") {
  const std::string text =
      "FROM golang AS d\nCOPY go.mod ./\nRUN go mod download\nFROM d AS b\nCOPY . .\n"
      "RUN go build ./...\nFROM scratch\nCOPY --from=b /x /x\n";
  CHECK(At(Of(text, With("none")), 6) ==
        "-: it compiles, and runs when the source changes; line 3 downloads what it needs, and is "
        "not covered either");
  CHECK_THAT(At(Of(text), 6), ContainsSubstring("what it needs was downloaded at line 3"));
}

TEST_CASE("a step on source that the file fetches itself runs again with the text alone") {
  const Plan plan =
      Of("FROM golang AS t\nRUN git clone https://h.example/t /t\nWORKDIR /t\nRUN go build ./...\n"
         "FROM scratch\nCOPY --from=t /t/x /x\n");
  CHECK(At(plan, 4) == "-: no image of the plan holds the layers of t; choose it with --stages t");
  CHECK_THAT(Why(plan, "t"),
             ContainsSubstring("`go build ./...` (line 4) works on what git clone"));
  CHECK_THAT(Why(plan, "t"), ContainsSubstring("; --stages t takes it"));
}

TEST_CASE("deps takes stages that only fetch for others, system packages alone aside") {
  const std::string tools =
      "FROM python AS tools\nRUN pip install --target /t flask\nFROM python\nCOPY --from=tools /t "
      "/t\n";
  const Plan plan = Of(tools);
  CHECK(plan.images == std::map<std::string, std::string>{{"tools", "app:tools"}});
  CHECK(Why(plan, "tools") ==
        "app:tools: it only fetches for other stages: `pip install --target /t flask` (line 2)");
  const Plan unnamed =
      Of("FROM python\nRUN pip install --target /t flask\nFROM python\nCOPY --from=0 /t /t\n");
  CHECK(unnamed.images.empty());
  CHECK_THAT(Why(unnamed, "stage 0"), ContainsSubstring("it has no name, and only a stage"));

  const Plan system =
      Of("FROM debian AS s\nRUN apt-get install -y curl\nFROM debian\nCOPY --from=s /u /u\n");
  CHECK(system.images.empty());
  CHECK(Why(system, "s") ==
        "-: only system packages: `apt-get install -y curl` (line 2); --stages s takes it");
  CHECK_THAT(
      Why(Of("FROM debian AS f\nRUN apt-get install -y curl\nRUN curl -O https://h.example/a\n"
             "FROM debian\nCOPY --from=f /a /a\n"),
          "f"),
      ContainsSubstring("only system packages and files from the network: `curl -O"));
  const Plan mounted =
      Of("FROM node AS d\nRUN --mount=type=bind,target=. npm ci\nFROM node\nCOPY --from=d /n /n\n");
  CHECK(mounted.images.empty());
}

TEST_CASE("a plan says of each stage what becomes of it, and why") {
  const Plan plan = Of(test::kSeed);
  CHECK(Why(plan, "builder") ==
        "app:builder: `go mod download` (line 4) depends on go.mod, go.sum, and no change of "
        "ordinary source runs it again");
  CHECK(Why(plan, "compile") ==
        "-: `go build -o /out/server ./cmd/server` (line 7) compiles, so that it runs with every "
        "change of source");
  CHECK(Why(plan, "server") == "app:latest: it is the target, and downloads nothing");

  const Plan one = Of("FROM node\nCOPY package.json ./\nRUN npm ci\nCOPY . .\n");
  CHECK(Why(one, "stage 0") ==
        "app:latest: it is the target, and its own image carries `npm ci` (line 3)");
  CHECK_THAT(ExplainPlan(one),
             ContainsSubstring("No stage but the target gets an image of its own."));
  CHECK_THAT(ExplainPlan(one), ContainsSubstring("It is the target, and its own image carries"));

  const std::string unused =
      "FROM node AS u\nCOPY package.json ./\nRUN npm ci\nFROM alpine\nRUN apk add curl\n";
  CHECK(Why(Of(unused), "u") == "-: the target does not need it: it is not built");
  CHECK_THAT(Why(Of(unused, Options(BuilderKind::kClassic)), "u"),
             ContainsSubstring("; the target does not need it, but the classic builder runs every "
                               "stage above the target"));
  CHECK_THAT(Why(Of(unused, With("none", BuilderKind::kClassic)), "u"),
             ContainsSubstring("-: --stages none; the target does not need it"));

  const std::string chain =
      "FROM golang AS a\nCOPY go.mod ./\nRUN go mod download\nFROM a AS b\nRUN true\nFROM "
      "alpine\nCOPY --from=b /x /x\n";
  CHECK(Why(Of(chain, With("tips")), "a") ==
        "-: another stage is built FROM it: b; its layers are part of app:b");
  CHECK(Why(Of(chain, With("b")), "b") == "app:b: --stages names it");
  CHECK(Why(Of(chain, With("all")), "b") ==
        "app:b: --stages all takes each stage that has an instruction");
  CHECK(Why(Of(chain), "b") == "-: nothing in it downloads");
}

TEST_CASE("a plan without its stages, as older programs wrote them, is still read") {
  const Plan plan = Of(test::kSeed);
  std::string json = PlanToJson(plan);
  const std::size_t at = json.find(",\n  \"stages\": [");
  REQUIRE(at != std::string::npos);
  json = json.substr(0, at) + "\n}\n";
  const Result<Plan> read = PlanFromJson(json);
  REQUIRE(read.ok());
  CHECK(read.value().stages.empty());
  CHECK(read.value().steps.size() == plan.steps.size());
}

}  // namespace
}  // namespace cacheplan
