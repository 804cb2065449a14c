// Places in a Dockerfile as the graph has them, with what is read there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "cacheplan/commands.h"
#include "cacheplan/detect.h"
#include "cacheplan/graph.h"

namespace cacheplan::lint {

/// A step of a stage. One that an ONBUILD line of a base stage brought is reported, as BuildKit
/// does, where the stage begins.
struct StepRef {
  const Stage* stage;
  const Step* step;
  std::size_t index;  ///< in stage->steps
  bool triggered;
  [[nodiscard]] const Instruction& instruction() const { return *step->instruction; }
};

/// An ARG, ENV or LABEL with its pairs.
struct PairsRef {
  StepRef step;
  std::vector<KeyValue> pairs;
  [[nodiscard]] const Instruction& instruction() const { return step.instruction(); }
};

/// A set of activities.
class Activities {
 public:
  constexpr Activities() = default;
  constexpr Activities(std::initializer_list<Activity> activities) {
    for (const Activity activity : activities) {
      Add(activity);
    }
  }
  constexpr void Add(Activity activity) { bits_ |= 1U << static_cast<unsigned>(activity); }
  [[nodiscard]] constexpr bool Has(Activity activity) const {
    return (bits_ >> static_cast<unsigned>(activity) & 1U) != 0;
  }
  /// They have one in common.
  [[nodiscard]] constexpr bool HasAny(Activities others) const {
    return (bits_ & others.bits_) != 0;
  }

 private:
  std::uint32_t bits_ = 0;
};

/// A RUN with its commands.
struct RunRef {
  StepRef step;
  const RunCommands* commands;
  Activities does;  ///< of all its commands: most rules need look no further
  [[nodiscard]] const Instruction& instruction() const { return step.instruction(); }
};

/// A dependency step with the place where it stands.
struct DependencyRef {
  const Stage* stage;
  const DependencyStep* dependency;
  std::size_t index;  ///< of its step in stage->steps
};

}  // namespace cacheplan::lint
