// One pattern of a .dockerignore, ready to be matched.
//
// Docker turns a pattern into a regular expression (moby/patternmatcher, Pattern.compile) and knows
// three shortcuts. Here the shapes that people write are matched by hand, in time linear in the
// path for each wildcard; what is left, where the pattern's text really acts as a regular
// expression
// (`{2}`, `|`, `\d`), goes to RE2.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace re2 {
class RE2;
}  // namespace re2

namespace cacheplan::context {

/// filepath.Match would take the pattern.
bool IsWellFormed(std::string_view pattern);

class Glob {
 public:
  /// Matches nothing.
  Glob() = default;
  /// `pattern` is cleaned and well formed. It may still be no good as a regular expression.
  explicit Glob(std::string_view pattern);

  /// False: it matches nothing, and builders refuse the file when they come to it.
  [[nodiscard]] bool ok() const { return kind_ != Kind::kBroken; }
  /// The whole path.
  [[nodiscard]] bool Matches(std::string_view path) const;
  /// The path or a directory above it.
  [[nodiscard]] bool MatchesPathOrParent(std::string_view path) const;

 private:
  enum class Kind : std::uint8_t { kBroken, kExact, kPrefix, kSuffix, kGlob, kRegexp };
  struct Token {
    enum class Type : std::uint8_t {
      kRune,
      kOne,    ///< `?`: one character of a name
      kStar,   ///< `*`: any part of a name
      kClass,  ///< `[…]`
      kDirs,   ///< `**/`: any number of directories
      kRest,   ///< `**` at the end: anything
    };
    Type type;
    char32_t rune = 0;
    bool negated = false;
    std::vector<std::pair<char32_t, char32_t>> ranges = {};
  };

  bool Tokenize();
  bool AddClass(std::size_t& pos);
  void Finish();
  [[nodiscard]] bool MatchesOne(const Token& token, char32_t rune) const;
  /// The tokens from `first` on match the whole text.
  [[nodiscard]] bool Run(std::size_t first, std::string_view text) const;
  [[nodiscard]] bool RunComponents(std::size_t first, std::string_view text) const;

  Kind kind_ = Kind::kBroken;
  std::string text_;  ///< kExact: the path; kPrefix and kSuffix: what must begin or end it
  std::vector<Token> tokens_;
  std::string tail_;               ///< what a match of the tokens ends in
  std::string needle_;             ///< what stands somewhere in every path that matches
  std::size_t slashes_ = 0;        ///< of a match, but for what kDirs and kRest take
  bool deep_ = false;              ///< kDirs or kRest behind the first token
  std::shared_ptr<re2::RE2> re2_;  ///< kRegexp; matching is const and safe in several threads
};

}  // namespace cacheplan::context
