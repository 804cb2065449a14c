#include "cacheplan/emit.h"

namespace cacheplan {

std::string EmitJson(const Plan& plan);
std::string EmitJson(const Plan& plan) { return PlanToJson(plan); }

}  // namespace cacheplan
