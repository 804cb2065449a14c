// What a plan says of a step whose downloads were made before, or come from another stage.
#include <string>

#include "cacheplan/plan.h"

#include "support/catch.h"
#include "support/plans.h"

namespace cacheplan {
namespace {

/// Of the last step of the stage b.
std::string Covered(const std::string& text) {
  const PlanOutcome outcome = test::PlanOf(text, test::Options(BuilderKind::kDocker));
  INFO(outcome.status.message);
  REQUIRE(outcome.plan);
  std::string reason;
  for (const Coverage& item : outcome.plan->coverage) {
    reason = item.stage == "b" ? item.reason : reason;
  }
  return reason;
}

TEST_CASE("a cache mount over an earlier download hides it") {
  const auto compile = [](const std::string& first, const std::string& mount) {
    return Covered("FROM golang AS b\nCOPY go.mod go.sum ./\nRUN " + first +
                   "go mod download\nCOPY . .\nRUN " + mount +
                   "go build -o /b .\nFROM scratch\nCOPY --from=b /b /b\n");
  };
  const std::string mount = "--mount=type=cache,target=/go/pkg/mod ";
  CHECK_THAT(compile("", mount),
             ContainsSubstring("its cache mount /go/pkg/mod hides what line 3 downloaded"));
  CHECK(compile(mount, mount).find("hides") == std::string::npos);
  CHECK(compile("", "").find("hides") == std::string::npos);
  CHECK(compile("", "--mount=type=cache,target=/root/.cache/go-build ").find("hides") ==
        std::string::npos);
}

TEST_CASE("what was downloaded above or in another stage is not advised again") {
  const std::string deps =
      "FROM python AS deps\nCOPY pyproject.toml uv.lock ./\n"
      "RUN uv sync --frozen --no-install-project\n";
  CHECK_THAT(Covered(deps + "FROM deps AS b\nCOPY . .\nRUN uv sync --frozen\n"
                            "FROM python\nCOPY --from=b /app /app\n"),
             ContainsSubstring("what line 3 downloaded before need not be brought again"));
  CHECK_THAT(Covered("FROM maven AS deps\nCOPY pom.xml .\nRUN mvn dependency:go-offline\n"
                     "FROM maven AS b\nCOPY --from=deps /root/.m2 /root/.m2\nCOPY . .\n"
                     "RUN mvn package\nFROM a\nCOPY --from=b /t /t\n"),
             ContainsSubstring("what it takes from another stage need not be downloaded"));
  CHECK_THAT(Covered("FROM rust AS b\nCOPY . .\nRUN cargo build\nFROM a\nCOPY --from=b /t /t\n"),
             ContainsSubstring("copy the manifests and an empty src/main.rs or src/lib.rs first"));
  CHECK_THAT(
      Covered("FROM python AS b\nCOPY . .\nRUN poetry install\nFROM a\nCOPY --from=b /t /t\n"),
      ContainsSubstring("copy the manifests first and download, with `--no-root`, in a"));
}

TEST_CASE("a plan advises what the file can do") {
  const std::string end = "FROM alpine\nCOPY --from=b /x /x\n";
  const auto advised = [&end](const std::string& stage) {
    return Covered(stage + end).find("copy the manifests") != std::string::npos;
  };
  CHECK(advised("FROM golang:1.22 AS b\nWORKDIR /s\nCOPY . .\nRUN go build -o /x .\n"));
  // Go without modules has no manifests, and what make downloaded is not known.
  CHECK_FALSE(advised("FROM golang:1.9 AS b\nWORKDIR /go/src/x.org/y\nCOPY . .\nRUN go build\n"));
  CHECK_FALSE(
      advised("FROM golang:1.22 AS b\nCOPY go.mod Makefile ./\nRUN make deps\nCOPY . .\n"
              "RUN go build\n"));
}

}  // namespace
}  // namespace cacheplan
