#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/byte_set.h"

#include "src/shell/word_lexer.h"

namespace cacheplan {
namespace shell {
namespace {

constexpr int kMaxDepth = 1000;
constexpr std::size_t kMaxGrowth = std::size_t{1} << 20U;

constexpr std::string_view kSpecial = "$'\"<\\`";
/// Bytes that stand for themselves whatever the options are, and are no blank.
constexpr ByteSet kPlain('!', 0x7E, kSpecial);
constexpr ByteSet kPlainOrBlank(' ', 0x7E, kSpecial, "\t");

/// What stands between quotes that hold nothing but plain bytes and blanks: most quoted words.
std::optional<std::string_view> PlainQuoted(std::string_view word) {
  if (word.size() < 2 || (word.front() != '"' && word.front() != '\'') ||
      word.back() != word.front()) {
    return std::nullopt;
  }
  const std::string_view inner = word.substr(1, word.size() - 2);
  return kPlainOrBlank.HasAllOf(inner) ? std::optional(inner) : std::nullopt;
}

Expansion Same(std::string_view text, const LexOptions& options) {
  Expansion same;
  same.text = text;
  if (options.split && !text.empty()) {
    same.words.emplace_back(text);
  }
  return same;
}

}  // namespace

WordLexer::WordLexer(std::string_view text, const VariableLookup& lookup, const LexOptions& options)
    : text_(text),
      lookup_(lookup),
      options_(options),
      limit_(text.size() + kMaxGrowth),
      raw_escapes_(options.raw_escapes) {
  if (text_.substr(0, 3) == "\xEF\xBB\xBF") {
    pos_ = 3;  // Go's text/scanner skips a byte-order mark
  }
}

Expansion WordLexer::Run() {
  if (!ReadUntil(kEnd, raw_escapes_, result_.text, options_.split ? &words_ : nullptr)) {
    Expansion failed;
    failed.error = fmt::format("failed to process {}: {}", Quoted(text_), result_.error);
    failed.matched = std::move(result_.matched);
    failed.unmatched = std::move(result_.unmatched);
    return failed;
  }
  result_.words = words_.Take();
  return std::move(result_);
}

bool WordLexer::Append(std::string& out, std::string_view value) {
  if (out.size() + value.size() > limit_) {
    return Fail(fmt::format("the variables make the word more than {} bytes longer", kMaxGrowth));
  }
  out += value;
  return true;
}

bool WordLexer::ReadUntil(char32_t stop, bool raw_escapes, std::string& out, WordList* words) {
  if (++depth_ > kMaxDepth) {
    return Fail("substitutions are nested deeper than 1000");
  }
  if (depth_ > 1) {
    words_.DropWord();
  }
  const bool outer_raw = std::exchange(raw_escapes_, raw_escapes);
  const bool ok = ReadPieces(stop, out, words);
  raw_escapes_ = outer_raw;
  --depth_;
  return ok;
}

bool WordLexer::ReadPieces(char32_t stop, std::string& out, WordList* words) {
  while (pos_ < text_.size()) {
    const auto plain =
        stop == kEnd ? text_.substr(pos_, kPlain.End(text_, pos_) - pos_) : std::string_view();
    if (!plain.empty()) {
      out += plain;
      if (words != nullptr) {
        words->AddRaw(plain);
      }
      pos_ += plain.size();
      continue;
    }
    char32_t c = Peek();
    if (stop != kEnd && c == stop) {
      Next();
      return true;
    }
    const bool quote = (c == '\'' || c == '"') && !options_.plain_quotes;
    if (c == '$' || c == '<' || quote) {
      const std::size_t start = out.size();
      if (!ReadSpecial(c, out)) {
        return false;
      }
      if (words != nullptr) {
        const std::string_view piece = std::string_view(out).substr(start);
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

bool WordLexer::ReadSpecial(char32_t c, std::string& out) {
  switch (c) {
    case '$':
      return ReadDollar(out);
    case '\'':
      return ReadSingleQuoted(out);
    case '"':
      return ReadDoubleQuoted(out);
    default:
      ReadLess(out);
      return true;
  }
}

void WordLexer::ReadLess(std::string& out) {
  Next();
  out += '<';
  if (Peek() != '<') {
    return;
  }
  Next();
  out += '<';
  while (pos_ < text_.size() &&
         (text_[pos_] == ' ' || text_[pos_] == '\t' || text_[pos_] == '\r')) {
    out += text_[pos_++];
  }
}

bool WordLexer::ReadSingleQuoted(std::string& out) {
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

bool WordLexer::ReadDoubleQuoted(std::string& out) {
  Next();
  if (options_.raw_quotes) {
    out += '"';
  }
  for (;;) {
    const std::size_t plain = kPlain.End(text_, pos_);
    out += text_.substr(pos_, plain - pos_);
    pos_ = plain;
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
      if (!ReadDollar(out)) {
        return false;
      }
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

}  // namespace shell

bool IsPlain(std::string_view word) { return shell::kPlain.HasAllOf(word); }

std::optional<std::string_view> PlainText(std::string_view word) {
  return IsPlain(word) ? word : shell::PlainQuoted(word);
}

Expansion Expand(std::string_view word, const VariableLookup& lookup, const LexOptions& options) {
  if (IsPlain(word)) {
    return shell::Same(word, options);
  }
  if (!options.plain_quotes && !options.raw_quotes) {
    if (const std::optional<std::string_view> inner = shell::PlainQuoted(word)) {
      return shell::Same(*inner, options);
    }
  }
  return shell::WordLexer(word, lookup, options).Run();
}

}  // namespace cacheplan
