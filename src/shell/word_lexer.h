// The walk over one word of a Dockerfile: quotes, escapes, variables (shell.h's Expand).
// Source: moby/buildkit frontend/dockerfile/shell/lex.go.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "cacheplan/shell.h"
#include "cacheplan/text.h"

namespace cacheplan::shell {

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
  /// Forgets the word begun, as BuildKit does where a `${…}` with a word of its own starts: both
  /// share one buffer there.
  void DropWord() { word_.clear(); }
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
///
/// Every reader appends to `out`, which is one buffer for the whole text: what turns out to be
/// dropped is cut off again, so that nesting copies nothing.
class WordLexer {
 public:
  WordLexer(std::string_view text, const VariableLookup& lookup, const LexOptions& options);
  Expansion Run();

 private:
  static constexpr char32_t kEnd = 0xFFFFFFFF;

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
  bool Append(std::string& out, std::string_view value);
  /// Reads up to `stop`, which is consumed. `words` may be null where nobody asks for them.
  bool ReadUntil(char32_t stop, bool raw_escapes, std::string& out, WordList* words);
  bool ReadPieces(char32_t stop, std::string& out, WordList* words);
  bool ReadSpecial(char32_t c, std::string& out);
  /// Blanks behind `<<` belong to the word: `<< EOF` is one.
  void ReadLess(std::string& out);
  bool ReadSingleQuoted(std::string& out);
  bool ReadDoubleQuoted(std::string& out);
  std::string_view ReadName();
  std::optional<std::string_view> LookUp(std::string_view name);
  /// False when it was read before.
  bool Remember(std::string_view name);
  /// The value of a variable, or what was written where unset ones are to stay.
  bool AppendVariable(std::string_view name, std::string_view left, std::string_view right,
                      std::string& out);
  bool ReadDollar(std::string& out);
  /// ${name:-word} and its kin, after the modifier.
  bool ReadModified(std::string_view name, char32_t modifier, bool null_is_unset, std::string& out);
  /// ${name/pattern/replacement} and ${name//pattern/replacement}, after the first slash.
  bool ReadReplacement(std::string_view name, std::string& out);

  std::string_view text_;
  const VariableLookup& lookup_;
  const LexOptions& options_;
  const std::size_t limit_;  ///< of the result, in bytes
  bool raw_escapes_;
  std::size_t pos_ = 0;
  int depth_ = 0;
  std::unordered_set<std::string> seen_;  ///< names read, once there are many
  WordList words_;
  Expansion result_;
};

}  // namespace cacheplan::shell
