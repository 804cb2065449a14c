// Which commands a plan has, for which builder, and what stands in the way of one.
#include "cacheplan/plan.h"

#include "support/catch.h"
#include "support/plans.h"

namespace cacheplan {
namespace {

using test::kSeed;
using test::kTwo;
using test::Lines;
using test::Options;
using test::PlanOf;

using Words = std::vector<std::string>;

TEST_CASE("classic: the five steps: pull, build the builder, build the rest, push both") {
  const PlanOutcome outcome = PlanOf(kSeed, Options(BuilderKind::kClassic));
  REQUIRE(outcome.plan);
  CHECK(Lines(*outcome.plan) ==
        Words{"pull-builder?: docker pull app:builder",
              "build-builder: docker build --target builder --cache-from app:builder --tag "
              "app:builder .",
              "build-server: docker build --cache-from app:builder --tag app:latest .",
              "push-server: docker push app:latest", "push-builder: docker push app:builder"});
  CHECK(outcome.plan->steps[1].env.at("DOCKER_BUILDKIT") == "0");
  CHECK(outcome.plan->steps[1].needs == Words{"pull-builder"});
  CHECK(outcome.plan->steps[2].needs == Words{"build-builder"});
  CHECK(outcome.plan->steps[3].needs == Words{"build-server"});
  CHECK(outcome.plan->steps[4].needs == Words{"build-builder"});
}

TEST_CASE("docker: no pulls; every build imports images of its own stage alone") {
  const PlanOutcome outcome = PlanOf(kTwo, Options(BuilderKind::kDocker));
  REQUIRE(outcome.plan);
  CHECK(
      Lines(*outcome.plan) ==
      Words{
          "build-modules: docker build --target modules --cache-from app:modules --build-arg "
          "BUILDKIT_INLINE_CACHE=1 --tag app:modules .",
          "build-packages: docker build --target packages --cache-from app:packages --build-arg "
          "BUILDKIT_INLINE_CACHE=1 --tag app:packages .",
          "build-result: docker build --cache-from app:latest --build-arg BUILDKIT_INLINE_CACHE=1 "
          "--tag app:latest .",
          "push-result: docker push app:latest", "push-modules: docker push app:modules",
          "push-packages: docker push app:packages"});
  CHECK(outcome.plan->steps[0].env.at("DOCKER_BUILDKIT") == "1");
  CHECK(outcome.plan->steps[0].env.at("BUILDX_NO_DEFAULT_ATTESTATIONS") == "1");
}

TEST_CASE("classic: each build names every cached stage at or above its target") {
  const PlanOutcome outcome = PlanOf(kTwo, Options(BuilderKind::kClassic));
  REQUIRE(outcome.plan);
  const auto from = [&](const std::string& id) {
    for (const PlanStep& step : outcome.plan->steps) {
      if (step.id == id) {
        return step.inputs->cache_from;
      }
    }
    return Words{"no such step"};
  };
  CHECK(from("build-modules") == Words{"app:modules"});
  CHECK(from("build-packages") == Words{"app:packages", "app:modules"});
  // The last stage downloads too, so its own last image is worth pulling.
  CHECK(from("build-result") == Words{"app:latest", "app:modules", "app:packages"});
}

TEST_CASE("classic: a stage that several builds come past is built once, and not pushed") {
  const std::string first = "FROM golang AS d1\nCOPY go.mod ./\nRUN go mod download\n";
  const std::string rest =
      "COPY . .\nRUN go build ./...\nFROM node AS d2\nCOPY package.json ./\nRUN npm ci\n"
      "FROM d2\nCOPY --from=1 /x /x\nRUN npm run build\n";
  const PlanOutcome outcome =
      PlanOf(first + "FROM d1 AS b1\n" + rest, Options(BuilderKind::kClassic));
  REQUIRE(outcome.plan);
  CHECK(Lines(*outcome.plan) ==
        Words{"pull-d1?: docker pull app:d1", "pull-d2?: docker pull app:d2",
              "build-d1: docker build --target d1 --cache-from app:d1 --tag app:d1 .",
              "build-b1: docker build --target b1 --cache-from app:d1 --tag app:b1 .",
              "build-d2: docker build --target d2 --cache-from app:d2 --cache-from app:d1 "
              "--cache-from app:b1 --tag app:d2 .",
              "build-result: docker build --cache-from app:d1 --cache-from app:d2 --cache-from "
              "app:b1 --tag app:latest .",
              "push-result: docker push app:latest", "push-d1: docker push app:d1",
              "push-d2: docker push app:d2"});
  CHECK(outcome.plan->steps[4].needs == Words{"pull-d2", "build-d1", "build-b1"});
  CHECK(outcome.plan->images.size() == 2);
  CHECK_THAT(outcome.plan->stages[1].reason, ContainsSubstring("; it is built once as app:b1"));

  // BuildKit builds what the target needs, and finds what it built.
  CHECK(
      PlanOf(first + "FROM d1 AS b1\n" + rest, Options(BuilderKind::kDocker)).plan->steps.size() ==
      6);
  // One without a name, or whose name is taken, runs in each.
  const auto runs_again = [](const PlanOutcome& plan) {
    REQUIRE(plan.plan);
    CHECK(plan.plan->steps.size() == 8);
    const std::vector<std::string>& all = plan.plan->assumptions;
    return std::any_of(all.begin(), all.end(), [](const std::string& line) {
      return line.starts_with("The classic builder runs ") &&
             line.find(" again in every build below; a stage with a name of its own") !=
                 std::string::npos;
    });
  };
  CHECK(runs_again(PlanOf(first + "FROM d1\n" + rest, Options(BuilderKind::kClassic))));
  CHECK(runs_again(
      PlanOf(first + "FROM d1 AS b1\n" + rest, Options(BuilderKind::kClassic, "app:b1"))));
}

TEST_CASE("a file without a dependency stage is still built from its own last image") {
  const std::string text = "FROM alpine\nRUN apk add curl\n";
  const PlanOutcome classic = PlanOf(text, Options(BuilderKind::kClassic));
  REQUIRE(classic.plan);
  CHECK(Lines(*classic.plan) ==
        Words{"pull-result?: docker pull app:latest",
              "build-result: docker build --cache-from app:latest --tag app:latest .",
              "push-result: docker push app:latest"});
  const PlanOutcome docker = PlanOf(text, Options(BuilderKind::kDocker));
  REQUIRE(docker.plan);
  CHECK(docker.plan->steps.size() == 2);
}

TEST_CASE("coverage says which image brings a step back") {
  const PlanOutcome outcome = PlanOf(kSeed, Options(BuilderKind::kDocker));
  REQUIRE(outcome.plan);
  REQUIRE(outcome.plan->coverage.size() == 2);
  CHECK(outcome.plan->coverage[0].command == "go mod download");
  CHECK(outcome.plan->coverage[0].image == "app:builder");
  CHECK(outcome.plan->coverage[1].image.empty());
  CHECK_THAT(outcome.plan->coverage[1].reason, ContainsSubstring("downloaded at line 4"));
}

TEST_CASE("stages that start alike are told of") {
  const std::string head =
      "FROM alpine AS a\nENV X=1\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\nFROM alpine "
      "AS b\n";
  const std::string tail =
      "COPY package.json ./\nRUN npm ci\nFROM alpine\nCOPY --from=a /x /\nCOPY --from=b /x /\n";
  const auto told = [&](const std::string& text, BuilderKind builder) {
    const PlanOutcome outcome = PlanOf(text, Options(builder));
    REQUIRE(outcome.plan);
    const std::vector<std::string>& all = outcome.plan->assumptions;
    return std::any_of(all.begin(), all.end(), [](const std::string& line) {
      return line.find("Stages a and b start with the same step") == 0;
    });
  };
  CHECK(told(head + "WORKDIR /src\n" + tail, BuilderKind::kDocker));
  CHECK_FALSE(told(head + "WORKDIR /web\n" + tail, BuilderKind::kDocker));
  CHECK_FALSE(told(head + "WORKDIR /src\n" + tail, BuilderKind::kClassic));
}

TEST_CASE("what the classic builder does not read is a finding with its line") {
  struct Case {
    const char* text;
    std::uint32_t line;
    const char* message;
  };
  const Case cases[] = {
      {"FROM a\nRUN --mount=type=cache,target=/c go mod download\n", 2, "RUN --mount"},
      {"FROM a\nCOPY --link x /\n", 2, "COPY --link"},
      {"FROM a\nCOPY --chmod=755 x /\n", 2, "COPY --chmod"},
      {"FROM a\nRUN <<EOF\necho\nEOF\n", 2, "heredocs"},
      {"FROM --platform=$BUILDPLATFORM a\n", 1, "BUILDPLATFORM"},
      {"FROM a\nONBUILD RUN --network=none x\n", 2, "RUN --network"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    const PlanOutcome outcome = PlanOf(c.text, Options(BuilderKind::kClassic));
    CHECK_FALSE(outcome.plan);
    REQUIRE(outcome.diagnostics.size() == 1);
    CHECK(outcome.diagnostics[0].diag == Diag::kNeedsBuildKit);
    CHECK(outcome.diagnostics[0].line == c.line);
    CHECK_THAT(outcome.diagnostics[0].message, ContainsSubstring(c.message));
    CHECK(PlanOf(c.text, Options(BuilderKind::kDocker)).plan);
  }
  CHECK(PlanOf("FROM a\nCOPY --chown=1 --from=b x /\n", Options(BuilderKind::kClassic)).plan);
}

TEST_CASE("a stage without a name cannot be a target") {
  PlanOptions options = Options(BuilderKind::kDocker);
  options.stages = {"all"};
  const PlanOutcome outcome = PlanOf(
      "FROM node\nCOPY package.json ./\nRUN npm ci\nFROM scratch\nCOPY --from=0 /x /\n", options);
  CHECK_FALSE(outcome.plan);
  REQUIRE(outcome.diagnostics.size() == 1);
  CHECK(outcome.diagnostics[0].diag == Diag::kUnnamedStage);
  CHECK(outcome.diagnostics[0].line == 1);
  CHECK_THAT(outcome.diagnostics[0].hint, ContainsSubstring("AS NAME"));
}

TEST_CASE("a dependency stage that no --target names gets no image, and that is said") {
  const std::string npm = "COPY package.json ./\nRUN npm ci\n";
  const PlanOutcome unnamed = PlanOf("FROM node\n" + npm + "FROM scratch\nCOPY --from=0 /x /\n",
                                     Options(BuilderKind::kDocker));
  REQUIRE(unnamed.plan);
  CHECK(unnamed.plan->images.empty());
  CHECK(unnamed.diagnostics.empty());
  REQUIRE(unnamed.warnings.size() == 1);
  CHECK(unnamed.warnings[0].diag == Diag::kNoImageForStage);
  CHECK(unnamed.warnings[0].line == 1);
  CHECK(unnamed.warnings[0].message ==
        "stage 0 downloads dependencies, and gets no image: it has no name");
  CHECK(unnamed.warnings[0].hint == "write AS NAME in this FROM, and it gets one");
  CHECK_THAT(ExplainPlan(*unnamed.plan),
             ContainsSubstring("It has no name, and only a stage that has one can be built alone; "
                               "write AS NAME in its FROM, and it gets an image."));

  const PlanOutcome twice = PlanOf("FROM node AS d\n" + npm + "FROM node AS d\n" + npm +
                                       "FROM scratch\nCOPY --from=0 /x /\nCOPY --from=1 /y /\n",
                                   Options(BuilderKind::kDocker));
  REQUIRE(twice.plan);
  CHECK(twice.plan->images.size() == 1);
  REQUIRE(twice.warnings.size() == 1);
  CHECK(twice.warnings[0].message ==
        "\"d\" downloads dependencies, and gets no image: a later stage has the same name");

  // One that is not built, and one that only carries tools: nothing is lost, or little.
  CHECK(PlanOf("FROM node\n" + npm + "FROM scratch\n", Options(BuilderKind::kDocker))
            .warnings.empty());
  CHECK(PlanOf("FROM python\nRUN pip install --target /t flask\nFROM a\nCOPY --from=0 /t /t\n",
               Options(BuilderKind::kDocker))
            .warnings.empty());
}

TEST_CASE("a rejected file and an unknown target give no plan") {
  CHECK(PlanOf("FORM a\n", Options(BuilderKind::kDocker)).diagnostics.front().diag ==
        Diag::kUnknownInstruction);
  PlanOptions options = Options(BuilderKind::kDocker);
  options.target = "sever";
  const PlanOutcome outcome = PlanOf(kSeed, options);
  REQUIRE(outcome.diagnostics.size() == 1);
  CHECK(outcome.diagnostics[0].diag == Diag::kUnknownTarget);
  CHECK_THAT(outcome.diagnostics[0].message, ContainsSubstring("did you mean server?"));
}

TEST_CASE("a plan read back from its JSON is the same plan") {
  for (const BuilderKind builder : {BuilderKind::kClassic, BuilderKind::kDocker}) {
    PlanOptions options = Options(builder);
    options.build_args = {"A=it's \"quoted\"\n$x", "B=\xc3\xa9"};
    const PlanOutcome outcome = PlanOf(kTwo, options);
    REQUIRE(outcome.plan);
    const std::string json = PlanToJson(*outcome.plan);
    const Result<Plan> read = PlanFromJson(json);
    REQUIRE(read.ok());
    CHECK(read.value() == *outcome.plan);
    CHECK(PlanToJson(read.value()) == json);
  }
}

TEST_CASE("a plan that is not one is refused with the place") {
  const PlanOutcome outcome = PlanOf(kSeed, Options(BuilderKind::kDocker));
  const std::string good = PlanToJson(*outcome.plan);
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
  };
  struct Case {
    std::string text;
    const char* error;
  };
  const Case cases[] = {
      {"{", "is no JSON"},
      {"[]", "has no \"version\""},
      {"{}", "has no \"version\""},
      {with("\"version\": 1", "\"version\": 2"), "version 2, and this program reads version 1"},
      {with("\"version\": 1", "\"version\": \"1\""), "version \"1\""},
      {with("\"build-builder\"\n      ]", "\"build-bulider\"\n      ]"),
       "which is no step of the plan"},
      {with("\"id\": \"build-server\"", "\"id\": \"build-builder\""),
       "have the id 'build-builder'"},
      {with("\"id\": \"build-builder\"", "\"id\": \"zzz\""), "needs 'build-builder'"},
      {with("\"needs\": []", "\"needs\": [\"push-server\"]"), "does not stand before it"},
      {with("\"optional\": false", "\"optional\": 0"), "steps[0].optional has the wrong type"},
      {with("\"optional\": false", "\"optinal\": false"), "steps[0].optional is missing"},
      {with("\"kind\": \"push\"", "\"kind\": \"psuh\""), "must be pull, build or push"},
      {with("\"context\"", "\"more\": 1, \"context\""), "more is not known"},
  };
  for (const Case& c : cases) {
    const Result<Plan> read = PlanFromJson(c.text);
    INFO(c.error);
    REQUIRE_FALSE(read.ok());
    CHECK(read.status().code == StatusCode::kInvalid);
    CHECK_THAT(read.status().message, ContainsSubstring(c.error));
  }
}

TEST_CASE("values of build arguments that look secret are not shown") {
  PlanOptions options = Options(BuilderKind::kDocker);
  options.build_args = {"NPM_TOKEN=abc123", "VERSION=1"};
  const PlanOutcome outcome = PlanOf(kSeed, options);
  REQUIRE(outcome.plan);
  const std::string shown = DisplayCommand(outcome.plan->steps[0]);
  CHECK(shown.find("abc123") == std::string::npos);
  CHECK_THAT(shown, ContainsSubstring("NPM_TOKEN="));
  CHECK_THAT(shown, ContainsSubstring("VERSION=1"));
}

}  // namespace
}  // namespace cacheplan
