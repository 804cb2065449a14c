// Any bytes as a .cacheplan.toml.
#include "target.h"

CACHEPLAN_FUZZ_TARGET(cacheplan::fuzz::CheckConfig)
