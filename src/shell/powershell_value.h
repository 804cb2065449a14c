// Expressions of PowerShell that an assignment gives a name to.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cacheplan::script {

/// What the expression gives; `${name}` stands for a variable.
struct PowerShellValue {
  std::string text;
  bool literal = true;  ///< there is none in it
  std::size_t end = 0;  ///< where the expression ends
};

/// `'a'`, `"a/$b"`, `$a + '.zip'`, `('a-{0}' -f $b)`: the expression at `pos`, which the end of its
/// statement follows. Nothing for any other: what that gives is not known.
std::optional<PowerShellValue> ReadPowerShellValue(std::string_view text, std::size_t pos);

/// `$name =` or `$name +=` at `pos`.
struct PowerShellAssignment {
  std::string_view name;
  bool adds = false;
  std::size_t end = 0;  ///< behind the sign
};
std::optional<PowerShellAssignment> ReadPowerShellAssignment(std::string_view text,
                                                             std::size_t pos);

}  // namespace cacheplan::script
