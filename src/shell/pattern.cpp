#include "src/shell/pattern.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <re2/re2.h>

#include "cacheplan/text.h"

namespace cacheplan::shell {
namespace {

constexpr std::size_t kMaxPattern = 1024;  // matching takes this many steps a character

struct Regex {
  std::string text;
  std::string error;
};

/// A byte-order mark at the start is skipped, as Go's text/scanner does.
std::u32string Runes(std::string_view text) {
  std::u32string out;
  for (std::size_t pos = 0; pos < text.size();) {
    const Rune rune = DecodeRune(text, pos);
    if (pos != 0 || rune.value != 0xFEFF) {
      out += rune.value;
    }
    pos += rune.width;
  }
  return out;
}

Regex ToRegex(std::string_view pattern, bool greedy, bool anchored) {
  Regex out;
  if (anchored) {
    out.text = "^";
  }
  const std::u32string runes = Runes(pattern);
  if (runes.size() > kMaxPattern) {
    out.error = fmt::format("longer than {} characters", kMaxPattern);
    return out;
  }
  for (std::size_t i = 0; i < runes.size(); ++i) {
    char32_t c = runes[i];
    if (c == '*') {
      out.text += greedy ? ".*" : ".*?";
      continue;
    }
    if (c == '?') {
      out.text += '.';
      continue;
    }
    if (c == '\\') {
      const char32_t next = i + 1 < runes.size() ? runes[i + 1] : kRuneError;
      if (next == '}' || next == '/') {
        continue;  // the escape only kept it from ending the ${…}
      }
      if (next != '*' && next != '?' && next != '\\') {
        out.error = "invalid escape '\\";
        AppendRune(out.error, next);
        out.error += '\'';
        return out;
      }
      out.text += '\\';
      c = next;
      ++i;
    } else if (c < 0x80 && std::string_view("[]{}.+()|^$").find(static_cast<char>(c)) !=
                               std::string_view::npos) {
      out.text += '\\';
    }
    AppendRune(out.text, c);
  }
  return out;
}

bool IsUtf8(std::string_view text) {
  for (std::size_t pos = 0; pos < text.size();) {
    const Rune rune = DecodeRune(text, pos);
    if (rune.value == kRuneError && rune.width == 1) {
      return false;
    }
    pos += rune.width;
  }
  return true;
}

/// RE2 refuses invalid UTF-8, where Go takes each such byte for a character; as Latin-1 it does
/// too.
RE2::Options OptionsFor(std::string_view value) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(IsUtf8(value) ? RE2::Options::EncodingUTF8 : RE2::Options::EncodingLatin1);
  return options;
}

PatternResult Invalid(std::string_view pattern, std::string_view reason) {
  pattern = pattern.substr(0, 4 * kMaxPattern);
  return {{}, fmt::format("invalid pattern ({}) in substitution: {}", pattern, reason)};
}

bool Find(const RE2& regex, std::string_view text, std::size_t from, std::size_t& begin,
          std::size_t& end) {
  re2::StringPiece match;
  const re2::StringPiece subject(text.data(), text.size());
  if (!regex.Match(subject, from, text.size(), RE2::UNANCHORED, &match, 1)) {
    return false;
  }
  begin = static_cast<std::size_t>(match.data() - text.data());
  end = begin + match.size();
  return true;
}

/// Go's Regexp.Expand for a pattern without groups: `$$` is a dollar, `$0` the match, any other
/// `$name` nothing, a malformed one stays.
void AppendTemplate(std::string& out, std::string_view replacement, std::string_view match) {
  for (std::size_t pos = 0; pos < replacement.size();) {
    const std::size_t dollar = replacement.find('$', pos);
    out.append(replacement, pos, dollar - pos);
    if (dollar == std::string_view::npos) {
      return;
    }
    pos = dollar + 1;
    if (pos < replacement.size() && replacement[pos] == '$') {
      out += '$';
      ++pos;
      continue;
    }
    const bool brace = pos < replacement.size() && replacement[pos] == '{';
    const std::size_t start = pos + (brace ? 1 : 0);
    std::size_t end = start;
    while (end < replacement.size()) {
      const Rune rune = DecodeRune(replacement, end);
      if (!IsLetter(rune.value) && !IsDigit(rune.value) && rune.value != '_') {
        break;
      }
      end += rune.width;
    }
    const bool closed = !brace || (end < replacement.size() && replacement[end] == '}');
    if (end == start || !closed) {
      out += '$';
      continue;
    }
    if (replacement.substr(start, end - start) == "0") {
      out += match;
    }
    pos = end + (brace ? 1 : 0);
  }
}

std::string Reverse(std::string_view text) {
  std::u32string runes;
  for (std::size_t pos = 0; pos < text.size();) {
    const Rune rune = DecodeRune(text, pos);
    runes += rune.value;
    pos += rune.width;
  }
  std::string out;
  for (auto it = runes.rbegin(); it != runes.rend(); ++it) {
    AppendRune(out, *it);
  }
  return out;
}

/// An escape stays in front of what it escapes: `a\*c` becomes `c\*a`.
std::string ReversePattern(std::string_view pattern) {
  std::u32string runes;
  for (std::size_t pos = 0; pos < pattern.size();) {
    const Rune rune = DecodeRune(pattern, pos);
    runes += rune.value;
    pos += rune.width;
  }
  std::reverse(runes.begin(), runes.end());
  for (std::size_t end = runes.size(); end > 0;) {
    // Read from the back, which is the front of the pattern as written.
    if (runes[end - 1] == '\\' && end > 1) {
      std::swap(runes[end - 1], runes[end - 2]);
      end -= 2;
    } else {
      --end;
    }
  }
  std::string out;
  for (const char32_t c : runes) {
    AppendRune(out, c);
  }
  return out;
}

}  // namespace

PatternResult TrimPrefix(std::string_view pattern, std::string_view value, bool greedy) {
  const Regex source = ToRegex(pattern, greedy, true);
  if (!source.error.empty()) {
    return Invalid(pattern, source.error);
  }
  const RE2 regex(source.text, OptionsFor(value));
  if (!regex.ok()) {
    return Invalid(pattern, regex.error());
  }
  std::size_t begin = 0;
  std::size_t end = 0;
  return {std::string(Find(regex, value, 0, begin, end) ? value.substr(end) : value), {}};
}

PatternResult TrimSuffix(std::string_view pattern, std::string_view value, bool greedy) {
  // The shortest match at the end is the shortest at the start of both reversed.
  PatternResult result = TrimPrefix(ReversePattern(pattern), Reverse(value), greedy);
  result.text = Reverse(result.text);
  return result;
}

PatternResult ReplacePattern(std::string_view pattern, std::string_view value,
                             std::string_view replacement, bool all, std::size_t limit) {
  const Regex source = ToRegex(pattern, true, false);
  if (!source.error.empty()) {
    return Invalid(pattern, source.error);
  }
  const RE2 regex(source.text, OptionsFor(value));
  if (!regex.ok()) {
    return Invalid(pattern, regex.error());
  }
  std::string out;
  std::size_t begin = 0;
  std::size_t end = 0;
  if (!all) {
    if (!Find(regex, value, 0, begin, end)) {
      return {std::string(value), {}};
    }
    out.append(value, 0, begin).append(replacement).append(value, end);
    return {std::move(out), {}};
  }
  std::size_t copied = 0;  // value[0, copied) is dealt with
  for (std::size_t from = 0; from <= value.size() && Find(regex, value, from, begin, end);) {
    out.append(value, copied, begin - copied);
    if (end > copied || begin == 0) {  // an empty match right behind the last one does not count
      AppendTemplate(out, replacement, value.substr(begin, end - begin));
    }
    if (out.size() > limit) {
      return Invalid(pattern, "the result is too long");
    }
    copied = end;
    const std::size_t width = from < value.size() ? DecodeRune(value, from).width : 1;
    from = from + width > end ? from + width : end;
  }
  out.append(value, std::min(copied, value.size()));
  return {std::move(out), {}};
}

}  // namespace cacheplan::shell
