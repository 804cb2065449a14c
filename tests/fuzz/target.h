// The entry point of a fuzz target: its check of the bytes, and an end where it finds something.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "entry_points.h"

/// `check_` takes the bytes as a text and returns what is wrong, "" when nothing is.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): libFuzzer finds its function by name
#define CACHEPLAN_FUZZ_TARGET(check_)                                                 \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    const std::string broken = check_({reinterpret_cast<const char*>(data), size});   \
    if (!broken.empty()) {                                                            \
      std::fprintf(stderr, "%s\n", broken.c_str());                                   \
      std::abort();                                                                   \
    }                                                                                 \
    return 0;                                                                         \
  }
