// Whether a table's own examples are read as it says they are.
#include <cstddef>
#include <string>

#include <fmt/format.h>

#include "cacheplan/arena.h"
#include "cacheplan/script.h"

#include "src/knowledge/tables.h"

namespace cacheplan::knowledge {
namespace {

struct Reading {
  std::string is;  ///< "tool + project"; "nothing" when nobody claims the command
  const PackageManager* reader = nullptr;  ///< whose table says so; `own` where that is one of them
};

Reading Read(const Knowledge& knowledge, std::string_view line, const PackageManager& own) {
  Reading reading;
  Arena arena;
  for (const SimpleCommand& command : ParseScript(line, arena).commands) {
    for (const CommandFact& fact : knowledge.Match(command, arena)) {
      if (fact.activity != Activity::kNothing) {
        reading.is += reading.is.empty() ? "" : " + ";
        reading.is += Name(fact.activity);
      }
      if (reading.reader != &own) {
        reading.reader = fact.manager;
      }
    }
  }
  if (reading.is.empty()) {
    reading.is = "nothing";
  }
  return reading;
}

}  // namespace

std::string WrongExample(const Knowledge& knowledge, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const PackageManager& manager = knowledge.managers()[i];
    for (const PackageExample& example : manager.examples) {
      const Reading reading = Read(knowledge, example.command, manager);
      if (reading.is != example.is) {
        return fmt::format(
            "examples of \"{}\": `{}` is read as \"{}\", not as \"{}\"; mend the "
            "example or the rules",
            manager.name, example.command, reading.is, example.is);
      }
      if (example.is != "nothing" && reading.reader != &manager) {
        return fmt::format("examples of \"{}\": `{}` is a command of \"{}\"; give one of its own",
                           manager.name, example.command, reading.reader->name);
      }
    }
  }
  return {};
}

}  // namespace cacheplan::knowledge
