// Runs a plan, step by step in its order, and tells what happened.
//
// RunPlan touches the world through Process alone. The real one starts children with libuv: argv is
// never handed to a shell, each child leads a process group of its own, and a signal to this
// program stops the child first.
#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/plan.h"

namespace cacheplan {

/// What became of one child.
struct ChildResult {
  bool started = false;
  std::string error;         ///< why it could not be started
  int exit_status = 0;       ///< 128 + signal where a signal ended it
  bool interrupted = false;  ///< a signal to this program stopped it
  double seconds = 0;        ///< wall-clock time
};

class Process {
 public:
  virtual ~Process() = default;
  /// Runs `argv` with `env` on top of this program's environment, nothing on its standard input,
  /// and hands on what it writes, standard output and standard error alike, as it comes. Both are
  /// pipes, so BuildKit prints its plain progress. REQUIRES: argv is not empty.
  virtual ChildResult Run(const std::vector<std::string>& argv,
                          const std::map<std::string, std::string>& env,
                          const std::function<void(std::string_view)>& output) = 0;
};
/// Children of this machine. SIGINT, SIGTERM and SIGHUP are caught while one runs: the child's
/// process group gets a SIGTERM, and a SIGKILL at the second signal or ten seconds later.
Process& RealProcess();

enum class StepState {
  kDone,
  kFailed,       ///< ended with a status other than 0
  kTolerated,    ///< the same, and the plan says that it may
  kNotStarted,   ///< the program could not be started
  kSkipped,      ///< a step that it needs failed, or a build before it
  kInterrupted,  ///< stopped by a signal
};
std::string_view Name(StepState state);

struct StepReport {
  std::string id;
  StepState state = StepState::kSkipped;
  int exit_status = 0;
  double seconds = 0;
  std::string error;    ///< for kNotStarted
  unsigned cached = 0;  ///< instructions that came from a cache, as the builder tells
  unsigned total = 0;   ///< instructions that the builder told of; 0 = it told nothing
};

struct RunReport {
  std::vector<StepReport> steps;  ///< one a step of the plan, same order
  [[nodiscard]] bool ok() const;
  [[nodiscard]] bool interrupted() const;
  /// A program could not be started.
  [[nodiscard]] bool broken() const;
};

/// Runs the steps in their order. A build that fails is the last one: after it only what was built
/// is pushed. A push that fails keeps no other step from running. `log` gets a line before each
/// step and the children's output.
RunReport RunPlan(const Plan& plan, Process& process, std::ostream& log);

/// A table: each step, what became of it, its time, its cached instructions.
std::string FormatReport(const RunReport& report);

/// Counts a builder's instructions and those taken from a cache, from what it prints: the classic
/// builder's "Step 2/7" and "Using cache", BuildKit's plain "#7 [builder 2/4]" and "#7 CACHED".
class CacheCounter {
 public:
  void Add(std::string_view output);
  [[nodiscard]] unsigned cached() const { return cached_; }
  [[nodiscard]] unsigned total() const { return total_; }

 private:
  void Line(std::string_view line);

  std::string rest_;                      // the line that is not over yet
  std::map<std::string, bool> vertices_;  // BuildKit's numbers -> cached
  bool in_stage_ = false;                 // the classic builder has come to a FROM
  unsigned cached_ = 0;
  unsigned total_ = 0;
};

}  // namespace cacheplan
