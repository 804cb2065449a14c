// JSON arrays of strings, read as Go's encoding/json reads them: BuildKit takes the exec form only
// when the whole text is valid JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cacheplan::syntax {

enum class JsonKind {
  kNotJson,     ///< not one valid JSON array: the shell form it is
  kNotStrings,  ///< a valid array with something other than strings in it
  kStrings,
};

struct JsonString {
  std::string text;       ///< decoded; empty where `plain`
  bool plain = false;     ///< it is what stands between the quotes
  std::size_t begin = 0;  ///< in the text given, quotes included
  std::size_t end = 0;
};

struct JsonArray {
  JsonKind kind = JsonKind::kNotJson;
  std::vector<JsonString> strings;  ///< for kStrings
};

JsonArray ParseJsonArray(std::string_view text);

}  // namespace cacheplan::syntax
