#include "src/context/glob.h"

#include <algorithm>

#include <re2/re2.h>

#include "cacheplan/text.h"

namespace cacheplan::context {
namespace {

bool IsPunctuation(char32_t rune) {
  return rune < 0x80 && !(rune >= '0' && rune <= '9') && !(rune >= 'A' && rune <= 'Z') &&
         !(rune >= 'a' && rune <= 'z');
}

/// The kind that patternmatcher gives a pattern, and the regular expression that it builds.
struct Compiled {
  enum class Kind { kExact, kPrefix, kSuffix, kRegexp };
  Kind kind = Kind::kExact;
  std::string regexp = "^";
};

Compiled Compile(std::string_view pattern) {
  Compiled out;
  const auto slash_at = [&](std::size_t pos) {
    return pos < pattern.size() && pattern[pos] == '/';
  };
  std::size_t pos = pattern.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;  // Go's scanner drops a BOM
  for (bool first = true; pos < pattern.size(); first = false) {
    const Rune rune = DecodeRune(pattern, pos);
    pos += rune.width;
    switch (rune.value) {
      case '*':
        if (pos == pattern.size() || pattern[pos] != '*') {
          out.regexp += "[^/]*";
          out.kind = Compiled::Kind::kRegexp;
          break;
        }
        pos += slash_at(pos + 1) ? 2 : 1;
        if (pos < pattern.size()) {
          out.regexp += "(.*/)?";
          out.kind = Compiled::Kind::kRegexp;
        } else if (out.kind == Compiled::Kind::kExact) {
          out.kind = Compiled::Kind::kPrefix;
        } else {
          out.regexp += ".*";
          out.kind = Compiled::Kind::kRegexp;
        }
        if (first) {
          out.kind = Compiled::Kind::kSuffix;
        }
        break;
      case '?':
        out.regexp += "[^/]";
        out.kind = Compiled::Kind::kRegexp;
        break;
      case '.':
      case '+':
      case '(':
      case ')':
      case '$':  // '{', '}' and '|' are not escaped there: its table has no room for them
        out.regexp += '\\';
        AppendRune(out.regexp, rune.value);
        break;
      case '\\':
        out.regexp += '\\';
        if (pos < pattern.size()) {
          const Rune next = DecodeRune(pattern, pos);
          pos += next.width;
          AppendRune(out.regexp, next.value);
          out.kind = Compiled::Kind::kRegexp;
        }
        break;
      case '[':
      case ']':
        out.kind = Compiled::Kind::kRegexp;
        [[fallthrough]];
      default:
        AppendRune(out.regexp, rune.value);
    }
  }
  out.regexp += '$';
  return out;
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}
bool StartsWith(std::string_view text, std::string_view begin) {
  return text.substr(0, begin.size()) == begin;
}

}  // namespace

Glob::Glob(std::string_view pattern) : text_(pattern) {
  const Compiled compiled = Compile(pattern);
  switch (compiled.kind) {
    case Compiled::Kind::kExact:
      kind_ = Kind::kExact;
      return;
    case Compiled::Kind::kPrefix:
      kind_ = Kind::kPrefix;
      text_.resize(text_.size() - 2);
      return;
    case Compiled::Kind::kSuffix:
      kind_ = Kind::kSuffix;
      text_.erase(0, 2);
      needle_ = text_.substr(StartsWith(text_, "/") ? 1 : 0);
      return;
    case Compiled::Kind::kRegexp:
      break;
  }
  if (Tokenize()) {
    kind_ = Kind::kGlob;
    Finish();
    return;
  }
  tokens_.clear();
  RE2::Options options;
  options.set_log_errors(false);
  re2_ = std::make_shared<RE2>(compiled.regexp, options);
  kind_ = re2_->ok() ? Kind::kRegexp : Kind::kBroken;
}

/// False where the pattern needs a real regular expression.
bool Glob::Tokenize() {
  using Type = Token::Type;
  const std::string_view pattern = text_;
  std::size_t pos = StartsWith(pattern, "\xEF\xBB\xBF") ? 3 : 0;
  while (pos < pattern.size()) {
    const Rune rune = DecodeRune(pattern, pos);
    pos += rune.width;
    switch (rune.value) {
      case '*': {
        if (pos == pattern.size() || pattern[pos] != '*') {
          tokens_.push_back({Type::kStar});
          break;
        }
        ++pos;
        pos += pos < pattern.size() && pattern[pos] == '/' ? 1 : 0;
        if (pos == pattern.size()) {
          tokens_.push_back({Type::kRest});
        } else if (tokens_.empty() || tokens_.back().rune == '/') {
          tokens_.push_back({Type::kDirs});
        } else if (tokens_.back().type != Type::kDirs) {  // two are as one
          // Behind anything but a slash the first place where the text before it matches need not
          // be the right one, and Run looks no further.
          return false;
        }
        break;
      }
      case '?':
        tokens_.push_back({Type::kOne});
        break;
      case '[':
        if (!AddClass(pos)) {
          return false;
        }
        break;
      case '^':
      case '|':
      case '{':
      case '}':
        return false;
      case '\\': {
        const Rune next = DecodeRune(pattern, pos);
        if (!IsPunctuation(next.value)) {
          return false;  // \d, \b …
        }
        pos += next.width;
        tokens_.push_back({Type::kRune, next.value});
        break;
      }
      default:
        tokens_.push_back({Type::kRune, rune.value});
    }
  }
  return true;
}

/// `pos` is behind the '['. False where the class is none for a file name (`[[:alpha:]]`, `[*]`) or
/// takes a slash, as every negated one that does not name it does.
bool Glob::AddClass(std::size_t& pos) {
  const std::string_view pattern = text_;
  Token token{Token::Type::kClass};
  if (pos < pattern.size() && pattern[pos] == '^') {
    token.negated = true;
    ++pos;
  }
  const auto one = [&](char32_t& out) {
    if (pos < pattern.size() && pattern[pos] == '\\') {
      ++pos;
      if (pos >= pattern.size() || !IsPunctuation(static_cast<unsigned char>(pattern[pos]))) {
        return false;
      }
    } else if (pos >= pattern.size() ||
               std::string_view("[]*?").find(pattern[pos]) != std::string_view::npos) {
      return false;
    }
    const Rune rune = DecodeRune(pattern, pos);
    pos += rune.width;
    out = rune.value;
    return true;
  };
  while (pos < pattern.size() && pattern[pos] != ']') {
    char32_t low = 0;
    if (!one(low)) {
      return false;
    }
    char32_t high = low;
    if (pos < pattern.size() && pattern[pos] == '-') {
      ++pos;
      if (!one(high) || high < low) {
        return false;
      }
    }
    token.ranges.emplace_back(low, high);
  }
  ++pos;
  if (token.ranges.empty() || MatchesOne(token, '/')) {
    return false;
  }
  tokens_.push_back(std::move(token));
  return true;
}

void Glob::Finish() {
  using Type = Token::Type;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const Token& token = tokens_[i];
    const bool literal = token.type == Type::kRune;
    slashes_ += literal && token.rune == '/' ? 1 : 0;
    deep_ = deep_ || token.type == Type::kRest || (token.type == Type::kDirs && i > 0);
    if (!literal || token.rune == kRuneError) {  // which stands for invalid bytes too
      tail_.clear();
    } else {
      AppendRune(tail_, token.rune);
    }
  }
  needle_ = tail_.substr(StartsWith(tail_, "/") ? 1 : 0);
}

bool Glob::MatchesOne(const Token& token, char32_t rune) const {
  switch (token.type) {
    case Token::Type::kRune:
      return rune == token.rune;
    case Token::Type::kOne:
      return rune != '/';
    case Token::Type::kClass:
      return token.negated !=
             std::any_of(token.ranges.begin(), token.ranges.end(), [&](const auto& range) {
               return range.first <= rune && rune <= range.second;
             });
    default:
      return false;
  }
}

bool Glob::Run(std::size_t first, std::string_view text) const {
  using Type = Token::Type;
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t token = first;
  std::size_t pos = 0;
  std::size_t star = kNone;  // behind the last `*` or `**/` tried, and from where in the text
  std::size_t star_pos = 0;
  std::size_t dirs = kNone;
  std::size_t dirs_pos = 0;
  for (;;) {
    if (token == tokens_.size() && pos == text.size()) {
      return true;
    }
    if (token < tokens_.size()) {
      const Token& now = tokens_[token];
      if (now.type == Type::kStar) {
        star = ++token;
        star_pos = pos;
        continue;
      }
      if (now.type == Type::kDirs) {
        dirs = ++token;
        dirs_pos = pos;
        star = kNone;
        continue;
      }
      if (now.type == Type::kRest && text.find('\n', pos) == std::string_view::npos) {
        return true;  // the last token
      }
      if (pos < text.size()) {
        const Rune rune = DecodeRune(text, pos);
        if (MatchesOne(now, rune.value)) {
          pos += rune.width;
          ++token;
          continue;
        }
      }
    }
    if (star != kNone && star_pos < text.size() && text[star_pos] != '/') {
      star_pos += DecodeRune(text, star_pos).width;
      pos = star_pos;
      token = star;
      continue;
    }
    const std::size_t slash = dirs == kNone ? kNone : text.find('/', dirs_pos);
    // `**` is `.*`, which stays on its line.
    if (slash >= text.size() || text.find('\n', dirs_pos) < slash) {
      return false;
    }
    dirs_pos = slash + 1;
    pos = dirs_pos;
    token = dirs;
    star = kNone;
  }
}

/// The tokens from `first` on, which match a fixed number of names, match `text` up to the end of a
/// name.
bool Glob::RunComponents(std::size_t first, std::string_view text) const {
  std::size_t end = text.find('/');
  for (std::size_t left = slashes_; left > 0; --left) {
    if (end == std::string_view::npos) {
      return false;
    }
    end = text.find('/', end + 1);
  }
  const std::string_view names = text.substr(0, end);
  return EndsWith(names, tail_) && Run(first, names);
}

bool Glob::Matches(std::string_view path) const {
  switch (kind_) {
    case Kind::kBroken:
      return false;
    case Kind::kExact:
      return path == text_;
    case Kind::kPrefix:
      return StartsWith(path, text_);
    case Kind::kSuffix:
      return EndsWith(path, text_) || (text_.front() == '/' && path == text_.substr(1));
    case Kind::kGlob:
      return EndsWith(path, tail_) && Run(0, path);
    case Kind::kRegexp:
      return RE2::PartialMatch(ToValidUtf8(path), *re2_);
  }
  return false;
}

bool Glob::MatchesPathOrParent(std::string_view path) const {
  if (kind_ == Kind::kPrefix) {
    return Matches(path);  // what begins a directory's path begins those below it
  }
  // Most patterns are far from most paths.
  if (!needle_.empty() && path.find(needle_) == std::string_view::npos) {
    return false;
  }
  const bool absolute = StartsWith(path, "/");
  if (kind_ == Kind::kExact && !absolute) {
    return StartsWith(path, text_) && (path.size() == text_.size() || path[text_.size()] == '/');
  }
  if (kind_ == Kind::kGlob && !absolute && !deep_) {
    if (tokens_.front().type != Token::Type::kDirs) {
      return RunComponents(0, path);
    }
    const std::size_t line = path.find('\n');  // `**` is `.*`, which stays on its line
    std::size_t begin = 0;
    do {
      if (begin > line) {
        return false;
      }
      if (RunComponents(1, path.substr(begin))) {
        return true;
      }
      begin = path.find('/', begin) + 1;
    } while (begin > 0);
    return false;
  }
  // patternmatcher splits "/a" into "" and "a", and takes "" for a directory.
  if (absolute && (Matches("") || (path.rfind('/') == 0 && Matches("/")))) {
    return true;
  }
  for (std::size_t end = path.find('/', absolute ? 1 : 0); end != std::string_view::npos;
       end = path.find('/', end + 1)) {
    if (Matches(path.substr(0, end))) {
      return true;
    }
  }
  return Matches(path);
}

}  // namespace cacheplan::context
