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

/// Many patterns, each with a number. What they end in tells most of them apart, so that few are
/// tried.
class GlobSet {
 public:
  /// Numbers do not decrease.
  void Add(const std::string& pattern, std::size_t number);
  /// The lowest number whose pattern matches; nothing matches "".
  [[nodiscard]] std::optional<std::size_t> First(std::string_view text) const;

 private:
  struct Glob {
    std::string pattern;
    std::string end;  // behind the only *, when that comes first: most patterns are such
    bool only_end;
    std::size_t number;
  };
  std::vector<Glob> globs_;
  /// By the last byte of a text, what may match it: indices of globs_, in order.
  std::array<std::vector<std::uint32_t>, 256> by_end_;
};

}  // namespace cacheplan
