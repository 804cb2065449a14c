// What another stage has put together for an install: manifests copied one by one, picked from the
// source by a find, or written by a tool that knows the workspace.
#include <string>

#include "cacheplan/detect.h"
#include "cacheplan/report.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

/// "first" or "after", the files that the last step sees, and its marks.
std::string Shown(const std::string& text) {
  const Detected detected(text);
  REQUIRE_FALSE(detected.deps.stages.back().steps.empty());
  const DependencyStep& step = detected.deps.stages.back().steps.back();
  std::string shown = !step.manifests_first ? "null" : *step.manifests_first ? "first" : "after";
  for (const VisibleFile& file : step.files) {
    shown += file.in_directory && file.read ? " " + std::string(file.path) : "";
  }
  for (const std::string& line :
       LinesOf(RenderDepsText(detected.file, detected.graph, detected.deps))) {
    const std::size_t at = line.find("! ");
    if (at != std::string::npos) {
      shown += " !" + line.substr(at + 1, line.find(':', at) - at - 1);
    }
  }
  return shown;
}

TEST_CASE("a stage of manifests alone, copied as a folder", "[picked]") {
  const std::string manifests =
      "FROM alpine AS m\nCOPY package.json package-lock.json /m/\n"
      "COPY packages/a/package.json /m/packages/a/\n";
  const std::string install = "FROM node\nWORKDIR /s\nCOPY --from=m /m/ ./\nRUN npm ci\n";
  CHECK(Shown(manifests + install) ==
        "first /m/package.json /m/package-lock.json /m/packages/a/package.json");
  CHECK(Shown("FROM scratch AS m\nCOPY --parents package.json package-lock.json "
              "packages/*/package.json /\nFROM node\nWORKDIR /a\nCOPY --from=m / /a/\n"
              "RUN npm ci\n") == "first /package.json /package-lock.json /packages/*/package.json");
  // Where its source is there as well, that comes too.
  CHECK(Shown(manifests + "COPY src /m/src\n" + install) == "after ! source before install");
  CHECK(Shown(manifests + "RUN git clone https://x.org/r /m/r\n" + install) ==
        "after ! source before install");
  CHECK(Shown(manifests + "RUN --mount=type=bind,target=/r cp -r /r/src /m/src\n" + install) ==
        "after ! source before install");
  // A folder that a command names is no source for it, and what is mounted is.
  CHECK(Shown(manifests + "COPY reqs /m/reqs\n" +
              "RUN find /m/reqs -type f ! -name requirements.txt -delete\n"
              "RUN --mount=type=bind,target=/r pip install -r /m/reqs/prod.txt && "
              "cp -r /r/src /m/src\n" +
              install) == "after ! source before install ! source before install");  // of both
  CHECK(Shown("FROM alpine AS m\nCOPY package.json a.tar.gz /m/\n"
              "RUN --mount=type=cache,target=/c tar -xf /m/a.tar.gz -C /m\n" +
              install) == "after ! source before install");
  // The stage may have made the lock file.
  CHECK(Shown("FROM node AS m\nWORKDIR /m\nCOPY package.json .\nRUN npm install\n"
              "FROM node\nWORKDIR /s\nCOPY --from=m /m/ ./\nRUN npm ci\n") ==
        "first /m/package.json ! no lock file");  // of the first stage
}

TEST_CASE("a stage that copies from itself is an error and no more", "[picked]") {
  const Detected detected(
      "FROM node AS b\nCOPY --from=b package.json ./\nRUN --mount=type=bind,from=b,target=/b npm "
      "ci\n");
  CHECK(detected.deps.stages.at(0).steps.size() == 1);
}

TEST_CASE("manifests that a find picks from the source", "[picked]") {
  const auto shown = [](const std::string& run, const std::string& from) {
    return Shown("FROM a AS m\nWORKDIR /src\nCOPY . .\nRUN " + run +
                 "\nFROM node\nWORKDIR /a\nCOPY --from=m " + from + " .\nRUN npm ci\n");
  };
  const std::string after = "after ! source before install";
  const std::string cp = " -exec cp --parents {} /m \\;";
  CHECK(shown("mkdir /m && find . -name package.json -not -path '*/x/*'" + cp, "/m") == "first /m");
  CHECK(shown("find . -name node_modules -prune -o -name package.json" + cp, "/m") == "first /m");
  CHECK(shown("find . \\( -name package.json -o -name '*.lock' \\) | xargs cp --parents -t /m",
              "/m") == "first /m");
  CHECK(shown("find . -name package.json | cpio -pdm /m", "/m") == "first /m");
  CHECK(shown("find . ! -name package.json ! -name yarn.lock -type f | xargs rm -f", "/src") ==
        "first /src");
  CHECK(shown("find /src -type f -not -name package.json -delete", "/src/") == "first /src/");
  CHECK(shown("find . ! -name package.json -exec rm -rf {} +", "/src/packages") ==
        "first /src/packages");
  // Other files are among them, or other ones are gone.
  CHECK(shown("find . -name package.json -o -name '*.js' | xargs cp --parents -t /m", "/m") ==
        after);
  CHECK(shown("find . -name package.json -delete", "/src") == after);
  CHECK(shown("find . ! -name package.json | xargs rm", "/other") == after);
  CHECK(shown("find . ! -name package.json | xargs rm\nCOPY src src", "/src") == after);
  // Other files are left, or may be, or came later.
  CHECK(shown("find . ! -name package.json -path '*/test/*' -delete", "/src") == after);
  CHECK(shown("find . ! -name package.json -size 0 -exec rm {} +", "/src") == after);
  CHECK(shown("find . -type d ! -name package.json -empty -delete", "/src") == after);
  CHECK(shown("[ -n \"$X\" ] && find . ! -name package.json -delete", "/src") == after);
  CHECK(shown("find . ! -name package.json -delete\nRUN git clone https://x.org/c /src/c",
              "/src") == after);
  // What was left of a folder of source stands beside manifests that were copied.
  CHECK(Shown("FROM a AS p\nWORKDIR /app\nCOPY package.json yarn.lock ./\nCOPY packages packages\n"
              "RUN find packages \\! -name package.json -mindepth 2 -exec rm -rf {} \\+\n"
              "FROM node\nWORKDIR /app\nCOPY --from=p /app .\nRUN yarn install "
              "--frozen-lockfile\n") == "first /app/package.json /app/yarn.lock /app/packages");
}

TEST_CASE("manifests that a tool of the workspace writes", "[picked]") {
  const auto shown = [](const std::string& run, const std::string& from) {
    return Shown("FROM a AS m\nWORKDIR /app\nCOPY . .\nRUN " + run +
                 "\nFROM node\nWORKDIR /app\nCOPY --from=m " + from +
                 " .\nRUN yarn install --frozen-lockfile\n");
  };
  CHECK(shown("turbo prune web --docker", "/app/out/json/") == "first /app/out/json/");
  CHECK(shown("npx turbo@2 prune --docker web", "/app/out/json/") == "first /app/out/json/");
  CHECK(shown("pnpm exec turbo prune web --docker --out-dir=p", "/app/p/json") ==
        "first /app/p/json");
  CHECK(shown("yarn turbo prune web --docker --out-dir p", "/app/p/json/") == "first /app/p/json/");
  CHECK(shown("moon docker scaffold web", "/app/.moon/docker/workspace") ==
        "first /app/.moon/docker/workspace");
  const std::string after = "after ! source before install";
  CHECK(shown("turbo prune web --docker", "/app/out/full/") == after);
  CHECK(shown("turbo prune web", "/app/out/json/") == after);
  CHECK(shown("turbo run prune", "/app/out/json/") == after);
  CHECK(Shown("FROM a AS m\nWORKDIR /app\nCOPY . .\nRUN turbo prune web --docker\nFROM node\n"
              "WORKDIR /app\nCOPY --from=m /app/out/json/ .\nCOPY --from=m /app/out/yarn.lock .\n"
              "RUN yarn install --frozen-lockfile\n") == "first /app/out/json/ /app/out/yarn.lock");
  CHECK(Shown("FROM a AS m\nWORKDIR /s\nCOPY . .\nRUN dotnet subset restore a.sln "
              "--root-directory /s --output /o\nFROM b\nWORKDIR /s\nCOPY --from=m /o .\n"
              "RUN dotnet restore\n") == "first /o");
}

}  // namespace
}  // namespace cacheplan::test
