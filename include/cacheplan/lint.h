// Rules over a read Dockerfile: BuildKit's build checks, and what makes a cache wrong or useless.
//
// Pure: Lint reads the tree, the graph, the dependency facts and, where one is given, the build
// context. It never fails; what a rule cannot know it does not claim. The catalogue is
// grammar/rules.def, a rule's text docs/rules/<CODE>.md.
#pragma once

#include <bitset>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/context.h"
#include "cacheplan/detect.h"
#include "cacheplan/graph.h"
#include "cacheplan/syntax.h"

namespace cacheplan {

/// One enumerator a row of grammar/rules.def: RuleId::kStageNameCasing.
enum class RuleId : std::uint8_t {
#define RULE(id_, ...) k##id_,
#include "grammar/rules.def"
#undef RULE
  kCount,
};
inline constexpr std::size_t kRuleCount = static_cast<std::size_t>(RuleId::kCount);

enum class RuleGroup : std::uint8_t { kBuildkit, kCache };
std::string_view Name(RuleGroup group);  ///< "buildkit", "cache"

enum class Fixable : std::uint8_t { kNo, kSafe, kUnsafe };

/// What a rule needs beside the Dockerfile to say anything.
enum class RuleNeeds : std::uint8_t {
  kFile,      ///< nothing
  kContext,   ///< a build context (--context)
  kRegistry,  ///< what only a registry knows: listed, never reported
  kClassic,   ///< --builder classic
};

struct RuleInfo {
  RuleId id;
  std::string_view code;  ///< "CP301"; BuildKit's checks have their name here
  std::string_view name;  ///< "broad-copy-before-dependencies", "StageNameCasing"
  RuleGroup group;
  Severity severity;
  RuleNeeds needs;
  Fixable fix;
  bool on;                    ///< reported unless switched off
  std::string_view hadolint;  ///< codes that hadolint has for it, in words
  std::string_view summary;
};
const RuleInfo& Info(RuleId id);
std::span<const RuleInfo> AllRules();
/// By code or name, in any case; null when there is none.
const RuleInfo* FindRule(std::string_view code_or_name);
/// Where the rule is explained: a page of docs.docker.com, or "docs/rules/CP301.md".
std::string RuleUrl(const RuleInfo& rule);
/// The text of docs/rules/<CODE>.md.
std::string_view RulePage(const RuleInfo& rule);

using RuleSet = std::bitset<kRuleCount>;
/// All of a group, those that are off among them.
const RuleSet& RulesOf(RuleGroup group);
/// The rules that a code, a name or a group ("buildkit", "cache", "all") stands for; empty when it
/// stands for none.
RuleSet FindRules(std::string_view word);
RuleSet DefaultRules();
/// Says that the word stands for no rule, and what may have been meant.
std::string UnknownRule(std::string_view word);

/// Replaces `span` by `text`; an empty span inserts.
struct TextEdit {
  Span span;
  std::string text;
};
/// Lines for the end of another file, which need not be there yet: an ignore file.
struct AppendedLines {
  std::string path;
  std::vector<std::string> lines;
};
struct Fix {
  std::string title;  ///< what it does, as an order: "write AS in upper case"
  bool safe = true;   ///< the image stays the same; an unsafe one needs a look
  std::vector<TextEdit> edits;
  std::optional<AppendedLines> append = std::nullopt;
};

struct Finding {
  RuleId rule;
  Severity severity = Severity::kWarning;
  Span span;
  std::uint32_t line = 0;  ///< from 1, BuildKit's where the rule is BuildKit's; 0 = the whole file
  std::string message;     ///< BuildKit's words where the rule is BuildKit's
  std::string why;         ///< which steps run again, and when; may be empty
  std::string hint;        ///< what to do; may be empty
  std::optional<Fix> fix;
};

struct LintOptions {
  RuleSet rules = DefaultRules();
  bool classic = false;    ///< the builder is the classic one
  bool ephemeral = false;  ///< the builder starts empty each time, as on most CI services
  /// Severities other than the catalogue's.
  std::vector<std::pair<RuleId, Severity>> severities;
  bool suppressions = true;  ///< obey comments
};

struct LintResult {
  std::vector<Finding> findings;  ///< by line, column and rule
  bool fails = false;             ///< `# check=error=true` stands in the file and a check spoke
};

/// `context` may be null: rules that need one are silent then. BuildKit's checks do not look at
/// `deps`, which may be empty where no other rule is asked for.
LintResult Lint(const Dockerfile& file, const Graph& graph, const Dependencies& deps,
                const BuildContext* context, const LintOptions& options);

/// The text after the fixes of the findings (the safe ones, or all), in their order; of two that
/// touch the same bytes the first wins. Nothing when there is nothing to do, or when the result
/// would be refused where the text was not.
struct Fixed {
  std::string text;
  std::vector<std::size_t> applied;  ///< indices into the findings
  std::vector<AppendedLines> appends;
};
std::optional<Fixed> ApplyFixes(const Dockerfile& file, std::span<const Finding> findings,
                                bool unsafe);

}  // namespace cacheplan
