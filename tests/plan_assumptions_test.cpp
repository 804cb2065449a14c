// What a plan says must hold.
#include <algorithm>
#include <string>

#include "cacheplan/plan.h"

#include "support/catch.h"
#include "support/plans.h"

namespace cacheplan {
namespace {

using test::Options;

Plan Of(const std::string& text, const PlanOptions& options = Options(BuilderKind::kDocker)) {
  PlanOutcome outcome = test::PlanOf(text, options);
  INFO(outcome.status.message);
  REQUIRE(outcome.plan);
  return std::move(*outcome.plan);
}

bool Assumes(const Plan& plan, const std::string& text) {
  return std::any_of(plan.assumptions.begin(), plan.assumptions.end(),
                     [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

TEST_CASE("a plan names the engine that the file and the options need") {
  const auto first = [](const Plan& plan) {
    return plan.assumptions.at(0).substr(plan.assumptions.at(0).find('('));
  };
  CHECK(first(Of("FROM a\nCOPY --chmod=755 x /\nRUN --mount=type=cache,target=/c true\n")) ==
        "(Docker 20.10 or later).");
  const std::string link = "FROM a\nRUN true\nCOPY --link x /\n";
  CHECK(first(Of(link)) == "(Docker 23.0 or later).");
  CHECK(
      Assumes(Of(link),
              "COPY --link (line 3) is syntax of Dockerfiles since 1.4, which Docker 23.0 has; an "
              "older engine reads it with a line '# syntax=docker/dockerfile:1' at the top."));
  CHECK(first(Of("# syntax=docker/dockerfile:1\n" + link)) == "(Docker 20.10 or later).");
  CHECK(Assumes(Of("FROM a\nRUN <<EOF\necho\nEOF\n"), "a heredoc (line 2) is syntax"));
  const std::string sum = "ADD --checksum=sha256:" + std::string(64, 'a') + " https://h/x /x\n";
  CHECK(first(Of("FROM a\nONBUILD " + sum)) == "(Docker 25.0 or later).");
  const Plan newer = Of("FROM a\nCOPY --exclude=*.md . /\n");
  CHECK(Assumes(newer, "COPY --exclude (line 2) is syntax of Dockerfiles since 1.19; an older"));

  PlanOptions options = Options(BuilderKind::kDocker);
  options.no_cache_filter = {"b"};
  options.build_contexts = {"x=y"};
  const Plan plan = Of("FROM a AS b\n", options);
  CHECK(first(plan) == "(Docker 23.0 or later).");
  CHECK(
      Assumes(plan, "'docker build' has --no-cache-filter and --build-context since Docker 23.0."));
}

}  // namespace
}  // namespace cacheplan
