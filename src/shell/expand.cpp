#include <string>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/shell.h"
#include "cacheplan/text.h"

#include "src/shell/pattern.h"

namespace cacheplan {
namespace {

constexpr char32_t kEnd = 0xFFFFFFFF;
constexpr int kMaxDepth = 1000;

/// The text split at blanks that no quote or escape covers.
class WordList {
 public:
  void Add(char32_t c) {
    if (!IsSpace(c)) {
      AddRaw(c);
    } else if (in_word_ && !word_.empty()) {
      words_.push_back(std::exchange(word_, {}));
      in_word_ = false;
    }
  }
  void AddRaw(char32_t c) {
    AppendRune(word_, c);
    in_word_ = true;
  }
  void Add(std::string_view text) {
    for (std::size_t pos = 0; pos < text.size();) {
      const Rune rune = DecodeRune(text, pos);
      Add(rune.value);
      pos += rune.width;
    }
  }
  void AddRaw(std::string_view text) {
    word_ += text;
    in_word_ = true;
  }
  std::vector<std::string> Take() {
    if (!word_.empty()) {
      words_.push_back(std::move(word_));
    }
    return std::move(words_);
  }

 private:
  std::vector<std::string> words_;
  std::string word_;
  bool in_word_ = false;
};

/// One walk over a word. The first error stops it: each reader returns false then.
class Lexer {
 public:
  Lexer(std::string_view text, const VariableLookup& lookup, const LexOptions& options)
      : text_(text), lookup_(lookup), options_(options), raw_escapes_(options.raw_escapes) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") {
      pos_ = 3;  // Go's text/scanner skips a byte-order mark
    }
  }

  Expansion Run() {
    WordList words;
    if (!ReadUntil(kEnd, raw_escapes_, result_.text, &words)) {
      Expansion failed;
      failed.error = fmt::format("failed to process {}: {}", Quoted(text_), result_.error);
      failed.matched = std::move(result_.matched);
      failed.unmatched = std::move(result_.unmatched);
      return failed;
    }
    result_.words = words.Take();
    return std::move(result_);
  }

 private:
  [[nodiscard]] char32_t Peek() const {
    return pos_ < text_.size() ? DecodeRune(text_, pos_).value : kEnd;
  }
  char32_t Next() {
    if (pos_ >= text_.size()) {
      return kEnd;
    }
    const Rune rune = DecodeRune(text_, pos_);
    pos_ += rune.width;
    return rune.value;
  }
  bool Fail(std::string error) {
    result_.error = std::move(error);
    return false;
  }

  /// Reads up to `stop`, which is consumed. `words` may be null where nobody asks for them.
  bool ReadUntil(char32_t stop, bool raw_escapes, std::string& out, WordList* words) {
    if (++depth_ > kMaxDepth) {
      return Fail("substitutions are nested deeper than 1000");
    }
    const bool outer_raw = std::exchange(raw_escapes_, raw_escapes);
    const bool ok = ReadPieces(stop, out, words);
    raw_escapes_ = outer_raw;
    --depth_;
    return ok;
  }

  bool ReadPieces(char32_t stop, std::string& out, WordList* words) {
    while (pos_ < text_.size()) {
      char32_t c = Peek();
      if (stop != kEnd && c == stop) {
        Next();
        return true;
      }
      if (c == '$' || c == '\'' || c == '"') {
        std::string piece;
        const bool ok = c == '$'    ? ReadDollar(piece)
                        : c == '\'' ? ReadSingleQuoted(piece)
                                    : ReadDoubleQuoted(piece);
        if (!ok) {
          return false;
        }
        out += piece;
        if (words != nullptr) {
          c == '$' ? words->Add(piece) : words->AddRaw(piece);
        }
        continue;
      }
      Next();
      if (c != static_cast<unsigned char>(options_.escape)) {
        AppendRune(out, c);
        if (words != nullptr) {
          words->Add(c);
        }
        continue;
      }
      if (raw_escapes_) {
        AppendRune(out, c);
        if (words != nullptr) {
          words->AddRaw(c);
        }
      }
      c = Next();
      if (c == kEnd) {
        break;  // an escape at the very end stands for nothing
      }
      AppendRune(out, c);
      if (words != nullptr) {
        words->AddRaw(c);
      }
    }
    if (stop != kEnd) {
      std::string error = "unexpected end of statement while looking for matching ";
      AppendRune(error, stop);
      return Fail(std::move(error));
    }
    return true;
  }

  bool ReadSingleQuoted(std::string& out) {
    Next();
    if (options_.raw_quotes) {
      out += '\'';
    }
    for (;;) {
      const char32_t c = Next();
      if (c == kEnd) {
        return Fail("unexpected end of statement while looking for matching single-quote");
      }
      if (c == '\'') {
        if (options_.raw_quotes) {
          out += '\'';
        }
        return true;
      }
      AppendRune(out, c);
    }
  }

  bool ReadDoubleQuoted(std::string& out) {
    Next();
    if (options_.raw_quotes) {
      out += '"';
    }
    for (;;) {
      char32_t c = Peek();
      if (c == kEnd) {
        return Fail("unexpected end of statement while looking for matching double-quote");
      }
      if (c == '"') {
        Next();
        if (options_.raw_quotes) {
          out += '"';
        }
        return true;
      }
      if (c == '$') {
        std::string piece;
        if (!ReadDollar(piece)) {
          return false;
        }
        out += piece;
        continue;
      }
      Next();
      const auto escape = static_cast<char32_t>(static_cast<unsigned char>(options_.escape));
      if (c == escape) {
        if (raw_escapes_) {
          AppendRune(out, c);
        }
        const char32_t next = Peek();
        if (next == kEnd) {
          continue;
        }
        if (next == '"' || next == '$' || next == escape) {
          c = Next();
        }
      }
      AppendRune(out, c);
    }
  }

  std::string ReadName() {
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

  std::optional<std::string_view> LookUp(const std::string& name) {
    const std::optional<std::string_view> value = lookup_(name);
    if (seen_.insert(name).second) {
      (value ? result_.matched : result_.unmatched).push_back(name);
    }
    return value;
  }

  bool ReadDollar(std::string& out) {
    Next();
    if (Peek() != '{') {
      const std::string name = ReadName();
      if (name.empty()) {
        out = "$";
        return true;
      }
      const std::optional<std::string_view> value = LookUp(name);
      out = value ? std::string(*value) : options_.skip_unset ? "$" + name : std::string();
      return true;
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
      case '}': {
        const std::optional<std::string_view> value = LookUp(name);
        out = value ? std::string(*value) : options_.skip_unset ? "${" + name + "}" : std::string();
        return true;
      }
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

  /// ${name:-word} and its kin, after the modifier.
  bool ReadModified(const std::string& name, char32_t modifier, bool null_is_unset,
                    std::string& out) {
    std::string written = null_is_unset ? ":" : "";
    AppendRune(written, modifier);
    std::string word;
    if (!ReadUntil('}', modifier == '#' || modifier == '%', word, nullptr)) {
      return pos_ >= text_.size() ? Fail("syntax error: missing '}'") : false;
    }
    const std::optional<std::string_view> value = LookUp(name);
    if (!value && options_.skip_unset) {
      out = fmt::format("${{{}{}{}}}", name, written, word);
      return true;
    }
    const bool absent = !value || (null_is_unset && value->empty());
    switch (modifier) {
      case '-':
        out = absent ? std::move(word) : std::string(*value);
        return true;
      case '+':
        out = absent ? std::string() : std::move(word);
        return true;
      case '?':
        if (absent) {
          const char* const what =
              value ? "is not allowed to be empty" : "is not allowed to be unset";
          return Fail(name + ": " + (word.empty() ? what : word));
        }
        out = *value;
        return true;
      case '#':
      case '%': {
        const bool greedy = !word.empty() && static_cast<unsigned char>(word[0]) == modifier;
        const std::string_view pattern = std::string_view(word).substr(greedy ? 1 : 0);
        const std::string_view text = value.value_or(std::string_view());
        shell::PatternResult result = modifier == '%' ? shell::TrimSuffix(pattern, text, greedy)
                                                      : shell::TrimPrefix(pattern, text, greedy);
        if (!result.error.empty()) {
          return Fail(std::move(result.error));
        }
        out = std::move(result.text);
        return true;
      }
      default:
        return Fail("unsupported modifier (" + written + ") in substitution");
    }
  }

  /// ${name/pattern/replacement} and ${name//pattern/replacement}, after the first slash.
  bool ReadReplacement(const std::string& name, std::string& out) {
    const bool all = Peek() == '/';
    if (all) {
      Next();
    }
    std::string pattern;
    if (!ReadUntil('/', true, pattern, nullptr)) {
      return pos_ >= text_.size() ? Fail("syntax error: missing '/' in ${}") : false;
    }
    std::string replacement;
    if (!ReadUntil('}', true, replacement, nullptr)) {
      return pos_ >= text_.size() ? Fail("syntax error: missing '}'") : false;
    }
    const std::optional<std::string_view> value = LookUp(name);
    if (!value && options_.skip_unset) {
      out = fmt::format("${{{}/{}/{}}}", name, pattern, replacement);
      return true;
    }
    shell::PatternResult result =
        shell::ReplacePattern(pattern, value.value_or(std::string_view()), replacement, all);
    if (!result.error.empty()) {
      return Fail(std::move(result.error));
    }
    out = std::move(result.text);
    return true;
  }

  std::string_view text_;
  const VariableLookup& lookup_;
  const LexOptions& options_;
  bool raw_escapes_;
  std::size_t pos_ = 0;
  int depth_ = 0;
  std::unordered_set<std::string> seen_;
  Expansion result_;
};

}  // namespace

Expansion Expand(std::string_view word, const VariableLookup& lookup, const LexOptions& options) {
  return Lexer(word, lookup, options).Run();
}

}  // namespace cacheplan
