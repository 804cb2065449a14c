// Comments that hid nothing. It speaks only where the rule that a comment names was asked and could
// have spoken: another run, with other options, may need the comment.
#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/registry.h"
#include "src/lint/suppressions.h"

namespace cacheplan::lint {
namespace {

bool Has(const RuleSet& rules, RuleId rule) { return rules[static_cast<std::size_t>(rule)]; }

/// The options let the rule say all that it might say in any run.
bool SaysAll(const Checker& check, RuleId rule) {
  switch (rule) {
    case RuleId::kUndefinedVar:  // more with empty base images
      return false;
    case RuleId::kDependenciesOnCacheMount:
      return check.options.ephemeral;
    case RuleId::kDownloadAndCompile:  // a context may show that all is vendored
      return check.options.ephemeral && check.context == nullptr;
    case RuleId::kLockNotCopied:  // a context may show that there is none
      return check.context == nullptr;
    case RuleId::kUnreachableStage:
    case RuleId::kVolatileValueEarly:
      return check.options.classic;
    case RuleId::kAddUrlWithoutChecksum:
      return !check.options.classic;
    default:
      break;
  }
  switch (Info(rule).needs) {
    case RuleNeeds::kFile:
      return true;
    case RuleNeeds::kContext:
      return check.context != nullptr;
    case RuleNeeds::kClassic:
      return check.options.classic;
    case RuleNeeds::kRegistry:
      return false;
  }
  return false;
}

bool IsUnused(const Checker& check, const Ignore& ignore, const Ignore::Word& word) {
  if (word.rules.none() || (word.rules & ignore.used).any()) {
    return false;
  }
  return std::all_of(AllRules().begin(), AllRules().end(), [&](const RuleInfo& rule) {
    const bool about_comments =
        rule.id == RuleId::kUnusedSuppression || rule.id == RuleId::kBadSuppression;
    return !Has(word.rules, rule.id) || rule.needs == RuleNeeds::kRegistry ||
           (!about_comments && Has(check.options.rules, rule.id) && SaysAll(check, rule.id));
  });
}

/// Without the comment's line the next would be read as a parser directive, which it is not now.
bool KeepsDirectiveOff(const Checker& check, const Ignore& ignore) {
  const std::string_view next = TrimLeft(check.file.source->Line(ignore.line + 1));
  return ignore.line <= check.file.directives.size() + 1 && next.substr(0, 1) == "#" &&
         next.find('=') != std::string_view::npos;
}

std::optional<Fix> RemoveComment(const Checker& check, const Ignore& ignore) {
  if (KeepsDirectiveOff(check, ignore)) {
    return std::nullopt;
  }
  const Span line = {check.file.source->LineSpan(ignore.line).begin,
                     check.file.source->LineSpan(ignore.line + 1).begin};
  return Fix{"remove the comment", true, {{line, ""}}};
}

}  // namespace

void CheckUnusedSuppression(Checker& check) {
  if (check.comments == nullptr) {
    return;
  }
  for (const Ignore& ignore : check.comments->ignores()) {
    if (!ignore.error.empty()) {
      continue;  // it could hide nothing
    }
    std::string kept;
    std::string unused;
    Span first;
    for (const Ignore::Word& word : ignore.words) {
      const std::string text(check.file.source->Slice(word.span));
      if (IsUnused(check, ignore, word)) {
        first = unused.empty() ? word.span : first;
        unused += (unused.empty() ? "" : ", ") + text;
      } else {
        kept += (kept.empty() ? "" : ",") + text;
      }
    }
    if (unused.empty()) {
      continue;
    }
    Report report{fmt::format("This comment switches off {}, which {} nothing to say here", unused,
                              unused.find(',') == std::string::npos ? "has" : "have"),
                  "it hides what the rule would say of a later change", "", std::nullopt};
    if (kept.empty()) {
      report.hint = "remove the comment";
      report.fix = RemoveComment(check, ignore);
    } else {
      report.hint = fmt::format("remove {} from it", unused);
      const Span words = {ignore.words.front().span.begin, ignore.words.back().span.end};
      report.fix = Fix{report.hint, true, {{words, kept}}};
    }
    check.AtLine(RuleId::kUnusedSuppression, *ignore.below, kept.empty() ? ignore.span : first,
                 ignore.line, std::move(report));
  }
}

}  // namespace cacheplan::lint
