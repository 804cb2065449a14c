// A plan as text: one form a row of grammar/emitters.def, one file each in src/emit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/plan.h"

namespace cacheplan {

enum class EmitterId {
#define EMITTER(id_, ...) k##id_,
#include "grammar/emitters.def"
#undef EMITTER
};

struct EmitterInfo {
  EmitterId id;
  std::string_view name;
  bool executable;  ///< a file of it is meant to be run
  std::string_view help;
  std::string (*emit)(const Plan& plan);
};
const std::vector<EmitterInfo>& AllEmitters();
const EmitterInfo& Info(EmitterId id);

/// The whole text, deterministic, ending in a newline.
std::string Emit(const Plan& plan, EmitterId id);

/// The lines in which two texts differ, in unified form with three lines of context; empty when
/// they are the same.
std::string UnifiedDiff(std::string_view before, std::string_view after,
                        std::string_view before_name, std::string_view after_name);

}  // namespace cacheplan
