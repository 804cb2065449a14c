// The programs of grammar/programs.def.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace cacheplan::detect {

struct Program {
  std::string_view name;
  bool assigns = false;
  bool forgets = false;
  bool has_targets = false;
  bool runs_file = false;
  bool unpacks = false;
  bool configures = false;
  bool prints_environment = false;
  bool reads_nothing = false;
  bool takes_files = false;
};

/// A word of a few that are known.
inline bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// What the table says of it; a row that says nothing for a name that is not there.
const Program& ProgramOf(std::string_view name);

}  // namespace cacheplan::detect
