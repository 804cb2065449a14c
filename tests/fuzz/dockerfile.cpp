// Any bytes as a Dockerfile: read, printed back, dumped, made into a graph, searched, planned.
#include "target.h"

CACHEPLAN_FUZZ_TARGET(cacheplan::fuzz::CheckDockerfile)
