#include "cacheplan/rules.h"

#include <fmt/format.h>

#include "src/report/json_writer.h"

namespace cacheplan {
namespace {

std::string_view NeedsWord(RuleNeeds needs) {
  switch (needs) {
    case RuleNeeds::kFile:
      return "file";
    case RuleNeeds::kContext:
      return "context";
    case RuleNeeds::kRegistry:
      return "registry";
    case RuleNeeds::kClassic:
      return "classic";
  }
  return "";
}

std::string_view FixWord(Fixable fix) {
  return fix == Fixable::kNo ? "no" : fix == Fixable::kSafe ? "safe" : "unsafe";
}

/// "warning", "off", "warning; needs --context; --fix"
std::string Facts(const RuleInfo& rule) {
  std::string facts(SeverityName(rule.severity));
  const auto add = [&facts](std::string_view before, std::string_view word) {
    if (!word.empty()) {
      facts += fmt::format("; {}{}", before, word);
    }
  };
  add("", rule.on ? "" : "off unless selected");
  add("needs ", NeedsText(rule.needs));
  add("", FixText(rule.fix));
  return facts;
}

/// BuildKit's checks have one name for both.
std::string Title(const RuleInfo& rule) {
  return rule.code == rule.name ? std::string(rule.name)
                                : fmt::format("{} {}", rule.code, rule.name);
}

}  // namespace

std::string_view NeedsText(RuleNeeds needs) {
  switch (needs) {
    case RuleNeeds::kFile:
      return "";
    case RuleNeeds::kContext:
      return "--context";
    case RuleNeeds::kRegistry:
      return "a registry, which no rule asks";
    case RuleNeeds::kClassic:
      return "--builder classic";
  }
  return "";
}

std::string_view FixText(Fixable fix) {
  return fix == Fixable::kNo ? "" : fix == Fixable::kSafe ? "--fix" : "--fix-unsafe";
}

std::string RenderRulesText(std::span<const RuleInfo> rules) {
  std::string out;
  for (const RuleGroup group : {RuleGroup::kBuildkit, RuleGroup::kCache}) {
    out += fmt::format("{}{}\n", out.empty() ? "" : "\n", Name(group));
    for (const RuleInfo& rule : rules) {
      if (rule.group == group) {
        out += fmt::format("  {} ({})\n      {}\n", Title(rule), Facts(rule), rule.summary);
      }
    }
  }
  return out;
}

std::string RenderRuleText(const RuleInfo& rule) {
  const std::string_view page = RulePage(rule);
  const std::string text =
      page.empty() ? fmt::format("# {}\n\n{}\n", Title(rule), rule.summary) : std::string(page);
  const std::string url = RuleUrl(rule);
  return fmt::format("{}\nGroup {}; {}\n{}", text, Name(rule.group), Facts(rule),
                     url.find("://") == std::string::npos ? "" : url + "\n");
}

std::string RenderRulesJson(std::span<const RuleInfo> rules) {
  report::JsonWriter json;
  json.Open('{').Number("version", 1).Open("rules", '[');
  for (const RuleInfo& rule : rules) {
    json.Line().Open('{').Text("code", rule.code).Text("name", rule.name);
    json.Text("group", Name(rule.group)).Text("severity", SeverityName(rule.severity));
    json.Bool("on", rule.on).Text("needs", NeedsWord(rule.needs)).Text("fix", FixWord(rule.fix));
    json.Text("hadolint", rule.hadolint).Text("summary", rule.summary);
    json.Text("url", RuleUrl(rule)).Text("page", RulePage(rule)).Close('}');
  }
  return json.Close(']').Close('}').Take();
}

}  // namespace cacheplan
