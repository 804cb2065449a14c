// What must hold for any bytes: run by the fuzz targets beside this file, and over the files of
// testdata/fuzz by tests/fuzz_cases_test.cpp. Each gives what is broken, "" when all holds.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cacheplan/commands.h"
#include "cacheplan/context.h"
#include "cacheplan/detect.h"
#include "cacheplan/emit.h"
#include "cacheplan/graph.h"
#include "cacheplan/image_ref.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/plan.h"
#include "cacheplan/report.h"
#include "cacheplan/script.h"
#include "cacheplan/shell.h"
#include "cacheplan/syntax.h"

#include "lint_checks.h"
#include "table_checks.h"
#include "tree_checks.h"

namespace cacheplan::fuzz {

inline std::string CheckSamePlan(const Plan& plan);
inline std::string CheckPlans(const Dockerfile& file) {
  const Graph graph = BuildGraph(file);
  const Dependencies deps = Detect(file, graph, Knowledge::BuiltIn());
  RenderGraphText(file, graph, deps);
  for (const BuilderKind builder : {BuilderKind::kClassic, BuilderKind::kDocker}) {
    PlanOptions options;
    options.builder = builder;
    options.tags = {"app"};
    options.stages = {"all"};
    const PlanOutcome outcome = MakePlan(file, graph, deps, options);
    std::string broken = outcome.plan ? CheckSamePlan(*outcome.plan) : "";
    if (!broken.empty()) {
      return broken;
    }
  }
  return {};
}

inline std::string CheckDockerfile(std::string_view text) {
  const Dockerfile file = Parse(std::make_shared<const Source>("fuzz", std::string(text)));
  DumpSexp(file);
  for (const Diagnostic& diagnostic : file.diagnostics) {
    FormatDiagnostic(*file.source, diagnostic);
  }
  for (const Instruction& instruction : file.instructions) {
    AsFrom(instruction);
    AsCopy(instruction);
    AsRun(instruction);
    AsPairs(instruction);
  }
  RenderParseJson(file);
  std::string broken = CheckTree(file);
  if (broken.empty()) {
    broken = CheckTokens(file);
  }
  if (broken.empty()) {
    broken = CheckGraph(file, {});
  }
  if (broken.empty()) {
    broken = CheckPlans(file);
  }
  if (broken.empty()) {
    broken = CheckLint(file);
  }
  if (broken.empty()) {
    GraphOptions options;
    options.target = "B";
    options.platform = "linux/arm64";
    options.build_args = {{"A", "b"}};
    options.build_contexts = {"c"};
    options.empty_base_env = true;
    broken = CheckGraph(file, options);
  }
  return broken;
}

inline std::optional<std::string_view> NoVariable(std::string_view /*name*/) {
  return std::nullopt;
}

/// The first byte picks the options.
inline std::string CheckWords(std::string_view text) {
  const unsigned bits = text.empty() ? 0 : static_cast<unsigned char>(text.front());
  const std::string_view word = text.empty() ? text : text.substr(1);
  LexOptions options;
  options.escape = (bits & 1U) != 0 ? '`' : '\\';
  options.raw_quotes = (bits & 2U) != 0;
  options.raw_escapes = (bits & 4U) != 0;
  options.skip_unset = (bits & 8U) != 0;
  const std::string half(word.substr(word.size() / 2));
  const Expansion out = Expand(
      word,
      [&](std::string_view name) -> std::optional<std::string_view> {
        return name == "A"   ? std::optional<std::string_view>("a b/c.d")
               : name == "B" ? std::optional<std::string_view>("")
               : name == "C" ? std::optional<std::string_view>(half)
                             : std::nullopt;
      },
      options);
  if (!out.ok() && (!out.text.empty() || !out.words.empty())) {
    return "an error and a result";
  }
  std::size_t length = 0;
  for (const std::string& part : out.words) {
    if (part.empty()) {
      return "an empty word";
    }
    length += part.size();
  }
  ReadMount(word, [&](std::string_view part) { return Expand(part, NoVariable, options); });
  (void)ParseImageRef(word);
  // Bytes that are no UTF-8 grow to three in words.
  return length <= 3 * out.text.size() ? "" : "words hold more than the text";
}

inline std::string CheckScript(std::string_view script) {
  for (const ScriptDialect dialect :
       {ScriptDialect::kPosix, ScriptDialect::kPowerShell, ScriptDialect::kCmd}) {
    Arena arena;
    const Script out = ParseScript(script, arena, dialect);
    for (const SimpleCommand& command : out.commands) {
      if (command.offset > script.size()) {
        return "a command's offset is outside";
      }
      (void)command.name();
    }
    for (const OpaquePart& part : out.opaque) {
      if (part.offset > script.size() || part.reason.empty()) {
        return "an opaque part has no place or no reason";
      }
    }
  }
  Arena arena;
  const std::array<std::string_view, 3> argv = {"sh", "-c", script};
  ParseExec(argv, arena);
  return {};
}

/// Written as JSON and read again it is the same plan.
inline std::string CheckSamePlan(const Plan& plan) {
  Emit(plan, EmitterId::kSh);
  ExplainPlan(plan);
  for (const PlanStep& step : plan.steps) {
    DisplayCommand(step);
  }
  const Result<Plan> again = PlanFromJson(PlanToJson(plan));
  return again.ok() && again.value() == plan ? "" : "written and read it is another plan";
}

inline std::string CheckPlanJson(std::string_view text) {
  const Result<Plan> plan = PlanFromJson(text);
  if (!plan.ok()) {
    return plan.status().message.empty() ? "refused without a word" : "";
  }
  return CheckSamePlan(plan.value());
}

/// The last line is a path, the lines before it are patterns.
inline std::string CheckIgnore(std::string_view text) {
  const std::size_t end = text.rfind('\n');
  const std::string_view path = end == std::string_view::npos ? text : text.substr(end + 1);
  const IgnoreFile file = IgnoreFile::Parse(text.substr(0, text.size() - path.size()));
  const IgnorePattern* last = nullptr;
  for (std::size_t i = 0; i < file.patterns().size(); ++i) {
    const IgnorePattern& pattern = file.patterns()[i];
    const bool matches = file.MatchesBy(i, path);
    last = matches ? &pattern : last;
    if (matches && !pattern.error.empty()) {
      return "a bad pattern matches";
    }
    // Below a folder that a pattern matches everything is matched; not so for "/" and "/a",
    // Docker's own oddity.
    const bool absolute = path.substr(0, 1) == "/";
    if (matches && !absolute && !file.MatchesBy(i, std::string(path) + "/a")) {
      return "a pattern matches a folder and not what is in it";
    }
  }
  if (last != file.Decider(path) || file.Matches(path) != (last != nullptr && !last->exclude)) {
    return "not the last pattern that matches decides";
  }
  return {};
}

}  // namespace cacheplan::fuzz
