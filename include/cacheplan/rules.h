// The catalogue of the linter's rules, for people and for programs.
//
// Pure: rows of grammar/rules.def in, text out. JSON is described by docs/schema/rules.schema.json.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cacheplan/lint.h"

namespace cacheplan {

/// A table, a line a rule.
std::string RenderRulesText(std::span<const RuleInfo> rules);
/// One rule: its facts and its page.
std::string RenderRuleText(const RuleInfo& rule);
std::string RenderRulesJson(std::span<const RuleInfo> rules);

/// What a rule needs, in a few words; "" for nothing.
std::string_view NeedsText(RuleNeeds needs);
/// "--fix", "--fix-unsafe", or "".
std::string_view FixText(Fixable fix);

}  // namespace cacheplan
