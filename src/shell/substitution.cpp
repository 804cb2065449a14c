// ${…} and $…: the variables of a word.
#include <string>
#include <utility>

#include <fmt/format.h>

#include "src/shell/pattern.h"
#include "src/shell/word_lexer.h"

namespace cacheplan::shell {

std::string WordLexer::ReadName() {
  std::string name;
  while (pos_ < text_.size()) {
    const char32_t c = Peek();
    if (name.empty() && IsDigit(c)) {
      while (pos_ < text_.size() && IsDigit(Peek())) {
        AppendRune(name, Next());
      }
      return name;
    }
    if (name.empty() && c < 0x80 &&
        std::string_view("@*#?-$!").find(static_cast<char>(c)) != std::string_view::npos) {
      AppendRune(name, Next());
      return name;
    }
    if (!IsLetter(c) && !IsDigit(c) && c != '_') {
      break;
    }
    AppendRune(name, Next());
  }
  return name;
}

std::optional<std::string_view> WordLexer::LookUp(const std::string& name) {
  const std::optional<std::string_view> value = lookup_(name);
  if (seen_.insert(name).second) {
    (value ? result_.matched : result_.unmatched).push_back(name);
  }
  return value;
}

bool WordLexer::AppendVariable(const std::string& name, std::string_view left,
                               std::string_view right, std::string& out) {
  const std::optional<std::string_view> value = LookUp(name);
  if (value) {
    return Append(out, *value);
  }
  if (options_.skip_unset) {
    out.append(left).append(name).append(right);
  }
  return true;
}

bool WordLexer::ReadDollar(std::string& out) {
  Next();
  if (Peek() != '{') {
    const std::string name = ReadName();
    if (name.empty()) {
      out += '$';
      return true;
    }
    return AppendVariable(name, "$", "", out);
  }
  Next();
  const char32_t first = Peek();
  if (first == kEnd) {
    return Fail("syntax error: missing '}'");
  }
  if (first == '{' || first == '}' || first == ':') {
    return Fail("syntax error: bad substitution");
  }
  const std::string name = ReadName();
  const char32_t modifier = Next();
  switch (modifier) {
    case '}':
      return AppendVariable(name, "${", "}", out);
    case ':':
      return ReadModified(name, Next(), true, out);
    case '+':
    case '-':
    case '?':
    case '#':
    case '%':
      return ReadModified(name, modifier, false, out);
    case '/':
      return ReadReplacement(name, out);
    default: {
      std::string text;
      AppendRune(text, modifier);
      return Fail("unsupported modifier (" + text + ") in substitution");
    }
  }
}

bool WordLexer::ReadModified(const std::string& name, char32_t modifier, bool null_is_unset,
                             std::string& out) {
  std::string written = null_is_unset ? ":" : "";
  AppendRune(written, modifier);
  const bool trims = modifier == '#' || modifier == '%';
  if (null_is_unset && trims) {
    return Fail("unsupported modifier (" + written + ") in substitution");
  }
  const bool stays = options_.skip_unset && !lookup_(name);
  if (stays) {
    out.append("${").append(name).append(written);
  }
  const std::size_t start = out.size();
  if (!ReadUntil('}', trims, out, nullptr)) {
    return pos_ >= text_.size() ? Fail("syntax error: missing '}'") : false;
  }
  const std::optional<std::string_view> value = LookUp(name);
  if (stays) {
    out += '}';
    return true;
  }
  const bool absent = !value || (null_is_unset && value->empty());
  switch (modifier) {
    case '-':
      if (absent) {
        return true;
      }
      out.resize(start);
      return Append(out, *value);
    case '+':
      if (absent) {
        out.resize(start);
      }
      return true;
    case '?':
      if (absent) {
        const std::string word = out.substr(start);
        const char* const what =
            value ? "is not allowed to be empty" : "is not allowed to be unset";
        return Fail(name + ": " + (word.empty() ? what : word));
      }
      out.resize(start);
      return Append(out, *value);
    case '#':
    case '%': {
      const std::string word = out.substr(start);
      out.resize(start);
      const bool greedy = !word.empty() && static_cast<unsigned char>(word[0]) == modifier;
      const std::string_view pattern = std::string_view(word).substr(greedy ? 1 : 0);
      const std::string_view text = value.value_or(std::string_view());
      PatternResult result =
          modifier == '%' ? TrimSuffix(pattern, text, greedy) : TrimPrefix(pattern, text, greedy);
      return result.error.empty() ? Append(out, result.text) : Fail(std::move(result.error));
    }
    default:
      return Fail("unsupported modifier (" + written + ") in substitution");
  }
}

bool WordLexer::ReadReplacement(const std::string& name, std::string& out) {
  const bool all = Peek() == '/';
  if (all) {
    Next();
  }
  const std::size_t start = out.size();
  if (!ReadUntil('/', true, out, nullptr)) {
    return pos_ >= text_.size() ? Fail("syntax error: missing '/' in ${}") : false;
  }
  const std::string pattern = out.substr(start);
  out.resize(start);
  if (!ReadUntil('}', true, out, nullptr)) {
    return pos_ >= text_.size() ? Fail("syntax error: missing '}'") : false;
  }
  const std::string replacement = out.substr(start);
  out.resize(start);
  const std::optional<std::string_view> value = LookUp(name);
  if (!value && options_.skip_unset) {
    out += fmt::format("${{{}/{}/{}}}", name, pattern, replacement);
    return true;
  }
  PatternResult result = ReplacePattern(pattern, value.value_or(std::string_view()), replacement,
                                        all, limit_ - out.size());
  return result.error.empty() ? Append(out, result.text) : Fail(std::move(result.error));
}

}  // namespace cacheplan::shell
