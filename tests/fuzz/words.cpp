// Any bytes as a word to expand, with either escape character and every way to read quotes.
#include "target.h"

CACHEPLAN_FUZZ_TARGET(cacheplan::fuzz::CheckWords)
