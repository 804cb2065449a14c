// Any bytes as a .dockerignore and a path.
#include "target.h"

CACHEPLAN_FUZZ_TARGET(cacheplan::fuzz::CheckIgnore)
