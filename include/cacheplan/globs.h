// Patterns of file names in which `*` is any text.
#pragma once

#include <array>
#include <bitset>
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

/// A pattern that many texts are held against; its own text must outlive it. Most have one `*`, at
/// an end of them, or none: those are compared in one go.
class Glob {
 public:
  constexpr explicit Glob(std::string_view pattern) : pattern_(pattern), kind_(KindOf(pattern)) {
    if (!pattern.empty()) {
      first_ = pattern.front() == '*' ? kAny : pattern.front();
      last_ = pattern.back() == '*' ? kAny : pattern.back();
    }
  }
  [[nodiscard]] bool Matches(std::string_view text) const {
    // Nearly always an end says no; the pattern itself is somewhere else in memory.
    if ((first_ != kAny && (text.empty() || text.front() != first_)) ||
        (last_ != kAny && (text.empty() || text.back() != last_))) {
      return false;
    }
    return kind_ == Kind::kPlain ? text == pattern_ : MatchesStar(text);
  }
  [[nodiscard]] constexpr std::string_view pattern() const { return pattern_; }
  [[nodiscard]] constexpr bool plain() const { return kind_ == Kind::kPlain; }  ///< without a `*`

 private:
  enum class Kind : std::uint8_t { kPlain, kBegin, kEnd, kInner, kOther };
  static constexpr Kind KindOf(std::string_view pattern) {
    const std::size_t first = pattern.find('*');
    const std::size_t last = pattern.rfind('*');
    if (first == std::string_view::npos) {
      return Kind::kPlain;
    }
    const std::size_t end = pattern.size() - 1;
    if (first == 0 && last == end && end > 0) {
      return pattern.find('*', 1) == end ? Kind::kInner : Kind::kOther;
    }
    if (first == last && (first == 0 || first == end)) {
      return first == 0 ? Kind::kEnd : Kind::kBegin;
    }
    return Kind::kOther;
  }
  [[nodiscard]] bool MatchesStar(std::string_view text) const;
  static constexpr char kAny = '\0';
  std::string_view pattern_;
  Kind kind_;
  char first_ = kAny;
  char last_ = kAny;
};

/// Many patterns, each with a number. What they end in tells most of them apart, so that few are
/// tried, and for most texts none.
class GlobSet {
 public:
  /// Numbers do not decrease. The pattern's text must outlive the set.
  void Add(std::string_view pattern, std::size_t number);
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
  /// In the order of their last bytes, so that those of one byte lie together; those that may end
  /// in anything last. Among equals, in order.
  std::vector<Candidate> candidates_;
  std::array<std::uint32_t, 257> starts_{};  // by the last byte, where its candidates begin
  /// By the last byte as well, what stands before it in one of them: a bit for each byte modulo 64.
  std::array<std::uint64_t, 256> befores_{};
  std::bitset<256> open_;  // the first bytes of texts for which the last candidates are looked at
};

}  // namespace cacheplan
