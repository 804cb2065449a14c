// `lint --fix`, `--fix-unsafe` and `--diff`: writes what the rules know to mend.
#pragma once

#include <string>

#include "cacheplan/lint.h"

#include "src/cli/command.h"

namespace cacheplan::cli {

enum class FixMode { kNone, kSafe, kUnsafe };

struct FixOptions {
  bool safe = false;
  bool unsafe = false;
  bool diff = false;  ///< print what would change, write nothing
  [[nodiscard]] FixMode mode() const {
    return unsafe ? FixMode::kUnsafe : safe || diff ? FixMode::kSafe : FixMode::kNone;
  }
};
void AddFixOptions(CLI::App& app, FixOptions& options);

/// A text after all fixes that can be done, and how many were.
struct FixedText {
  std::string text;
  std::size_t fixes = 0;
};
/// Lints and fixes until nothing is left to do: a fix may make room for one that it overlapped.
/// `lint` gives the findings of a text.
template <typename LintText>
FixedText FixAll(std::string text, FixMode mode, const LintText& lint) {
  constexpr int kMostRounds = 10;
  FixedText result{std::move(text), 0};
  for (int round = 0; round < kMostRounds; ++round) {
    const std::optional<Fixed> fixed = lint(result.text, mode == FixMode::kUnsafe);
    if (!fixed || fixed->text == result.text) {
      break;
    }
    result.fixes += fixed->applied.size();
    result.text = fixed->text;
  }
  return result;
}

}  // namespace cacheplan::cli
