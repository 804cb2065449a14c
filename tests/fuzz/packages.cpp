// Any bytes as a user's table of package managers.
#include "target.h"

CACHEPLAN_FUZZ_TARGET(cacheplan::fuzz::CheckPackages)
