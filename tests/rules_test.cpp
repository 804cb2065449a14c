// docs/rules/*.md are the rules' tests: every page has a Dockerfile that gives its finding and one
// that does not, and a rule with a fix shows what the fix makes of the first.
//
//   ## Bad, ## Good     ```dockerfile; may have ```dockerignore and ```files (one path a line) for
//                       a build context, and
//                       <!-- options: classic ephemeral base-env=empty also=CODE -->
//   ## Fixed            ```dockerfile: ## Bad after its fixes
//
// What a page has no room for is in testdata/rules/CODE.md: ## Bad: NAME, ## Good: NAME and, where
// a bad one has a fix, ## Fixed: NAME.
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/lint.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/context_files.h"

namespace cacheplan::test {
namespace {

/// The fences of one section, by their language, and its options.
struct Section {
  std::map<std::string, std::string> fences;
  std::string options;
};
using Page = std::map<std::string, Section>;

Page ReadPage(std::string_view text) {
  Page page;
  std::string section;
  std::string fence;
  bool in_fence = false;
  for (const std::string& line : LinesOf(std::string(text))) {
    if (line.substr(0, 3) == "```") {
      in_fence = !in_fence;
      fence = in_fence ? line.substr(3) : fence;
      if (in_fence) {
        page[section].fences[fence];
      }
    } else if (in_fence) {
      page[section].fences[fence] += line + "\n";
    } else if (line.substr(0, 3) == "## ") {
      section = line.substr(3);
    } else if (line.substr(0, 13) == "<!-- options:") {
      page[section].options = line.substr(13);
    }
  }
  return page;
}

bool Has(const std::string& options, const std::string& word) {
  return options.find(word) != std::string::npos;
}

/// The context that the fences describe; nothing without them.
std::optional<BuildContext> ContextOf(const Section& section) {
  const auto files = section.fences.find("files");
  const auto ignore = section.fences.find("dockerignore");
  if (files == section.fences.end() && ignore == section.fences.end()) {
    return std::nullopt;
  }
  return test::ContextOf(
      files == section.fences.end() ? "" : files->second,
      ignore == section.fences.end() ? std::nullopt : std::optional(ignore->second));
}

struct Linted {
  Dockerfile file;
  LintResult result;
};

Linted LintText(const std::string& text, const Section& section, const RuleInfo& rule) {
  Linted linted{Parse(std::make_shared<const Source>("Dockerfile", text)), {}};
  INFO(text);
  REQUIRE_FALSE(linted.file.rejected());
  GraphOptions graph_options;
  graph_options.empty_base_env = Has(section.options, "base-env=empty");
  const Graph graph = BuildGraph(linted.file, graph_options);
  const Dependencies deps = Detect(linted.file, graph, Knowledge::BuiltIn());
  LintOptions options;
  options.rules.reset();
  options.rules.set(static_cast<std::size_t>(rule.id));
  for (const RuleInfo& other : AllRules()) {
    if (Has(section.options, "also=" + std::string(other.code))) {
      options.rules.set(static_cast<std::size_t>(other.id));
    }
  }
  options.classic = Has(section.options, "classic");
  options.ephemeral = Has(section.options, "ephemeral");
  const std::optional<BuildContext> context = ContextOf(section);
  linted.result = Lint(linted.file, graph, deps, context ? &*context : nullptr, options);
  return linted;
}

std::string Text(const Section& section) {
  const auto fence = section.fences.find("dockerfile");
  return fence == section.fences.end() ? "" : fence->second;
}

TEST_CASE("every rule has a page that begins with its code and name") {
  for (const RuleInfo& rule : AllRules()) {
    INFO(rule.code);
    const std::string title = rule.code == rule.name ? "# " + std::string(rule.name) + "\n"
                                                     : "# " + std::string(rule.code) + " " +
                                                           std::string(rule.name) + "\n";
    CHECK(RulePage(rule).substr(0, title.size()) == title);
    CHECK(RulePage(rule).find("\n## Why\n") != std::string_view::npos);
  }
}

TEST_CASE("a page's bad example gives the finding, its good one does not") {
  for (const RuleInfo& rule : AllRules()) {
    if (rule.needs == RuleNeeds::kRegistry) {
      continue;
    }
    INFO(rule.code);
    const Page page = ReadPage(RulePage(rule));
    REQUIRE(page.count("Bad") == 1);
    REQUIRE(page.count("Good") == 1);
    const Linted bad = LintText(Text(page.at("Bad")), page.at("Bad"), rule);
    CHECK_FALSE(bad.result.findings.empty());
    for (const Finding& finding : bad.result.findings) {
      CHECK(finding.rule == rule.id);
      CHECK_FALSE(finding.message.empty());
      CHECK(finding.span.end <= bad.file.source->text().size());
      CHECK(finding.span.begin <= finding.span.end);
      CHECK(finding.line <= bad.file.source->LineCount());
    }
    const Linted good = LintText(Text(page.at("Good")), page.at("Good"), rule);
    CHECK(good.result.findings.empty());
  }
}

TEST_CASE("a fix makes of the bad example what the page says, and a second run nothing more") {
  for (const RuleInfo& rule : AllRules()) {
    const Page page = ReadPage(RulePage(rule));
    INFO(rule.code);
    CHECK((page.count("Fixed") == 1) == (rule.fix != Fixable::kNo));
    if (page.count("Fixed") == 0 || page.count("Bad") == 0) {
      continue;
    }
    const bool unsafe = rule.fix == Fixable::kUnsafe;
    const Linted bad = LintText(Text(page.at("Bad")), page.at("Bad"), rule);
    for (const Finding& finding : bad.result.findings) {
      CHECK((!finding.fix || finding.fix->safe != unsafe));
    }
    CHECK((!unsafe || !ApplyFixes(bad.file, bad.result.findings, false)));
    const std::optional<Fixed> fixed = ApplyFixes(bad.file, bad.result.findings, unsafe);
    REQUIRE(fixed);
    if (!fixed->appends.empty()) {
      // The ignore file of the page, and the lines at its end.
      Section section = page.at("Bad");
      std::string& ignore = section.fences["dockerignore"];
      for (const std::string& line : fixed->appends.front().lines) {
        ignore += line + "\n";
      }
      CHECK(ignore == page.at("Fixed").fences.at("dockerignore"));
      CHECK(fixed->text == Text(page.at("Bad")));
      CHECK(LintText(fixed->text, section, rule).result.findings.empty());
      continue;
    }
    CHECK(fixed->text == Text(page.at("Fixed")));
    const Linted again = LintText(fixed->text, page.at("Bad"), rule);
    CHECK_FALSE(ApplyFixes(again.file, again.result.findings, unsafe));
  }
}

TEST_CASE("further examples of a rule") {
  const std::filesystem::path folder = SourcePath("testdata/rules");
  for (const RuleInfo& rule : AllRules()) {
    const std::string file = (folder / (std::string(rule.code) + ".md")).string();
    if (!std::filesystem::exists(file)) {
      continue;
    }
    const Page page = ReadPage(ReadFile(file));
    for (const auto& [title, section] : page) {
      INFO(file << ": " << title);
      const std::string kind = title.substr(0, title.find(':'));
      if (kind == "Fixed" || title.empty()) {
        CHECK((title.empty() || page.count("Bad" + title.substr(5)) == 1));
        continue;
      }
      const Linted linted = LintText(Text(section), section, rule);
      if (kind == "Good") {
        CHECK(linted.result.findings.empty());
        continue;
      }
      REQUIRE(kind == "Bad");
      CHECK(linted.result.findings.size() == 1);  // one cause, one finding
      const bool unsafe = rule.fix == Fixable::kUnsafe;
      const std::optional<Fixed> fixed = ApplyFixes(linted.file, linted.result.findings, unsafe);
      const auto wanted = page.find("Fixed" + title.substr(3));
      REQUIRE(fixed.has_value() == (wanted != page.end()));
      if (fixed) {
        CHECK(fixed->text == Text(wanted->second));
        const Linted again = LintText(fixed->text, section, rule);
        CHECK_FALSE(ApplyFixes(again.file, again.result.findings, unsafe));
      }
    }
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    CHECK(FindRules(entry.path().stem().string()).count() == 1);
  }
}

TEST_CASE("fixes of one text never touch the same bytes") {
  const std::string text = "from a As B\nrun x\n";
  const Dockerfile file = Parse(std::make_shared<const Source>("Dockerfile", text));
  Finding first{RuleId::kFromAsCasing, Severity::kWarning, {}, 1, "m", "", "", std::nullopt};
  first.fix = Fix{"t", true, {{{7, 9}, "as"}}};
  Finding second = first;
  second.fix = Fix{"t", true, {{{8, 11}, "s b"}}};
  const std::vector<Finding> findings = {first, second};
  const std::optional<Fixed> fixed = ApplyFixes(file, findings, false);
  REQUIRE(fixed);
  CHECK(fixed->text == "from a as B\nrun x\n");
  CHECK(fixed->applied == std::vector<std::size_t>{0});
}

TEST_CASE("a fix that would break the file or change its meaning is not done") {
  const std::string text = "FROM a AS b\nRUN x\n";
  const Dockerfile file = Parse(std::make_shared<const Source>("Dockerfile", text));
  Finding finding{RuleId::kFromAsCasing, Severity::kWarning, {}, 1, "m", "", "", std::nullopt};
  for (const TextEdit& edit : std::vector<TextEdit>{
           {{0, 4}, "FORM"}, {{5, 6}, "c"}, {{12, 17}, ""}, {{12, 12}, "RUN y\n"}}) {
    finding.fix = Fix{"t", true, {edit}};
    CHECK_FALSE(ApplyFixes(file, std::vector<Finding>{finding}, false));
  }
}

}  // namespace
}  // namespace cacheplan::test
