#include "cacheplan/emit.h"

namespace cacheplan {

#define EMITTER(id_, ...) std::string Emit##id_(const Plan& plan);
#include "grammar/emitters.def"
#undef EMITTER

namespace {

struct EmitterRow {
  std::string_view name;
  bool executable;
  std::string_view help;
};
EmitterInfo Make(EmitterId id, const EmitterRow& row, std::string (*emit)(const Plan&)) {
  return {id, row.name, row.executable, row.help, emit};
}

}  // namespace

const std::vector<EmitterInfo>& AllEmitters() {
  static const std::vector<EmitterInfo> rows = {
#define EMITTER(id_, ...) Make(EmitterId::k##id_, EmitterRow{__VA_ARGS__}, &Emit##id_),
#include "grammar/emitters.def"
#undef EMITTER
  };
  return rows;
}

const EmitterInfo& Info(EmitterId id) { return AllEmitters()[static_cast<std::size_t>(id)]; }

std::string Emit(const Plan& plan, EmitterId id) { return Info(id).emit(plan); }

}  // namespace cacheplan
