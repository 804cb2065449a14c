// Values that Go's standard library reads, with its error texts: BuildKit shows them as they are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cacheplan::syntax {

struct ParsedNumber {
  std::int64_t value = 0;
  std::string error;  ///< empty when all is well
};

/// time.ParseDuration: "1h15m30.918s", in nanoseconds.
ParsedNumber ParseDuration(std::string_view text);
/// strconv.ParseInt(text, 10, 32).
ParsedNumber ParseInt32(std::string_view text);

}  // namespace cacheplan::syntax
