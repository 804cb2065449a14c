// Any bytes as a plan: refused, or read and written back the same.
#include "target.h"

CACHEPLAN_FUZZ_TARGET(cacheplan::fuzz::CheckPlanJson)
