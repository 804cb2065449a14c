#include "src/lint/suppressions.h"

#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/text.h"

namespace cacheplan::lint {
namespace {

template <typename Use>
void ForEachPart(std::string_view text, char separator, std::size_t most, const Use& use) {
  for (std::size_t part = 1;; ++part) {
    const std::size_t end = part == most ? std::string_view::npos : text.find(separator);
    use(text.substr(0, end));
    if (end == std::string_view::npos) {
      return;
    }
    text.remove_prefix(end + 1);
  }
}

/// Rules by the exact names that BuildKit knows.
RuleSet CheckRules(std::string_view names) {
  RuleSet rules;
  ForEachPart(names, ',', std::string_view::npos, [&](std::string_view name) {
    name = Trim(name);
    for (const RuleInfo& rule : AllRules()) {
      if (rule.group == RuleGroup::kBuildkit && rule.name == name) {
        rules.set(static_cast<std::size_t>(rule.id));
      }
    }
  });
  return rules;
}

/// strconv.ParseBool.
std::optional<bool> ParseBool(std::string_view text) {
  for (const std::string_view word : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == word) {
      return true;
    }
  }
  for (const std::string_view word : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == word) {
      return false;
    }
  }
  return std::nullopt;
}

/// `skip=A,B;error=true;experimental=C`; nothing when BuildKit would refuse it.
std::optional<CheckOptions> ParseCheck(std::string_view text) {
  CheckOptions options;
  text = Trim(text);
  if (text.empty()) {
    return options;
  }
  bool valid = true;
  ForEachPart(text, ';', 3, [&](std::string_view part) {
    const std::size_t equals = part.find('=');
    const std::string_view key = Trim(part.substr(0, equals));
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : Trim(part.substr(equals + 1));
    if (equals == std::string_view::npos) {
      valid = false;
    } else if (key == "skip") {
      options.skip_all = value == "all";
      options.skip = options.skip_all ? RuleSet() : CheckRules(value);
    } else if (key == "experimental") {
      options.experimental_all = value == "all";
      options.experimental = options.experimental_all ? RuleSet() : CheckRules(value);
    } else if (const std::optional<bool> error = ParseBool(value); key == "error" && error) {
      options.error = *error;
    } else {
      valid = false;
    }
  });
  return valid ? std::optional(options) : std::nullopt;
}

/// The value of a comment `check=…` (without '#'), up to its first blank.
std::optional<std::string_view> CheckComment(std::string_view body) {
  const std::size_t equals = body.find('=');
  if (equals == std::string_view::npos || !EqualFold(TrimRight(body.substr(0, equals)), "check")) {
    return std::nullopt;
  }
  const std::string_view value = Trim(body.substr(equals + 1));
  return value.empty() ? std::nullopt : std::optional(value.substr(0, value.find(' ')));
}

/// BuildKit asks these with the options of the file alone.
constexpr RuleId kFileLevel[] = {RuleId::kNoEmptyContinuation, RuleId::kDuplicateStageName,
                                 RuleId::kReservedStageName, RuleId::kConsistentInstructionCasing,
                                 RuleId::kInvalidDefaultArgInFrom};

bool Has(const RuleSet& rules, RuleId rule) { return rules[static_cast<std::size_t>(rule)]; }

/// Rules by the codes that another linter has for the same thing. BuildKit's checks are not among
/// them: they do exactly what BuildKit does, and it knows only its own comments.
RuleSet ForeignRules(std::string_view codes) {
  RuleSet rules;
  ForEachPart(codes, ',', std::string_view::npos, [&](std::string_view code) {
    code = Trim(code);
    for (const RuleInfo& rule : AllRules()) {
      const std::string_view known = rule.hadolint;
      const std::size_t at = code.empty() ? std::string_view::npos : known.find(code);
      if (at != std::string_view::npos) {
        rules.set(static_cast<std::size_t>(rule.id));
      }
    }
  });
  return rules;
}

}  // namespace

Suppressions::Suppressions(const Dockerfile& file) : file_(file) {
  for (const Directive& directive : file.directives) {
    if (directive.name == "check") {
      if (const std::optional<CheckOptions> options = ParseCheck(directive.value)) {
        file_options_ = *options;
      }
    }
  }
  for (const Instruction& instruction : file.instructions) {
    if (!instruction.comments.empty()) {
      ReadComments(instruction, &instruction == &file.instructions.front());
    }
  }
}

void Suppressions::ReadComments(const Instruction& instruction, bool first) {
  const std::string_view text = file_.source->text();
  bool checked = false;
  for (const std::string_view comment : instruction.comments) {
    if (const std::optional<std::string_view> check = CheckComment(comment); check && !checked) {
      checked = true;  // the first one counts, whether or not it can be read
      if (const std::optional<CheckOptions> options = ParseCheck(*check)) {
        options_[&instruction] = *options;
      }
      continue;
    }
    const auto offset = static_cast<std::uint32_t>(comment.data() - text.data());
    const auto begin = static_cast<std::uint32_t>(text.rfind('#', offset));
    const auto end = static_cast<std::uint32_t>(offset + comment.size());
    if (comment.substr(0, 10) == "cacheplan ") {
      ReadOurs(TrimLeft(comment.substr(10)), {begin, end}, instruction, first);
    } else if (comment.substr(0, 16) == "hadolint ignore=") {
      const std::string_view codes = comment.substr(16);
      hadolint_[&instruction] |= ForeignRules(codes.substr(0, codes.find_first_of(" \t")));
    }
  }
}

void Suppressions::ReadOurs(std::string_view body, Span span, const Instruction& instruction,
                            bool first) {
  Ignore ignore;
  ignore.span = span;
  ignore.line = file_.source->At(span.begin).line;
  ignore.instruction = &instruction;
  if (body.substr(0, 7) == "global ") {
    body = TrimLeft(body.substr(7));
    ignore.instruction = nullptr;
    if (!first) {
      ignore.error = "a global ignore counts only above the first instruction";
    }
  }
  if (body.substr(0, 7) != "ignore=") {
    ignore.error = "this is neither 'ignore=CODE' nor 'global ignore=CODE'";
    ignores_.push_back(std::move(ignore));
    return;
  }
  body.remove_prefix(7);
  const std::size_t blank = body.find_first_of(" \t");
  const std::string_view rest =
      blank == std::string_view::npos ? std::string_view() : Trim(body.substr(blank));
  if (!rest.empty() && rest.substr(0, 7) != "reason=") {
    ignore.error = fmt::format("after the codes only reason=… may follow, not '{}'", rest);
  }
  ForEachPart(body.substr(0, blank), ',', std::string_view::npos, [&](std::string_view word) {
    const RuleSet rules = FindRules(word);
    if (rules.none()) {
      ignore.unknown.emplace_back(word);
    }
    ignore.rules |= rules;
  });
  ignores_.push_back(std::move(ignore));
}

bool Suppressions::CheckShows(RuleId rule, const Instruction* instruction, bool selected) const {
  const bool file_level =
      std::find(std::begin(kFileLevel), std::end(kFileLevel), rule) != std::end(kFileLevel);
  const auto found = file_level ? options_.end() : options_.find(instruction);
  const CheckOptions* own = found == options_.end() ? nullptr : &found->second;
  if (!Info(rule).on) {  // experimental
    return selected || file_options_.experimental_all || Has(file_options_.experimental, rule) ||
           (own != nullptr && (own->experimental_all || Has(own->experimental, rule)));
  }
  const bool skipped = file_options_.skip_all || Has(file_options_.skip, rule) ||
                       (own != nullptr && (own->skip_all || Has(own->skip, rule)));
  return selected && !skipped;
}

bool Suppressions::Shows(const Checker::Raw& raw, bool selected) {
  const RuleId rule = raw.finding.rule;
  const bool check = Info(rule).group == RuleGroup::kBuildkit;
  if (check ? !CheckShows(rule, raw.instruction, selected) : !selected) {
    return false;
  }
  const auto foreign = hadolint_.find(raw.instruction);
  if (foreign != hadolint_.end() && Has(foreign->second, rule)) {
    return false;
  }
  bool shows = true;
  for (Ignore& ignore : ignores_) {
    const bool here = ignore.instruction == nullptr || ignore.instruction == raw.instruction;
    if (here && ignore.error.empty() && Has(ignore.rules, rule)) {
      ignore.used.set(static_cast<std::size_t>(rule));
      shows = false;
    }
  }
  return shows;
}

}  // namespace cacheplan::lint
