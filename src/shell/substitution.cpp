// ${…} and $…: the variables of a word.
#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/byte_set.h"

#include "src/shell/pattern.h"
#include "src/shell/word_lexer.h"

namespace cacheplan::shell {

namespace {

constexpr ByteSet kNameBytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

}  // namespace

std::string_view WordLexer::ReadName() {
  const std::size_t begin = pos_;
  const char32_t first = Peek();
  if (first < 0x80 &&
      std::string_view("@*#?-$!").find(static_cast<char>(first)) != std::string_view::npos) {
    return text_.substr(pos_++, 1);
  }
  // Most names are ASCII, and begin with no digit.
  pos_ += first >= '0' && first <= '9' ? 0 : kNameBytes.End(text_, pos_) - pos_;
  if (pos_ > begin && (pos_ == text_.size() || static_cast<unsigned char>(text_[pos_]) < 0x80)) {
    return text_.substr(begin, pos_ - begin);
  }
  pos_ = begin;
  const bool digits = IsDigit(first);  // then nothing but digits
  while (pos_ < text_.size()) {
    const Rune rune = DecodeRune(text_, pos_);
    if (!IsDigit(rune.value) && (digits || (!IsLetter(rune.value) && rune.value != '_'))) {
      break;
    }
    pos_ += rune.width;
  }
  return text_.substr(begin, pos_ - begin);
}

bool WordLexer::Remember(std::string_view name) {
  constexpr std::size_t kFew = 8;
  const auto has = [name](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (seen_.empty()) {
    if (has(result_.matched) || has(result_.unmatched)) {
      return false;
    }
    if (result_.matched.size() + result_.unmatched.size() < kFew) {
      return true;
    }
    // From here on looking through all of them would cost too much.
    for (const std::vector<std::string>* names : {&result_.matched, &result_.unmatched}) {
      seen_.insert(names->begin(), names->end());
    }
  }
  return seen_.emplace(name).second;
}

std::optional<std::string_view> WordLexer::LookUp(std::string_view name) {
  const std::optional<std::string_view> value = lookup_(name);
  if (Remember(name)) {
    (value ? result_.matched : result_.unmatched).emplace_back(name);
  }
  return value;
}

bool WordLexer::AppendVariable(std::string_view name, std::string_view left, std::string_view right,
                               std::string& out) {
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
    const std::string_view name = ReadName();
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
  const std::string_view name = ReadName();
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

bool WordLexer::ReadModified(std::string_view name, char32_t modifier, bool null_is_unset,
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
        return Fail(fmt::format("{}: {}", name, word.empty() ? what : word));
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

bool WordLexer::ReadReplacement(std::string_view name, std::string& out) {
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
