#include "src/lint/suppressions.h"

#include <algorithm>
#include <set>

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
    const bool known = key == "skip" || key == "experimental" || key == "error";
    const std::optional<bool> error = ParseBool(value);
    if (equals == std::string_view::npos || !known || (key == "error" && !error)) {
      valid = false;
    } else if (key == "error") {
      options.error = *error;
    } else if (value == "all") {
      (key == "skip" ? options.skip_all : options.experimental_all) = true;
    } else {
      (key == "skip" ? options.skip : options.experimental) = CheckRules(value);
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

/// What the comments that count begin with: check, cacheplan, hadolint.
constexpr std::string_view kFirstLetters = "cCh";

constexpr std::string_view kOurs = "cacheplan";

/// Takes the word, in any case, a colon and blanks after it; false when another word begins there.
bool TakeWord(std::string_view& text, std::string_view word) {
  if (!EqualFold(text.substr(0, word.size()), word)) {
    return false;
  }
  const std::string_view rest = text.substr(word.size());
  if (!rest.empty() && rest.find_first_of(" \t:=") != 0) {
    return false;
  }
  text = rest.substr(std::min(rest.find_first_not_of(" \t:"), rest.size()));
  return true;
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

/// The word of a comment of ours that was to switch a rule off: `ignroe=CP301`, `disable=CP301`,
/// `glbal ignore=CP301`. "" when it is a sentence about the tool, or an annotation.
std::string_view Misspelt(std::string_view body) {
  constexpr std::string_view kOthers[] = {"disable", "skip", "suppress", "nolint", "off", "allow"};
  constexpr std::size_t kEdits = 3;
  const std::string_view first = body.substr(0, body.find_first_of(" \t="));
  const std::string_view rest = TrimLeft(body.substr(first.size()));
  const bool sets = rest.starts_with('=');
  const bool near = EditDistance(first, "ignore", kEdits) < kEdits ||
                    std::find(std::begin(kOthers), std::end(kOthers), first) != std::end(kOthers);
  return (sets && near) || rest.starts_with("ignore=") ? first : std::string_view();
}

/// A comment that begins with our name may stand in the text. Most files have none, and to look at
/// what follows each '#' is cheaper than to look for the name.
bool MayHaveOurs(std::string_view text) {
  for (std::size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
    const std::string_view comment = TrimLeft(text.substr(at + 1));
    if (!comment.empty() && kFirstLetters.find(comment.front()) != std::string_view::npos &&
        EqualFold(comment.substr(0, kOurs.size()), kOurs)) {
      return true;
    }
  }
  return false;
}

}  // namespace

Suppressions::Suppressions(const Dockerfile& file, bool strays) : file_(file) {
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
  if (strays) {
    ReadStrays();
  }
}

void Suppressions::ReadComments(const Instruction& instruction, bool first) {
  bool checked = false;
  for (const std::string_view comment : instruction.comments) {
    if (comment.empty() || kFirstLetters.find(comment.front()) == std::string_view::npos) {
      continue;  // most comments are for people
    }
    if (const std::optional<std::string_view> check = CheckComment(comment); check && !checked) {
      checked = true;  // the first one counts, whether or not it can be read
      if (const std::optional<CheckOptions> options = ParseCheck(*check)) {
        options_[&instruction] = *options;
      }
      continue;
    }
    if (ReadOurs(comment, &instruction, first)) {
      continue;
    }
    if (comment.substr(0, 16) == "hadolint ignore=") {
      const std::string_view codes = comment.substr(16);
      hadolint_[&instruction] |= ForeignRules(codes.substr(0, codes.find_first_of(" \t")));
    }
  }
}

Span Suppressions::SpanOf(std::string_view part) const {
  const auto begin = static_cast<std::uint32_t>(part.data() - file_.source->text().data());
  return {begin, begin + static_cast<std::uint32_t>(part.size())};
}

bool Suppressions::ReadOurs(std::string_view comment, const Instruction* below, bool first) {
  std::string_view body = comment;
  if (!TakeWord(body, kOurs)) {
    return false;
  }
  Ignore ignore;
  ignore.span = SpanOf(comment);
  ignore.span.begin =
      static_cast<std::uint32_t>(file_.source->text().rfind('#', ignore.span.begin));
  ignore.line = file_.source->At(ignore.span.begin).line;
  ignore.below = below;
  ignore.global = TakeWord(body, "global");
  if (!TakeWord(body, "ignore")) {
    const bool annotates = comment.substr(kOurs.size()).starts_with(':');
    const std::string_view word = annotates ? std::string_view() : Misspelt(body);
    if (word.empty()) {
      return false;  // or a sentence about the tool
    }
    ignore.error = "'" + std::string(word) +
                   "' is no word of it; write 'cacheplan ignore=CODE' or 'cacheplan global "
                   "ignore=CODE'";
    ignores_.push_back(std::move(ignore));
    return true;
  }
  const std::string_view head = comment.substr(0, comment.size() - body.size());
  if ((head != "cacheplan ignore" && head != "cacheplan global ignore") || body.empty() ||
      body.front() != '=') {
    ignore.error = "write 'cacheplan ignore=CODE' or 'cacheplan global ignore=CODE'";
  } else if (below == nullptr) {
    ignore.error = "it stands above no instruction; put it right above the one that it is about";
  } else if (ignore.global && !first) {
    ignore.error = "a global one counts only above the first instruction";
  } else {
    ReadCodes(body.substr(1), ignore);
  }
  ignores_.push_back(std::move(ignore));
  return true;
}

void Suppressions::ReadCodes(std::string_view body, Ignore& ignore) {
  const std::size_t blank = body.find_first_of(" \t");
  const std::string_view rest =
      blank == std::string_view::npos ? std::string_view() : Trim(body.substr(blank));
  constexpr std::string_view kReason = "reason=";
  if (!rest.empty() && rest.substr(0, kReason.size()) != kReason) {
    ignore.error = "after the codes, which have no blanks between them, only reason=… may follow";
  } else if (rest == kReason) {
    ignore.remark = "reason= is followed by no reason";
  }
  ForEachPart(body.substr(0, blank), ',', std::string_view::npos, [&](std::string_view word) {
    ignore.words.push_back({SpanOf(word), FindRules(word)});
    ignore.rules |= ignore.words.back().rules;
  });
}

void Suppressions::ReadStrays() {
  if (!MayHaveOurs(file_.source->text())) {
    return;
  }
  std::set<std::uint32_t> read;
  for (const Ignore& ignore : ignores_) {
    read.insert(ignore.span.begin);
  }
  for (const Token& token : Tokenize(file_)) {
    if (token.kind == TokenKind::kComment && read.count(token.span.begin) == 0) {
      const std::string_view comment = file_.source->Slice(token.span);
      ReadOurs(Trim(comment.substr(comment.find('#') + 1)), nullptr, false);
    }
  }
}

RuleSet Suppressions::MaySwitchOn() const {
  RuleSet rules = file_options_.experimental;
  bool all = file_options_.experimental_all;
  if (rules.none() && !all && options_.empty()) {
    return rules;  // as in nearly every file
  }
  for (const auto& [instruction, options] : options_) {
    rules |= options.experimental;
    all = all || options.experimental_all;
  }
  for (const RuleInfo& rule : AllRules()) {
    const bool experimental = rule.group == RuleGroup::kBuildkit && !rule.on;
    const auto row = static_cast<std::size_t>(rule.id);
    rules.set(row, experimental && (all || rules[row]));
  }
  return rules;
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
    const bool here = ignore.global || ignore.below == raw.instruction;
    if (here && ignore.error.empty() && Has(ignore.rules, rule)) {
      ignore.used.set(static_cast<std::size_t>(rule));
      shows = false;
    }
  }
  return shows;
}

}  // namespace cacheplan::lint
