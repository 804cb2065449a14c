// Whether a table's own examples are read as it says they are.
#include <cstddef>
#include <string>

#include <fmt/format.h>

#include "cacheplan/arena.h"
#include "cacheplan/script.h"

#include "src/knowledge/tables.h"

namespace cacheplan::knowledge {
namespace {

/// "tool + project"; "nothing" when nobody claims the command.
std::string Reading(const Knowledge& knowledge, const std::string& line) {
  std::string reading;
  Arena arena;
  for (const SimpleCommand& command : ParseScript(line, arena).commands) {
    for (const CommandFact& fact : knowledge.Match(command, arena)) {
      if (fact.activity != Activity::kNothing) {
        reading += reading.empty() ? "" : " + ";
        reading += Name(fact.activity);
      }
    }
  }
  return reading.empty() ? "nothing" : reading;
}

}  // namespace

std::string WrongExample(const Knowledge& knowledge, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const PackageManager& manager = knowledge.managers()[i];
    for (const PackageExample& example : manager.examples) {
      const std::string reading = Reading(knowledge, example.command);
      if (reading != example.is) {
        return fmt::format(
            "examples of \"{}\": `{}` is read as \"{}\", not as \"{}\"; mend the "
            "example or the rules",
            manager.name, example.command, reading, example.is);
      }
    }
  }
  return {};
}

}  // namespace cacheplan::knowledge
