// What a stage is for, by what it does and by how other stages use it.
#include <string>

#include "cacheplan/detect.h"

#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan {
namespace {

std::string Roles(std::string text) {
  const test::Detected detected(std::move(text));
  std::string roles;
  for (const StageDependencies& stage : detected.deps.stages) {
    CHECK_FALSE(stage.why.empty());
    roles += (roles.empty() ? "" : " ") + std::string(Name(stage.role));
  }
  return roles;
}

TEST_CASE("roles of stages", "[detect][roles]") {
  CHECK(Roles("FROM golang AS deps\nCOPY go.mod .\nRUN go mod download\n"
              "FROM deps AS build\nCOPY . .\nRUN go build -o /app\n"
              "FROM scratch\nCOPY --from=build /app /app\nCMD [\"/app\"]\n") ==
        "deps build runtime");
  CHECK(Roles("FROM a AS base\nRUN apk add git\nFROM base AS x\nCOPY . .\nRUN make\n"
              "FROM base\nCOPY --from=x /o /o\n") == "base build runtime");
  CHECK(Roles("FROM a AS one\nFROM one AS get\nRUN curl -O http://x.org/f\n"
              "FROM a\nCOPY --from=get /f /f\n") == "alias fetch runtime");
  CHECK(Roles("FROM a AS build\nCOPY . .\nRUN npm ci && npm run build\n"
              "FROM build AS test\nRUN npm test\nFROM nginx\nCOPY --from=build /d /d\n") ==
        "build test runtime");
  CHECK(Roles("FROM a AS dev\nCOPY package.json .\nRUN npm ci\nCOPY . .\nCMD [\"npm\"]\n"
              "FROM a\nCOPY . .\n") == "runtime runtime");
  CHECK(Roles("ARG KIND=one\nFROM a AS base-one\nRUN apk add x\nFROM a AS base-two\nRUN apk add y\n"
              "FROM base-${KIND}\nRUN true\n") == "base base runtime");
  CHECK(Roles("FROM a\n") == "alias");
}

TEST_CASE("a stage of system packages alone, whose files others copy, fetches", "[detect][roles]") {
  CHECK(Roles("FROM alpine AS certs\nRUN apk add ca-certificates\n"
              "FROM scratch\nCOPY --from=certs /etc/ssl /etc/ssl\n") == "fetch runtime");
  // Its name says otherwise, packages of a language are among them, or it is built upon.
  CHECK(Roles("FROM debian AS deps\nRUN apt-get install -y libfoo\n"
              "FROM scratch\nCOPY --from=deps /usr/lib /usr/lib\n") == "deps runtime");
  CHECK(Roles("FROM python AS venv\nRUN apt-get install -y gcc && pip install flask\n"
              "FROM python\nCOPY --from=venv /venv /venv\n") == "deps runtime");
  CHECK(Roles("FROM debian AS a\nRUN apt-get install -y gcc\nFROM a\nRUN true\n") ==
        "base runtime");
}

TEST_CASE("a name that says test does not hide what others copy", "[detect][roles]") {
  CHECK(Roles("FROM alpine AS verify\nADD https://x.org/a.zip .\nRUN sha256sum -c SUMS\n"
              "FROM alpine\nCOPY --from=verify /a /a\n") == "fetch runtime");
  CHECK(Roles("FROM alpine AS verify\nCOPY . .\nRUN ./verify.sh > /ok\n"
              "FROM alpine\nCOPY a /a\nCOPY --from=verify /ok /ok\n") == "test runtime");
}

TEST_CASE("what works on mounted source is no fetch", "[detect][roles]") {
  const std::string copied = "FROM scratch\nCOPY --from=a /o /o\n";
  CHECK(
      Roles(
          "FROM x AS a\nRUN --mount=type=bind,source=vendor,target=/v tar -cf - /v | tar -xf - -C "
          "/o\n" +
          copied) == "other runtime");
  CHECK(Roles("FROM x AS a\nRUN --mount=type=bind,source=a.tar.gz,target=/a.tar.gz tar -xf "
              "/a.tar.gz\n" +
              copied) == "fetch runtime");
  CHECK(
      Roles(
          "FROM x AS a\nRUN --mount=target=. find . -name '*.proto' | xargs protoc --go_out=/o\n" +
          copied) == "build runtime");
  CHECK(Roles("FROM x AS a\nCOPY . src\nRUN protoc --go_out=/o src/a.proto\n" + copied) ==
        "build runtime");
}

TEST_CASE("a target of make may be called as a verb of other tools is", "[detect][roles]") {
  CHECK(Roles("FROM golang AS b\nRUN git clone https://x.org/y .\nRUN make generate build\n"
              "FROM alpine\nCOPY --from=b /y /y\n") == "build runtime");
}

TEST_CASE("what no other stage uses is an image of its own", "[detect][roles]") {
  CHECK(Roles("FROM ruby:2.7 AS app-old\nRUN bundle install\nFROM ruby:3\nRUN bundle install\n") ==
        "runtime runtime");
  CHECK(Roles("FROM ruby AS deps\nCOPY Gemfile .\nRUN bundle install\nFROM ruby\nRUN true\n") ==
        "deps runtime");
  CHECK(Roles("FROM ruby AS a\nCOPY Gemfile .\nRUN bundle install\nFROM ruby\n"
              "COPY --from=a /usr/local/bundle /usr/local/bundle\n") == "deps runtime");
  CHECK(Roles("FROM alpine AS one\nLABEL a=b\nFROM alpine AS two\nRUN true\n") ==
        "runtime runtime");
  CHECK(Roles("FROM alpine AS one\nLABEL a=b\nFROM one\nRUN true\n") == "alias runtime");
  CHECK(Roles("FROM python AS one\nCOPY . .\nRUN uv sync\nFROM python\nRUN true\n") ==
        "runtime runtime");
  CHECK(Roles("FROM node AS tester\nCOPY . .\nRUN npm ci\nFROM node\nRUN true\n") ==
        "test runtime");
  // It starts what its base starts.
  CHECK(Roles("FROM a AS app\nCOPY app /app\nENTRYPOINT [\"/app\"]\n"
              "FROM app AS debug\nENV DEBUG=1\nFROM app\nRUN true\n") == "runtime runtime runtime");
}

TEST_CASE("a base with a command of its own is an image to run, unless it is called a base",
          "[detect][roles]") {
  CHECK(Roles("FROM node AS dev\nCOPY --from=x /n /n\nCMD [\"npm\", \"start\"]\n"
              "FROM dev\nENV A=b\n") == "runtime runtime");
  CHECK(
      Roles("FROM php AS php_base\nCOPY conf.ini /etc/\nCMD [\"php\"]\nFROM php_base\nENV A=b\n") ==
      "base runtime");
}

TEST_CASE("a base that holds the whole context is no base to set something up", "[detect][roles]") {
  CHECK(Roles("FROM node AS all\nWORKDIR /app\nCOPY . .\nFROM all\nCMD [\"npm\", \"start\"]\n") ==
        "other runtime");
  CHECK(Roles("FROM node AS fixtures\nCOPY fixtures fixtures\nFROM fixtures\nRUN true\n") ==
        "base runtime");
}

TEST_CASE("a stage called test that only starts something tests", "[detect][roles]") {
  CHECK(Roles("FROM node AS dev\nCOPY . .\nRUN npm ci\nCMD npm start\nFROM dev AS test\n"
              "CMD npm run unit\nFROM dev\nRUN npm prune\n") == "runtime test runtime");
}

TEST_CASE("who fetches for nobody, or for a stage built from it, is no fetching stage",
          "[detect][roles]") {
  const std::string deps =
      "FROM python AS deps\nCOPY requirements.txt .\n"
      "RUN pip install -r requirements.txt\n";
  const std::string gpu =
      "FROM deps AS gpu\nRUN wget -O /k.deb https://x.org/k.deb && "
      "dpkg -i /k.deb && apt-get install -y cuda\n";
  CHECK(Roles(deps + gpu + "FROM gpu\nCOPY . .\n") == "deps base runtime");
  CHECK(Roles(deps + gpu + "FROM deps\nCOPY . .\n") == "deps runtime runtime");
  CHECK(Roles(deps + gpu + "FROM deps\nCOPY --from=gpu /c /c\n") == "deps fetch runtime");
  CHECK(Roles("FROM a AS get\nRUN curl -O https://x.org/f\nFROM b\nRUN true\n") == "fetch runtime");
}

TEST_CASE("of source that a stage has from its base or a clone nothing false is said",
          "[detect][roles]") {
  const auto why = [](const std::string& text) {
    return std::string(test::Detected(text).deps.stages[1].why.front());
  };
  const std::string none = "holds none of its source";
  const std::string end = "FROM z\nCOPY --from=b /v /v\n";
  CHECK(why("FROM a AS s\nCOPY src src\nCOPY pdm.lock .\nFROM s AS b\nRUN pdm sync\n" + end)
            .find(none) == std::string::npos);
  CHECK(why("FROM a\nFROM a AS b\nRUN git clone https://x.org/r && pip install -r r/r.txt\n" + end)
            .find(none) == std::string::npos);
  CHECK(why("FROM a\nFROM a AS b\nCOPY pdm.lock .\nRUN pdm sync\n" + end).find(none) !=
        std::string::npos);
}

TEST_CASE("a stage that starts tests of the source it holds is for tests", "[detect][roles]") {
  const std::string build = "FROM a AS build\nCOPY a.csproj .\nRUN dotnet restore\nCOPY . .\n";
  const std::string end = "FROM build AS pub\nRUN dotnet publish\nFROM a\nCOPY --from=pub /o /o\n";
  for (const std::string start :
       {"ENTRYPOINT [\"dotnet\", \"test\"]\n", "CMD dotnet test\n",
        "ENTRYPOINT [\"dotnet\"]\nCMD [\"test\", \"--no-build\"]\n", "CMD [\"npm\", \"test\"]\n"}) {
    INFO(start);
    CHECK(Roles(build + "FROM build AS x\n" + start + end) == "other test build runtime");
  }
  CHECK(Roles(build + "FROM build AS x\nCMD [\"dotnet\", \"run\"]\n" + end) ==
        "other runtime build runtime");
  // The image of a linter holds no source: it is for the source of others.
  CHECK(Roles("FROM a AS b\nRUN stack build\nFROM a AS x\nCOPY --from=b /hadolint /bin/\n"
              "CMD [\"/bin/hadolint\", \"-\"]\nFROM a\nCOPY . .\n") == "build runtime runtime");
  // The last one is what a build gives, unless its name says otherwise.
  CHECK(Roles("FROM a AS app\nCOPY . .\nCMD [\"npm\", \"test\"]\n") == "runtime");
  CHECK(Roles("FROM a AS e2e\nCOPY . .\nCMD [\"npm\", \"test\"]\n") == "test");
}

TEST_CASE("tests of mounted source whose report others copy are tests", "[detect][roles]") {
  const std::string report = "FROM scratch\nCOPY --from=cover /c /\n";
  CHECK(Roles("FROM golang AS cover\nRUN --mount=target=. go test -coverprofile=/c ./...\n" +
              report) == "test test");
  // What is built beside it is what the others want.
  CHECK(Roles("FROM golang AS b\nCOPY . .\nRUN go get x.org/y/...\nRUN go test x.org/y/...\n"
              "FROM scratch\nCOPY --from=b /c /\n") == "build runtime");
  CHECK(Roles("FROM golang AS b\nCOPY . .\nRUN make test all\nFROM a\nCOPY --from=b /c /\n") ==
        "build runtime");
}

TEST_CASE("what packs an archive fetches nothing", "[detect][roles]") {
  const std::string copied = "FROM a\nCOPY --from=p /d.tgz /\n";
  CHECK(Roles("FROM vpp AS p\nRUN tar -czf /d.tgz /vpp\n" + copied) == "other runtime");
  CHECK(Roles("FROM vpp AS p\nRUN tar --create -f /d.tgz /vpp\n" + copied) == "other runtime");
  CHECK(Roles("FROM vpp AS p\nCOPY a.tgz /\nRUN tar -xzf /a.tgz\n" + copied) == "fetch runtime");
}

TEST_CASE("a base of others has no source", "[detect][roles]") {
  const std::string deps = "FROM node AS deps\nCOPY package.json .\nRUN npm ci\n";
  const std::string build = "FROM source AS build\nRUN npm run build\nFROM nginx\nRUN true\n";
  CHECK(Roles(deps + "FROM deps AS source\nCOPY src src\n" + build) == "deps other build runtime");
  CHECK(Roles(deps + "FROM deps AS source\nRUN apk add git\n" + build) ==
        "deps base build runtime");
}

TEST_CASE("what a stage runs that nobody knows builds nothing for sure", "[detect][roles]") {
  const std::string build = "FROM x AS build\nCOPY . .\nRUN go build\nFROM a\n";
  const std::string deps =
      "FROM golang AS deps\nCOPY go.mod Makefile ./\nRUN make deps\n"
      "FROM deps AS build\nCOPY . .\nRUN go build\nFROM a\nRUN true\n";
  CHECK(Roles(deps) == "deps build runtime");
  const test::Detected base("FROM a AS x\nCOPY install.sh .\nRUN ./install.sh\n" + build);
  CHECK(base.deps.stages[0].why.back() ==
        "Role base: other stages are built from it, and all that is known of it prepares that.");
}

TEST_CASE("a variant that nothing uses is an image, but not from scratch", "[detect][roles]") {
  const std::string build = "FROM a AS b\nCOPY . .\nRUN make\n";
  CHECK(Roles(build + "FROM a AS x\nCOPY --from=b /o /o\nFROM a\nCOPY --from=b /o /o\n") ==
        "build runtime runtime");
  CHECK(Roles(build + "FROM scratch AS x\nCOPY --from=b /o /o\nFROM a\nCOPY --from=b /o /o\n") ==
        "build other runtime");
  const test::Detected unused("FROM distroless\nFROM a\nRUN true\n");
  CHECK(unused.deps.stages[0].why.back() ==
        "Role alias: nothing in it changes a file, and no other stage uses it.");
}

}  // namespace
}  // namespace cacheplan
