// The patterns of ${x#p}, ${x%p} and ${x/p/r}: `*`, `?` and escapes, no brackets.
// Source: moby/buildkit frontend/dockerfile/shell/lex.go (convertShellPatternToRegex and its
// users).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cacheplan::shell {

/// What a pattern operation gives: a text, or why the pattern is none.
struct PatternResult {
  std::string text;
  std::string error;  ///< empty when all is well
};

PatternResult TrimPrefix(std::string_view pattern, std::string_view value, bool greedy);
PatternResult TrimSuffix(std::string_view pattern, std::string_view value, bool greedy);
/// A result of more than `limit` bytes is an error.
PatternResult ReplacePattern(std::string_view pattern, std::string_view value,
                             std::string_view replacement, bool all, std::size_t limit);

}  // namespace cacheplan::shell
