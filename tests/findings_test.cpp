// Findings in every form: the same ones, at the same places, in the same order, in texts that a
// reader of the form can read whatever bytes the Dockerfile and its path hold.
#include "cacheplan/findings.h"

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/cases.h"
#include "support/catch.h"
#include "support/program.h"
#include "support/schema.h"

namespace cacheplan::test {
namespace {

using Json = nlohmann::json;

/// Findings of several severities, one about the whole file, one with a fix.
FileFindings Sample(const std::string& name, const std::string& text) {
  auto source = std::make_shared<const Source>(name, text);
  FileFindings file{source, {}};
  ReportedFinding as;
  as.rule = "FromAsCasing";
  as.code = "FromAsCasing";
  as.line = 1;
  as.span = {14, 16};
  as.message = "'as' and 'FROM' keywords' casing do not match";
  as.hint = "write AS";
  as.url = "https://docs.docker.com/go/dockerfile/rule/from-as-casing/";
  as.fix = Fix{"write AS", true, {{{14, 16}, "AS"}}};
  ReportedFinding whole;
  whole.rule = "no-ignore-file";
  whole.code = "CP999";
  whole.severity = Severity::kInfo;
  whole.message = "nothing is left out";
  whole.why = "every file is sent: 100% of them";
  ReportedFinding bad;
  bad.rule = "unknown-instruction";
  bad.code = "CP003";
  bad.severity = Severity::kError;
  bad.line = 2;
  bad.span = {23, 27};
  bad.message = "two\nlines, <a> & \"b\": 100%\x01\xff";
  file.findings = {whole, as, bad};
  return file;
}

const std::string kText = "FROM golang:1 as builder\nRUMM x\n";

std::string Render(const std::string& form, const std::vector<FileFindings>& files,
                   Colour colour = Colour::kNever) {
  REQUIRE(FindReporter(form) != nullptr);
  return FindReporter(form)->render(files, colour);
}

struct Seen {
  std::string rule;
  std::string line;
  std::string column;
  bool operator==(const Seen&) const = default;
};

std::vector<Seen> Matches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<Seen> seen;
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it) {
    seen.push_back({(*it)[3], (*it)[1], (*it)[2]});
  }
  return seen;
}

std::vector<Seen> SeenIn(const std::string& form, const std::string& text) {
  std::vector<Seen> seen;
  const bool is_json = form == "json" || form == "sarif" || form == "gitlab";
  const Json json = is_json ? Json::parse(text) : Json();
  if (form == "json") {
    for (const Json& one : json["diagnostics"]) {
      const int line = one["line"];
      seen.push_back({one["code"], std::to_string(std::max(line, 1)),
                      std::to_string(one["column"].get<int>())});
    }
  } else if (form == "sarif") {
    for (const Json& one : json["runs"][0]["results"]) {
      const Json region = one["locations"][0]["physicalLocation"]["region"];
      seen.push_back({one["ruleId"], std::to_string(region["startLine"].get<int>()),
                      std::to_string(region["startColumn"].get<int>())});
    }
  } else if (form == "gitlab") {
    for (const Json& one : json) {
      const std::string name = one["check_name"];
      seen.push_back({name.substr(0, name.find(' ')),
                      std::to_string(one["location"]["lines"]["begin"].get<int>()), ""});
    }
  } else if (form == "github") {
    seen = Matches(text, "line=(\\d+)(?:,col=(\\d+),endColumn=\\d+|,endLine=\\d+),title=(\\w+)");
  } else if (form == "checkstyle") {
    seen = Matches(text, "<error line=\"(\\d+)\" column=\"(\\d+)\".* source=\"cacheplan.(\\w+)\"");
  } else if (form == "junit") {
    seen = Matches(text, "<testcase name=\"(\\d+):(\\d+): (\\w+)");
  } else if (form == "text") {
    seen = Matches(text, "Dockerfile:(\\d+):(\\d+): \\w+: .*\\[(\\w+)");
  }
  return seen;
}

TEST_CASE("one Dockerfile gives the same findings at the same places in every form") {
  const TempFolder folder;
  folder.Write("Dockerfile",
               "FROM golang:1.22 as Builder\nENV A b\nRUN echo é $missing 😀 $other\n"
               "MAINTAINER me\nFROM scratch\ncopy --from=builder / /\nEXPOSE 80/TCP 81/UDP\n");
  const InFolder here(folder.path());
  const std::vector<Seen> want =
      SeenIn("json", RunMain({"lint", "--select", "buildkit", "--format", "json"}).out);
  REQUIRE(want.size() >= 6);
  for (const ReporterInfo& reporter : AllReporters()) {
    const std::string form(reporter.name);
    const Ran ran = RunMain({"lint", "--select", "buildkit", "--format", form});
    INFO(form << "\n" << ran.out);
    CHECK(ran.status == 1);
    const std::vector<Seen> seen = SeenIn(form, ran.out);
    REQUIRE(seen.size() == want.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
      CHECK(seen[i].rule == want[i].rule);
      CHECK(seen[i].line == want[i].line);
      if (!seen[i].column.empty()) {
        CHECK(seen[i].column == want[i].column);
      }
    }
  }
}

TEST_CASE("each form gives the same text twice, and ends in a newline") {
  for (const ReporterInfo& reporter : AllReporters()) {
    const std::string form(reporter.name);
    INFO(form);
    const std::string text = Render(form, {Sample("Dockerfile", kText)});
    CHECK(text == Render(form, {Sample("Dockerfile", kText)}));
    CHECK(text.back() == '\n');
  }
}

TEST_CASE("text: place, excerpt, caret, reason, what to do, and a summary") {
  CHECK(Render("text", {Sample("a/Dockerfile", kText), Sample("b", kText)}) == [] {
    std::string out;
    for (const std::string name : {"a/Dockerfile", "b"}) {
      out += name + ": info: nothing is left out [CP999 no-ignore-file]\n";
      out += "      = why: every file is sent: 100% of them\n\n";
      out += name +
             ":1:15: warning: 'as' and 'FROM' keywords' casing do not match "
             "[FromAsCasing]\n"
             "    1 | FROM golang:1 as builder\n"
             "      |               ^~\n"
             "      = help: write AS (--fix does it)\n\n";
      out += name +
             ":2:1: error: two lines, <a> & \"b\": 100%?? [CP003 unknown-instruction]\n"
             "    1 | FROM golang:1 as builder\n"
             "      |                        ^\n\n";
    }
    return out +
           "6 findings in 2 files: 2 errors, 2 warnings, 2 info; 2 can be fixed with "
           "--fix\n";
  }());
  CHECK(Render("text", {}) == "No findings in 0 files.\n");
  CHECK(Render("text", {{std::make_shared<const Source>("D", ""), {}}}) ==
        "No findings in 1 file.\n");
}

TEST_CASE("colours only where asked for, and nothing but colours") {
  const std::vector<FileFindings> files = {Sample("Dockerfile", kText)};
  const std::string plain = Render("text", files);
  const std::string coloured = Render("text", files, Colour::kAlways);
  CHECK(plain.find('\x1b') == std::string::npos);
  CHECK(coloured.find("\x1b[1;33m^~\x1b[0m") != std::string::npos);
  CHECK(std::regex_replace(coloured, std::regex("\x1b\\[[0-9;]*m"), "") == plain);
  for (const ReporterInfo& reporter : AllReporters()) {
    if (reporter.name != "text") {
      CHECK(reporter.render(files, Colour::kAlways) == reporter.render(files, Colour::kNever));
    }
  }
}

TEST_CASE("github: values and texts are escaped, so that one finding is one line") {
  CHECK(Render("github", {Sample("./odd,na:me%\nx", kText)}) ==
        "::notice file=odd%2Cna%3Ame%25%0Ax,line=1,col=1,endColumn=1,title=CP999 no-ignore-file::"
        "nothing is left out%0Aevery file is sent: 100%25 of them\n"
        "::warning file=odd%2Cna%3Ame%25%0Ax,line=1,col=15,endColumn=17,title=FromAsCasing::'as' "
        "and 'FROM' keywords' casing do not match%0Awrite AS\n"
        "::error file=odd%2Cna%3Ame%25%0Ax,line=2,col=1,endColumn=1,title=CP003 "
        "unknown-instruction::two%0Alines, <a> & \"b\": 100%25?\xEF\xBF\xBD\n");
}

TEST_CASE("gitlab: a fingerprint of its own for each finding, kept when lines move") {
  std::vector<FileFindings> files = {Sample("./a", kText), Sample("a", kText)};
  files[0].findings.push_back(files[0].findings[1]);  // alike in everything
  const Json report = Json::parse(Render("gitlab", files));
  REQUIRE(report.size() == 7);
  std::set<std::string> prints;
  for (const Json& one : report) {
    prints.insert(one["fingerprint"].get<std::string>());
    CHECK(one["location"]["path"] == "a");
  }
  CHECK(prints.size() == 7);
  CHECK(report[0]["severity"] == "info");
  CHECK(report[1]["severity"] == "minor");
  CHECK(report[2]["severity"] == "major");

  FileFindings moved = Sample("a", "\n\n  " + kText);
  for (ReportedFinding& finding : moved.findings) {
    finding.line += finding.line == 0 ? 0 : 2;
    finding.span = {finding.span.begin + 4, finding.span.end + 4};
  }
  const Json after = Json::parse(Render("gitlab", {moved}));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(after[i]["fingerprint"] == report[i]["fingerprint"]);
  }
}

TEST_CASE("checkstyle and junit: markup and bytes that XML cannot hold are no trouble") {
  const std::vector<FileFindings> files = {Sample("a<b>&\"c\"", kText)};
  const std::string name = "a&lt;b&gt;&amp;&quot;c&quot;";
  const std::string message =
      "two&#10;lines, &lt;a&gt; &amp; &quot;b&quot;: 100%\xEF\xBF\xBD\xEF\xBF\xBD";
  const std::string checkstyle = Render("checkstyle", files);
  CHECK(checkstyle.find("<file name=\"" + name + "\">") != std::string::npos);
  CHECK(checkstyle.find("<error line=\"2\" column=\"1\" severity=\"error\" message=\"" + message +
                        "\" source=\"cacheplan.CP003\"/>") != std::string::npos);
  const std::string junit = Render("junit", files);
  CHECK(junit.find("<testsuites name=\"cacheplan lint\" tests=\"3\" failures=\"3\"") !=
        std::string::npos);
  CHECK(junit.find("<failure type=\"error\" message=\"" + message + "\">" + message +
                   "</failure>") != std::string::npos);
  const std::string clean =
      Render("junit", {{std::make_shared<const Source>("Dockerfile", ""), {}}});
  CHECK(clean.find("tests=\"1\" failures=\"0\"") != std::string::npos);
}

Schema SarifSchema() {
  return Schema(ReadFile(SourcePath("testdata/schema/sarif-subset.schema.json")));
}

TEST_CASE("sarif: as the standard says, for every case and for odd bytes") {
  const Schema schema = SarifSchema();
  const auto check = [&](const Json& log) {
    CHECK(schema.Accepts(log));
    const Json& rules = log["runs"][0]["tool"]["driver"]["rules"];
    std::set<std::string> ids;
    for (const Json& rule : rules) {
      CHECK(ids.insert(rule["id"].get<std::string>()).second);
    }
    for (const Json& result : log["runs"][0]["results"]) {
      CHECK(rules.at(result["ruleIndex"].get<std::size_t>())["id"] == result["ruleId"]);
    }
  };
  for (const std::string& folder : CaseFolders()) {
    const InFolder here(folder);
    INFO(folder);
    check(Json::parse(RunMain({"lint", "--select", "all", "--format", "sarif"}).out));
  }
  check(Json::parse(Render("sarif", {Sample("Dockerfile", kText), Sample("x\xff", kText)})));
}

TEST_CASE("sarif: columns are UTF-16 code units, without the byte order mark") {
  const TempFolder folder;
  folder.Write("Dockerfile",
               "\xEF\xBB\xBF"
               "FROM alpine as b\nLABEL \xF0\x9F\x98\x80=\xC3\xA9 x=$y\n");
  const InFolder here(folder.path());
  const Json log = Json::parse(
      RunMain({"lint", "--select", "buildkit", "--base-env", "empty", "--format", "sarif"}).out);
  const Json& results = log["runs"][0]["results"];
  REQUIRE(results.size() == 2);
  const Json region = results[0]["locations"][0]["physicalLocation"]["region"];
  CHECK(region["startColumn"] == 13);
  CHECK(region["endColumn"] == 15);
  const Json change = results[0]["fixes"][0]["artifactChanges"][0];
  CHECK(change["artifactLocation"]["uri"] == "Dockerfile");
  CHECK(change["replacements"][0]["deletedRegion"] == region);
  CHECK(change["replacements"][0]["insertedContent"]["text"] == "AS");
  const Json wide = results[1]["locations"][0]["physicalLocation"]["region"];
  CHECK(wide["startLine"] == 2);
  CHECK(wide["startColumn"] == 14);
  CHECK(wide["endColumn"] == 16);
}

TEST_CASE("sarif: paths are URIs") {
  const std::pair<std::string, std::string> rows[] = {
      {"./docker/app file.Dockerfile", "docker/app%20file.Dockerfile"},
      {"a:b/100%/#1?", "a%3Ab/100%25/%231%3F"},
      {"../x/\xC3\xA9", "../x/%C3%A9"},
      {"/srv/Dockerfile", "file:///srv/Dockerfile"},
      {"-", "-"},
  };
  for (const auto& [path, uri] : rows) {
    const Json log = Json::parse(Render("sarif", {Sample(path, kText)}));
    const Json& place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    CHECK(place["artifactLocation"]["uri"] == uri);
  }
}

}  // namespace
}  // namespace cacheplan::test
