// CPU time of this program: what a test of running time measures, since other work on the machine
// does not lengthen it.
#pragma once

#include <ctime>

namespace cacheplan {

class CpuTime {
 public:
  /// Since it was made.
  [[nodiscard]] double seconds() const {
    return static_cast<double>(std::clock() - start_) / CLOCKS_PER_SEC;
  }

 private:
  std::clock_t start_ = std::clock();
};

}  // namespace cacheplan
