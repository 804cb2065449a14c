// JSON arrays of strings, read as Go's encoding/json reads them: BuildKit takes the exec form only
// when the whole text is valid JSON.
#pragma once

#include <string_view>

#include "cacheplan/arena.h"

#include "src/syntax/gathered.h"

namespace cacheplan::syntax {

enum class JsonKind {
  kNotJson,     ///< not one valid JSON array: the shell form it is
  kNotStrings,  ///< a valid array with something other than strings in it
  kStrings,
};

struct JsonString {
  std::string_view text;  ///< decoded
  std::string_view span;  ///< of the text given, quotes included
};

/// The strings take the place of those in `strings`; they count for kStrings alone. Texts that do
/// not stand in the array as they are lie in the arena.
JsonKind ParseJsonArray(std::string_view text, Arena& arena, Gathered<JsonString>& strings);

}  // namespace cacheplan::syntax
