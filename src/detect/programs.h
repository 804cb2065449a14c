// The programs of grammar/programs.def.
#pragma once

#include <cstddef>
#include <string_view>

namespace cacheplan::detect {

struct Program {
  std::string_view name;
  bool assigns = false;
  bool forgets = false;
  bool has_targets = false;
  std::string_view targets_behind{};
  bool runs_file = false;
  bool unpacks = false;
  bool copies = false;
  bool configures = false;
  bool prints_environment = false;
  bool reads_nothing = false;
  bool takes_files = false;
};

/// A word of a few that are known: literals, so that most words are told apart by their length.
template <std::size_t... N>
constexpr bool IsOneOf(std::string_view word, const char (&... known)[N]) {
  return ((word == std::string_view(known, N - 1)) || ...);
}

/// What the table says of it; a row that says nothing for a name that is not there.
const Program& ProgramOf(std::string_view name);

}  // namespace cacheplan::detect
