// Comments that switch rules off: what they hide, and what is said of those that hide nothing or
// are not written as they must be.
#include <memory>
#include <string>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/lint.h"

#include "support/catch.h"
#include "support/program.h"

namespace cacheplan::test {
namespace {

struct Linted {
  Dockerfile file;
  LintResult result;
};

RuleSet Some(const std::vector<std::string>& words) {
  RuleSet rules;
  for (const std::string& word : words) {
    rules |= FindRules(word);
  }
  return rules;
}

const RuleSet& Usual() {
  static const RuleSet rules = Some({"FromAsCasing", "StageNameCasing", "CP310", "CP390", "CP391"});
  return rules;
}

Linted LintText(const std::string& text, const LintOptions& options) {
  Linted linted{Parse(std::make_shared<const Source>("Dockerfile", text)), {}};
  INFO(text);
  REQUIRE_FALSE(linted.file.rejected());
  const Graph graph = BuildGraph(linted.file, {});
  const Dependencies deps = Detect(linted.file, graph, Knowledge::BuiltIn());
  linted.result = Lint(linted.file, graph, deps, nullptr, options);
  return linted;
}

Linted LintText(const std::string& text) {
  LintOptions options;
  options.rules = Usual();
  return LintText(text, options);
}

std::string Found(const Linted& linted) {
  std::string all;
  for (const Finding& finding : linted.result.findings) {
    all += (all.empty() ? "" : " ") + std::string(Info(finding.rule).code) + ":" +
           std::to_string(finding.line);
  }
  return all;
}
std::string Found(const std::string& text) { return Found(LintText(text)); }

const std::string kFrom = "FROM alpine:3 as Base\n";

TEST_CASE("a comment of ours hides what it names, and is used") {
  CHECK(Found(kFrom) == "FromAsCasing:1 StageNameCasing:1");
  CHECK(Found("# cacheplan ignore=FromAsCasing\n" + kFrom) == "StageNameCasing:2");
  CHECK(Found("# cacheplan ignore=FromAsCasing,StageNameCasing reason=old\n" + kFrom).empty());
  CHECK(Found("#cacheplan ignore=stagenamecasing\n\n# more\n" + kFrom) == "FromAsCasing:4");
  CHECK(Found("# cacheplan global ignore=StageNameCasing\nFROM a:1 AS b\n" + kFrom) ==
        "FromAsCasing:3");
  CHECK(Found("# cacheplan ignore=cache\nFROM a:1\n").empty());  // more rules than were asked
}

TEST_CASE("a comment that hid nothing is unused, with what removes it") {
  const std::string unused = "# cacheplan ignore=FromAsCasing reason=x\n";
  const Linted linted = LintText("FROM a:1\n" + unused + "RUN x\n");
  REQUIRE(Found(linted) == "CP390:2");
  const Finding& finding = linted.result.findings[0];
  CHECK(finding.message == "This comment switches off FromAsCasing, which has nothing to say here");
  CHECK(std::string(linted.file.source->Slice(finding.span)) + "\n" == unused);
  const auto fixed = ApplyFixes(linted.file, linted.result.findings, false);
  REQUIRE(fixed);
  CHECK(fixed->text == "FROM a:1\nRUN x\n");
}

TEST_CASE("only what is unused goes from a list") {
  const Linted linted = LintText(
      "# cacheplan ignore=CP310,FromAsCasing,CP9,upgrade-of-everything reason=x, y\r\n"
      "FROM a:1 as b\r\n");
  REQUIRE(Found(linted) == "CP390:1 CP391:1");
  CHECK(linted.result.findings[0].message ==
        "This comment switches off CP310, upgrade-of-everything, which have nothing to say here");
  const auto fixed = ApplyFixes(linted.file, linted.result.findings, false);
  REQUIRE(fixed);
  CHECK(fixed->text == "# cacheplan ignore=FromAsCasing,CP9 reason=x, y\r\nFROM a:1 as b\r\n");
  CHECK(Found(fixed->text) == "CP391:1");
}

TEST_CASE("what another run may need is not unused") {
  LintOptions options;
  options.rules = Some({"CP390", "FromAsCasing", "CP333", "CopyIgnoredFile", "CP319"});
  for (const std::string code :
       {"StageNameCasing", "CP333", "CopyIgnoredFile", "CP319", "UndefinedVar", "all",
        "InvalidBaseImagePlatform,CP390", "CP391"}) {
    CHECK(Found(LintText("# cacheplan ignore=" + code + "\nFROM a:1\n", options)).empty());
  }
  options.classic = true;
  options.ephemeral = true;
  for (const std::string code : {"CP333", "CP319"}) {
    CHECK(Found(LintText("# cacheplan ignore=" + code + "\nFROM a:1\n", options)) == "CP390:1");
  }
  options.rules.reset(static_cast<std::size_t>(RuleId::kUnusedSuppression));
  CHECK(Found(LintText("# cacheplan ignore=CP333\nFROM a:1\n", options)).empty());
}

TEST_CASE("comments about comments can be switched off, and whole runs too") {
  CHECK(Found("# cacheplan ignore=FromAsCasing,CP390 reason=x\nFROM a:1\n").empty());
  CHECK(Found("# cacheplan global ignore=CP391\n# cacheplan ignore=CP999\nFROM a:1\n").empty());
  LintOptions options;
  options.rules = Usual();
  options.suppressions = false;
  CHECK(Found(LintText("# cacheplan ignore=FromAsCasing,CP999\n" + kFrom, options)) ==
        "FromAsCasing:2 StageNameCasing:2");
}

TEST_CASE("a comment that keeps a directive off is not removed") {
  const Linted linted =
      LintText("# cacheplan ignore=FromAsCasing\n# escape=`\nFROM a:1\nRUN x \\\n  y\n");
  REQUIRE(Found(linted) == "CP390:1");
  CHECK_FALSE(linted.result.findings[0].fix);
}

TEST_CASE("what is wrong with a comment is said") {
  const std::pair<std::string, std::string> rows[] = {
      {"# cacheplan ignore=FromAsCasin",
       "'FromAsCasin' is no rule and no group of rules (did you "
       "mean FromAsCasing?)"},
      {"# cacheplan ignore=cp318x",
       "'cp318x' is no rule and no group of rules (did you mean CP318?)"},
      {"# cacheplan ignore=CP003",
       "CP003 is no rule: it stands for what no builder takes, and cannot be switched off"},
      {"# cacheplan ignore CP310",
       "This comment switches nothing off: write 'cacheplan ignore=CODE' or 'cacheplan global "
       "ignore=CODE'"},
      {"# cacheplan: ignore=CP310",
       "This comment switches nothing off: write 'cacheplan ignore=CODE' or 'cacheplan global "
       "ignore=CODE'"},
      {"# Cacheplan Ignore=CP310",
       "This comment switches nothing off: write 'cacheplan ignore=CODE' or 'cacheplan global "
       "ignore=CODE'"},
      {"# cacheplan ignore=CP310, FromAsCasing",
       "This comment switches nothing off: after the codes, which have no blanks between them, "
       "only "
       "reason=… may follow"},
      {"# cacheplan global ignore=CP310",
       "This comment switches nothing off: a global one counts only above the first instruction"},
  };
  for (const auto& [comment, message] : rows) {
    const Linted linted = LintText("FROM a:1\n" + comment + "\nRUN x\n");
    INFO(comment);
    REQUIRE(!linted.result.findings.empty());
    const Finding& finding = linted.result.findings.front();
    CHECK(finding.rule == RuleId::kBadSuppression);
    CHECK(finding.line == 2);
    CHECK(finding.message == message);
    CHECK_FALSE(finding.fix);
  }
  // A list with a blank in it hides nothing at all.
  CHECK(Found("# cacheplan ignore=FromAsCasing, StageNameCasing\n" + kFrom) ==
        "CP391:1 FromAsCasing:2 StageNameCasing:2");
  // An empty reason is no reason to report what is hidden.
  CHECK(Found("# cacheplan ignore=FromAsCasing,StageNameCasing reason=\n" + kFrom) == "CP391:1");
}

TEST_CASE("a comment above no instruction is found wherever it stands") {
  CHECK(Found("FROM a:1\nRUN x \\\n  # cacheplan ignore=CP310\n  y\n") == "CP391:3");
  CHECK(Found("FROM a:1\n# cacheplan ignore=CP310") == "CP391:2");
  CHECK(Found("FROM a:1\nRUN <<E\n# cacheplan ignore=CP310\nE\n").empty());  // a script's
}

TEST_CASE("sentences about the tool are no suppressions") {
  for (const std::string comment :
       {"cacheplan makes the plan for this", "cacheplan", "cacheplan ignores this file",
        "cacheplan global settings", "uses cacheplan ignore=CP310", "cacheplans ignore=CP310"}) {
    INFO(comment);
    CHECK(Found("# " + comment + "\nFROM a:1\n").empty());
  }
}

TEST_CASE(
    "an experimental check that the file switches on speaks only where checks are asked for") {
  const std::string text =
      "# check=experimental=InvalidDefinitionDescription\n# the tools\nFROM debian:12 AS tools\n";
  const auto lint = [&](const std::string& select) {
    return RunMain({"lint", "--no-config", "--select", select, "-"}, text).out;
  };
  CHECK(lint("buildkit").find("InvalidDefinitionDescription") != std::string::npos);
  CHECK(lint("cache").find("InvalidDefinitionDescription") == std::string::npos);
}

}  // namespace
}  // namespace cacheplan::test
