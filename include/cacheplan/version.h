// The version of the program and the library; CMakeLists.txt reads it from here.
#pragma once

#define CACHEPLAN_VERSION "0.1.0"
