#include "src/detect/programs.h"

#include "cacheplan/name_table.h"

namespace cacheplan::detect {
namespace {

constexpr Program kPrograms[] = {
#define PROGRAM(name_, ...) Program{.name = name_, __VA_ARGS__},
#include "grammar/programs.def"
#undef PROGRAM
};
constexpr NameTable kByName(kPrograms);
constexpr Program kUnknown = {};

}  // namespace

const Program& ProgramOf(std::string_view name) {
  const Program* program = kByName.Find(name);
  return program == nullptr ? kUnknown : *program;
}

}  // namespace cacheplan::detect
