// What a finding says of its cause and of what to do: the rule pages' examples tell only that it
// is there.
#include <string>

#include "cacheplan/lint.h"

#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

/// "why; help" of each finding of the rule.
std::string Advice(RuleId rule, const std::string& text) {
  const Detected detected(text);
  LintOptions options;
  options.rules.reset();
  options.rules.set(static_cast<std::size_t>(rule));
  std::string shown;
  for (const Finding& finding :
       Lint(detected.file, detected.graph, detected.deps, nullptr, options).findings) {
    shown += (shown.empty() ? "" : "\n") + finding.why + "; " + finding.hint;
  }
  return shown;
}

TEST_CASE("an update is superfluous where the install fetches an index of its own", "[advice]") {
  const std::string update = "FROM alpine:3.20\nRUN apk update\n";
  const std::string own = "line 3 fetches an index of its own; remove it";
  for (const char* install :
       {"apk add --no-cache curl", "apk --no-cache add curl", "apk add -U curl",
        "apk --update-cache add curl", "apk --update add curl && apk add git"}) {
    INFO(install);
    CHECK(Advice(RuleId::kIndexUpdateAlone, update + "RUN " + install + "\n") == own);
  }
  CHECK(Advice(RuleId::kIndexUpdateAlone, update + "RUN apk add curl\n").find("fails") ==
        std::string::npos);
  CHECK(Advice(RuleId::kIndexUpdateAlone, update + "RUN apk add curl\n").find("left the archive") !=
        std::string::npos);
}

}  // namespace
}  // namespace cacheplan::test
