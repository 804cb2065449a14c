// Any bytes as a script of a RUN, in every dialect.
#include "target.h"

CACHEPLAN_FUZZ_TARGET(cacheplan::fuzz::CheckScript)
