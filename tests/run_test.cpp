// A plan is run in order, stops where it must, and tells what happened.
#include "cacheplan/run.h"

#include <algorithm>
#include <csignal>
#include <deque>
#include <sstream>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.h"
#include "support/plans.h"

namespace cacheplan {
namespace {

using test::Options;
using test::PlanOf;

/// Answers each call with the next scripted result and remembers what was asked.
class ScriptedProcess final : public Process {
 public:
  struct Answer {
    ChildResult result;
    std::string output;
  };
  std::deque<Answer> answers;
  std::vector<std::vector<std::string>> calls;
  std::vector<std::map<std::string, std::string>> environments;

  ChildResult Run(const std::vector<std::string>& argv,
                  const std::map<std::string, std::string>& env,
                  const std::function<void(std::string_view)>& output) override {
    calls.push_back(argv);
    environments.push_back(env);
    Answer answer;
    answer.result.started = true;
    if (!answers.empty()) {
      answer = answers.front();
      answers.pop_front();
    }
    output(answer.output);
    return answer.result;
  }
};

ScriptedProcess::Answer Ends(int status, const std::string& output = "") {
  ScriptedProcess::Answer answer;
  answer.result.started = true;
  answer.result.exit_status = status;
  answer.output = output;
  return answer;
}

std::vector<StepState> States(const RunReport& report) {
  std::vector<StepState> states;
  for (const StepReport& step : report.steps) {
    states.push_back(step.state);
  }
  return states;
}

Plan Seed(BuilderKind builder) { return *PlanOf(test::kSeed, Options(builder)).plan; }

TEST_CASE("every step runs with the plan's words and environment") {
  const Plan plan = Seed(BuilderKind::kClassic);
  ScriptedProcess process;
  std::ostringstream log;
  const RunReport report = RunPlan(plan, process, log);
  CHECK(report.ok());
  REQUIRE(process.calls.size() == plan.steps.size());
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    CHECK(process.calls[i] == plan.steps[i].argv);
    CHECK(process.environments[i] == plan.steps[i].env);
  }
}

TEST_CASE("an optional step may fail; behind a build that fails only cache images are pushed") {
  const Plan plan = Seed(BuilderKind::kClassic);
  ScriptedProcess process;
  std::ostringstream log;
  process.answers = {Ends(1, "not found\n"), Ends(0), Ends(7, "boom\n")};
  const RunReport report = RunPlan(plan, process, log);
  CHECK_FALSE(report.ok());
  CHECK(process.calls.size() == 4);
  CHECK(States(report) == std::vector{StepState::kTolerated, StepState::kDone, StepState::kFailed,
                                      StepState::kSkipped, StepState::kDone});
  CHECK(report.steps[4].id == "push-builder");
  CHECK(report.steps[2].exit_status == 7);
  CHECK_THAT(log.str(), ContainsSubstring("boom"));
}

TEST_CASE("what was built is pushed though the build or the push of something else fails") {
  std::ostringstream log;
  ScriptedProcess process;
  process.answers = {Ends(0), Ends(0), Ends(0), Ends(1)};
  const RunReport denied = RunPlan(Seed(BuilderKind::kClassic), process, log);
  CHECK_FALSE(denied.ok());
  CHECK(States(denied) == std::vector{StepState::kDone, StepState::kDone, StepState::kDone,
                                      StepState::kFailed, StepState::kDone});

  // No build is begun after one that failed, though it needs nothing of that.
  const Plan two = *PlanOf(test::kTwo, Options(BuilderKind::kDocker)).plan;
  process.calls.clear();
  process.answers = {Ends(1)};
  const RunReport first = RunPlan(two, process, log);
  CHECK(process.calls.size() == 1);
  CHECK(std::count_if(first.steps.begin(), first.steps.end(), [](const StepReport& step) {
          return step.state == StepState::kSkipped;
        }) == 5);
}

TEST_CASE("a program that is not there is broken, even in an optional step") {
  ScriptedProcess process;
  std::ostringstream log;
  ScriptedProcess::Answer missing;
  missing.result.error = "no such file or directory";
  process.answers = {missing};
  const RunReport report = RunPlan(Seed(BuilderKind::kClassic), process, log);
  CHECK(report.broken());
  CHECK(process.calls.size() == 1);
}

TEST_CASE("an interruption ends the plan") {
  ScriptedProcess process;
  std::ostringstream log;
  ScriptedProcess::Answer stopped = Ends(143);
  stopped.result.interrupted = true;
  process.answers = {Ends(0), stopped};
  const RunReport report = RunPlan(Seed(BuilderKind::kClassic), process, log);
  CHECK(report.interrupted());
  CHECK(process.calls.size() == 2);
  CHECK(report.steps[4].state == StepState::kSkipped);
}

TEST_CASE("cached instructions are counted from what the builders print") {
  CacheCounter classic;
  classic.Add(
      "Sending build context to Docker daemon\nStep 1/4 : ARG BASE=base\nStep 2/4 : FROM ${BASE}\n"
      " ---> 1\nStep 3/4 : COPY a b\n");
  classic.Add(" ---> Using cache\n ---> 2\nStep 4/4 : RUN x\n ---> Running in 3\n");
  CHECK(classic.total() == 2);
  CHECK(classic.cached() == 1);
  CacheCounter lower;
  lower.Add("Step 1/2 : from alpine\n ---> 1\nStep 2/2 : run x\n ---> Using cache\n");
  CHECK(lower.total() == 1);
  CHECK(lower.cached() == 1);

  CacheCounter buildkit;
  buildkit.Add(
      "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n"
      "#5 [builder 1/4] FROM docker.io/library/golang\n#5 CACHED\n"
      "#6 [builder 2/4] WORKDIR /src\n#6 CACHED\n\n#7 [builder 3/4] COPY go.mod ./\n#7 DONE 0.1s\n"
      "#8 [2/2] RUN echo '#9 [x 1/1] RUN'\n#8 0.1 #6 CACHED\n#8 CAC");
  buildkit.Add("HED\r\n#8 CACHED\n");
  CHECK(buildkit.total() == 3);
  CHECK(buildkit.cached() == 2);
}

TEST_CASE("the table has every step with its result, time and cached instructions") {
  RunReport report;
  report.steps = {{"pull-a", StepState::kTolerated, 1, 0.25, "", 0, 0},
                  {"build-a", StepState::kDone, 0, 12.34, "", 2, 3},
                  {"push-a", StepState::kFailed, 1, 1, "", 0, 0},
                  {"push-b", StepState::kSkipped, 0, 0, "", 0, 0}};
  CHECK(FormatReport(report) ==
        "step     result           time  cached\n"
        "pull-a   failed, fine     0.2s\n"
        "build-a  done            12.3s  2 of 3\n"
        "push-a   failed           1.0s\n"
        "push-b   skipped\n"
        "all      failed          13.6s\n");
}

TEST_CASE("real children: words, environment, both outputs, status") {
  std::string output;
  const auto collect = [&](std::string_view text) { output += text; };
  const ChildResult done = RealProcess().Run(
      {"sh", "-c", "printf '%s|' \"$1\" \"$CACHEPLAN_TEST\"; echo err >&2; exit 3", "sh", "a b$c"},
      {{"CACHEPLAN_TEST", "x y"}}, collect);
  CHECK(done.started);
  CHECK(done.exit_status == 3);
  CHECK_THAT(output, ContainsSubstring("a b$c|x y|"));
  CHECK_THAT(output, ContainsSubstring("err"));
  CHECK_FALSE(RealProcess().Run({"/no/such/program"}, {}, collect).started);
  CHECK(RealProcess().Run({"sh", "-c", "kill -9 $$"}, {}, collect).exit_status == 137);
}

TEST_CASE("a signal to this program stops the child and all it started") {
  // The child tells that it runs; then the signal is sent, and everything it started must be gone.
  std::string output;
  bool sent = false;
  const ChildResult result =
      RealProcess().Run({"sh", "-c", "sleep 600 & echo $!; wait"}, {}, [&](std::string_view text) {
        output += text;
        if (!sent && output.find('\n') != std::string::npos) {
          sent = true;
          ::kill(::getpid(), SIGTERM);
        }
      });
  CHECK(result.interrupted);
  const pid_t grandchild = std::stoi(output);
  // It is nobody's child now: gone, or a zombie that init has yet to collect.
  bool gone = ::kill(grandchild, 0) != 0;
  for (int i = 0; i < 1000 && !gone; ++i) {
    std::this_thread::yield();
    std::ostringstream path;
    path << "/proc/" << grandchild << "/stat";
    std::FILE* stat = std::fopen(path.str().c_str(), "r");
    char state = 'Z';
    if (stat != nullptr) {
      CHECK(std::fscanf(stat, "%*d %*s %c", &state) == 1);
      std::fclose(stat);
    }
    gone = state == 'Z' || state == 'X';
  }
  CHECK(gone);
}

}  // namespace
}  // namespace cacheplan
