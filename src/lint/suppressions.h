// Comments that switch rules off: BuildKit's `# check=`, ours, and hadolint's where it names a
// cache rule.
//
//   # check=skip=RuleA,RuleB;error=true;experimental=RuleC     first lines, or above an instruction
//   # cacheplan ignore=CODE[,CODE] [reason=…]                  above an instruction
//   # cacheplan global ignore=CODE[,CODE] [reason=…]           above the first instruction
//   # hadolint ignore=DL3009                                   above an instruction
//
// Source of the first: moby/buildkit frontend/dockerfile/linter/linter.go (ParseLintOptions,
// WithMergedConfigFromComments).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// What one comment of ours says.
struct Ignore {
  struct Word {
    Span span;
    RuleSet rules;  ///< none: the word names no rule
  };
  std::vector<Word> words;  ///< what follows `ignore=`, between commas
  RuleSet rules;            ///< of all words
  std::string error;        ///< it counts for nothing: why
  std::string remark;       ///< it counts, and yet something is wrong with it
  Span span;                ///< the comment from '#'
  std::uint32_t line = 0;
  const Instruction* below = nullptr;  ///< the instruction that it stands above, if any
  bool global = false;                 ///< for the whole file
  RuleSet used;                        ///< what it kept from being reported
};

/// A `check` directive or comment.
struct CheckOptions {
  RuleSet skip;
  RuleSet experimental;
  bool skip_all = false;
  bool experimental_all = false;
  bool error = false;
};

class Suppressions {
 public:
  /// Comments of ours that stand above no instruction, which hide nothing, are looked for in the
  /// whole text, and only where somebody asks for `strays`.
  Suppressions(const Dockerfile& file, bool strays);

  /// Whether the finding is to be shown; notes which comment hid it.
  bool Shows(const Checker::Raw& raw, bool selected);
  /// BuildKit's experimental checks that a comment may ask for.
  [[nodiscard]] RuleSet MaySwitchOn() const;
  /// `# check=error=true` stands at the top.
  [[nodiscard]] bool error() const { return file_options_.error; }
  [[nodiscard]] const std::vector<Ignore>& ignores() const { return ignores_; }

 private:
  void ReadComments(const Instruction& instruction, bool first);
  /// A comment, without '#', that begins as ours do; false when it is none.
  bool ReadOurs(std::string_view comment, const Instruction* below, bool first);
  void ReadCodes(std::string_view body, Ignore& ignore);
  /// Comments of ours that stand above no instruction.
  void ReadStrays();
  [[nodiscard]] Span SpanOf(std::string_view part) const;
  [[nodiscard]] bool CheckShows(RuleId rule, const Instruction* instruction, bool selected) const;

  const Dockerfile& file_;
  CheckOptions file_options_;
  std::map<const Instruction*, CheckOptions> options_;
  std::map<const Instruction*, RuleSet> hadolint_;
  std::vector<Ignore> ignores_;
};

}  // namespace cacheplan::lint
