// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go
// (validateBaseImagePlatform). What platform an image is for only a registry knows, and rules ask
// none: the rule is in the catalogue so that its name is known, and never speaks.
#include "src/lint/registry.h"

namespace cacheplan::lint {

void CheckInvalidBaseImagePlatform(Checker& /*check*/) {}

}  // namespace cacheplan::lint
