// Words of a Dockerfile: quotes, escapes and $variables, as BuildKit's word lexer reads them.
//
// Source of every rule: moby/buildkit frontend/dockerfile/shell/lex.go. This is not a POSIX shell:
// scripts of RUN are script.h's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cacheplan {

/// The value of a variable, or nothing when it is not set. The view must stay valid during Expand.
using VariableLookup = std::function<std::optional<std::string_view>(std::string_view name)>;

struct LexOptions {
  char escape = '\\';         ///< '\\' or '`', by the escape directive
  bool raw_quotes = false;    ///< keep quotes in the result
  bool plain_quotes = false;  ///< quotes are characters like any other: the text of a heredoc
  bool raw_escapes = false;   ///< keep escape characters in the result
  bool skip_unset = false;    ///< leave $x as it stands when x is not set
  bool split = true;          ///< fill in Expansion::words
};

struct Expansion {
  std::string text;                    ///< the word with everything replaced
  std::vector<std::string> words;      ///< the same, split at unquoted blanks, where asked for
  std::vector<std::string> matched;    ///< variables that were read and set, in order, each once
  std::vector<std::string> unmatched;  ///< variables that were read and not set
  std::string error;                   ///< BuildKit's words; empty when all is well

  [[nodiscard]] bool ok() const { return error.empty(); }
};

/// Nothing in the word stands for anything but itself, whatever the options are: Expand gives it as
/// it is. False says nothing.
bool IsPlain(std::string_view word);
/// What such a word stands for, or one in quotes that hold nothing but plain bytes and blanks:
/// most words. Nothing says nothing. For options that leave quotes out.
std::optional<std::string_view> PlainText(std::string_view word);

/// Never throws. Errors besides BuildKit's: ${…} nested deeper than 1,000, variables that make the
/// word more than 1 MiB longer, a pattern of more than 1,024 characters.
Expansion Expand(std::string_view word, const VariableLookup& lookup,
                 const LexOptions& options = {});

}  // namespace cacheplan
