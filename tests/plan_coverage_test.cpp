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
  CHECK(Why(plan, "d") ==
        "-: what `go mod download` (line 3) brings stays on the cache mount /go/pkg/mod, which no "
        "image carries");
  CHECK(plan.images.empty());
  CHECK(Of(kMount, With("d")).images.size() == 1);
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
  CHECK(At(plan, 4) ==
        "-: no image of the plan holds the layers of t; choose it with --stages deps,t");
  CHECK_THAT(Why(plan, "t"),
             ContainsSubstring("`go build ./...` (line 4) works on what git clone"));
  CHECK_THAT(Why(plan, "t"), ContainsSubstring("; --stages deps,t takes it"));
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
        "-: only system packages: `apt-get install -y curl` (line 2); --stages deps,s takes it");
  CHECK_THAT(
      Why(Of("FROM debian AS f\nRUN apt-get install -y curl\nRUN curl -O https://h.example/a\n"
             "FROM debian\nCOPY --from=f /a /a\n"),
          "f"),
      ContainsSubstring("only system packages and files from the network: `curl -O"));
  const Plan mounted =
      Of("FROM node AS d\nRUN --mount=type=bind,target=. npm ci\nFROM node\nCOPY --from=d /n /n\n");
  CHECK(mounted.images.empty());
}

TEST_CASE("deps takes stages that compile tools for others") {
  const auto why = [](const std::string& lines) {
    return Why(Of("FROM golang AS t\n" + lines +
                  "FROM golang AS b\nCOPY --from=t /go/bin /b\n"
                  "COPY . .\nRUN go build ./...\nFROM scratch\nCOPY --from=b /x /x\n"),
               "t");
  };
  CHECK(why("RUN go install example.com/lint@v1.60.0\n") ==
        "app:t: it makes a tool for other stages: `go install example.com/lint@v1.60.0` (line 2) "
        "depends on its text alone");
  CHECK_THAT(why("RUN apt-get install -y git\nRUN cargo install cargo-chef@1\n"),
             ContainsSubstring("app:t: it makes a tool for other stages: `cargo install"));
  // One that compiles the project's own source has layers that change with it.
  CHECK_THAT(why("RUN go install example.com/lint@v1\nCOPY tools tools\nRUN make -C tools\n"),
             ContainsSubstring("-: "));
  CHECK_THAT(why("COPY . .\nRUN go install example.com/lint@v1\n"), ContainsSubstring("-: "));
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

TEST_CASE("an install of a RUN that reads the source is to be split off, not moved") {
  const std::string head = "FROM debian AS b\nCOPY . /src\nRUN ";
  const std::string rest = "\nFROM debian\nCOPY --from=b /x /x\n";
  const std::string after =
      "-: source is copied before it (line 2), so no image helps once source changes; ";
  CHECK(At(Of(head + "apt-get install -y git" + rest), 3) == after + "move it above the source");
  CHECK(At(Of(head + "apt-get install -y cmake && cd /src && cmake . && make" + rest), 3) ==
        after + "give it a RUN of its own above the source");
  CHECK(At(Of(head + "apt-get install -y /src/x.deb" + rest), 3) ==
        after + "if it needs none of the source, give it a RUN of its own above that");
}

TEST_CASE("a stage whose steps all run with the source is not advised to have an image") {
  const std::string rest = "\nFROM debian\nCOPY --from=b /x /x\n";
  CHECK(Why(Of("FROM debian AS b\nCOPY . /src\nRUN apt-get install -y cmake && cmake /src" + rest),
            "b") ==
        "-: only system packages: `apt-get install -y cmake` (line 3); every change of source runs "
        "it again");
  CHECK_THAT(Why(Of("FROM debian AS b\nRUN apt-get install -y cmake\nCOPY . /src\n"
                    "RUN apt-get install -y git && cmake /src" +
                    rest),
                 "b"),
             ContainsSubstring("; --stages deps,b takes it"));
}

TEST_CASE("what a stage brings is not said to be all where a part of it is not known") {
  const std::string rest = "\nFROM debian\nCOPY --from=b /x /x\n";
  const auto why = [&](const std::string& lines) {
    return Why(Of("FROM debian AS b\nCOPY x.sh /\n" + lines + rest), "b");
  };
  CHECK(why("RUN apt-get install -y curl\nRUN /x.sh") ==
        "-: it is known to download only system packages: `apt-get install -y curl` (line 3), and "
        "what else line 4 brings is not known; --stages deps,b takes it");
  CHECK_THAT(
      why("RUN curl -O https://h.example/a\nRUN /x.sh\nRUN true\nRUN /x.sh"),
      ContainsSubstring("it is known to download only files from the network: `curl -O "
                        "https://h.example/a` (line 3), and what else lines 4 and 6 bring is not "
                        "known"));
  CHECK_THAT(
      why("RUN npm install -g yarn\nCOPY . .\nRUN /x.sh"),
      ContainsSubstring("it is known to download nothing that the project declares, only "
                        "tools: `npm install -g yarn` (line 3), and what else line 5 brings"));
  CHECK(why("RUN /x.sh\nRUN /x.sh\nRUN /x.sh") ==
        "-: nothing in it is known to download (what lines 3, 4 and 1 more bring is not known)");
  CHECK(why("RUN true") == "-: nothing in it downloads");
  const Plan target = Of("FROM debian\nCOPY x.sh /\nRUN /x.sh\n");
  CHECK(Why(target, "stage 0") ==
        "app:latest: it is the target, and nothing in it is known to download (what line 3 "
        "brings is not known)");
  CHECK_THAT(ExplainPlan(target),
             ContainsSubstring("none: no step that is built is known to download anything"));
}

TEST_CASE("what builds is named, not the install beside it") {
  const Plan plan =
      Of("FROM node AS b\nCOPY . .\nRUN yarn install && yarn build\n"
         "FROM nginx\nCOPY --from=b /dist /dist\n");
  CHECK(Why(plan, "b") ==
        "-: `yarn build` is in one RUN with `yarn install` (line 3), so that every change of "
        "source runs both again");
  CHECK(At(Of("FROM node AS b\nCOPY package.json ./\nRUN yarn install\nCOPY . .\n"
              "RUN yarn install --offline && yarn build\nFROM nginx\nCOPY --from=b /dist /dist\n"),
           5)
            .find("it compiles") == std::string::npos);
}

TEST_CASE("a step depends on what comes from outside, not on what the file writes itself") {
  const Plan lists =
      Of("FROM python AS b\nCOPY Pipfile Pipfile.lock /app/\nWORKDIR /install\n"
         "RUN cd /app && pipenv lock -r > /requirements.txt\n"
         "RUN pip install -r /requirements.txt\nFROM python\nCOPY --from=b /install /i\n");
  CHECK_THAT(Why(lists, "b"),
             ContainsSubstring("`pipenv lock -r` (line 4) depends on Pipfile, Pipfile.lock, and"));
  const Plan own =
      Of("FROM python AS b\nWORKDIR /app\nCOPY poetry.lock pyproject.toml ./\n"
         "RUN poetry export > req.txt && pip wheel -r req.txt\nFROM python\nCOPY --from=b /w /w\n");
  CHECK_THAT(Why(own, "b"), ContainsSubstring("depends on poetry.lock, pyproject.toml, and"));
}

TEST_CASE("the values of build arguments are among what a layer depends on") {
  const std::string text =
      "FROM python AS b\nARG EARLY\nENV EARLY=1\nARG CLI\nARG TWO\nARG FIXED=3\nARG NAMED=4\n"
      "ENV TWO=$TWO\nRUN pip install awscli==$CLI x==${NAMED}\nARG LATE\n"
      "ADD https://h.example/$CLI /x\nFROM b\nRUN apt-get install -y curl\n";
  const Plan plan = Of(text, With("b"));
  CHECK(At(plan, 9) ==
        "app:b: its layer comes back as long as its text, what stands above it and the values of "
        "CLI, TWO, NAMED stay the same");
  CHECK(At(plan, 13) ==
        "app:latest: its layer comes back as long as its text, what stands above it and the values "
        "of CLI, TWO, LATE stay the same");
  PlanOptions given = With("b");
  given.build_args = {"FIXED=9"};
  CHECK_THAT(At(Of(text, given), 9), ContainsSubstring("the values of CLI, TWO, FIXED, NAMED"));
  // The classic builder hands none on to the stages below.
  CHECK_THAT(At(Of(text, With("b", BuilderKind::kClassic)), 13),
             ContainsSubstring("as long as its text and what stands above it stay the same"));
  CHECK_THAT(At(Of("FROM node\nARG T\nCOPY package.json ./\nRUN npm ci\n"), 4),
             ContainsSubstring("as long as its manifests, what stands above them and the value of "
                               "T stay the same"));
}

TEST_CASE("a RUN that upgrades and installs is called by what it installs") {
  const Plan plan =
      Of("FROM alpine\nRUN apk update && apk upgrade && apk add git && apk add make\n");
  CHECK(plan.coverage.at(0).command == "apk add git");
  CHECK_THAT(Why(plan, "stage 0"), ContainsSubstring("carries `apk add git` (line 2)"));
  CHECK(Of("FROM debian\nRUN apt-get upgrade -y\n").coverage.at(0).command == "apt-get upgrade -y");
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
