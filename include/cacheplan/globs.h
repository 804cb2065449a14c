// Patterns of file names in which `*` is any text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cacheplan {

/// `*` matches any run of bytes, everything else itself.
bool GlobMatches(std::string_view pattern, std::string_view text);

/// "yarn.loc[k]" names yarn.lock: a class of one character is that character, written so in a COPY
/// for a file that need not be there. Other classes stay.
std::string WithoutClasses(std::string_view pattern);

/// A pattern that many texts are held against. Most have one `*`, at an end of them, or none: those
/// are compared in one go.
class Glob {
 public:
  explicit Glob(std::string pattern);
  [[nodiscard]] bool Matches(std::string_view text) const {
    return kind_ == Kind::kPlain ? text == pattern_ : MatchesStar(text);
  }
  [[nodiscard]] const std::string& pattern() const { return pattern_; }
  [[nodiscard]] bool plain() const { return kind_ == Kind::kPlain; }  ///< without a `*`

 private:
  enum class Kind : std::uint8_t { kPlain, kBegin, kEnd, kInner, kOther };
  [[nodiscard]] bool MatchesStar(std::string_view text) const;
  std::string pattern_;
  Kind kind_;
};

/// Many patterns, each with a number. What they end in tells most of them apart, so that few are
/// tried.
class GlobSet {
 public:
  /// Numbers do not decrease.
  void Add(const std::string& pattern, std::size_t number);
  /// The lowest number whose pattern matches; nothing matches "".
  [[nodiscard]] std::optional<std::size_t> First(std::string_view text) const;

 private:
  struct Numbered {
    Glob glob;
    std::size_t number;
  };
  std::vector<Numbered> globs_;
  struct Candidate {
    std::uint32_t index;  // of globs_
    char first;           // its first byte, and the one before the last; 0 for any
    char before;
  };
  /// By the last byte of a text, what may match it, in order.
  std::array<std::vector<Candidate>, 256> by_end_;
};

}  // namespace cacheplan
