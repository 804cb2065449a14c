// From the commands of one RUN to its dependency steps.
#pragma once

#include <string>
#include <vector>

#include "cacheplan/detect.h"

#include "src/detect/command_span.h"
#include "src/detect/context_files.h"
#include "src/detect/run_commands.h"

namespace cacheplan::detect {

struct RunFacts {
  bool compiles = false;
  bool tests = false;
  std::string_view compile_command;
  std::string_view test_command;
  std::string_view tool_command;   ///< builds a third-party tool from its source
  std::vector<CommandRange> last;  ///< of each step that was added: its last command
};

/// Adds what the RUN downloads to `steps`. `arrivals` is what is there before the first command;
/// source that the commands fetch themselves is added to it.
RunFacts ReadRunFacts(const Step& step, const RunReading& reading, CommandPlaces& places,
                      Arena& arena, Arrivals& arrivals, std::vector<DependencyStep>& steps);

/// Fills in what a project step without a command of its own depends on, here and now.
void AnswerForAnnotation(const Arrivals& arrivals, Arena& arena, DependencyStep& found);

/// The step of that kind and ecosystem of the instruction whose steps stand at the end; a new one,
/// which has no commands yet, where there is none. EndSteps follows after the last command of an
/// instruction: it leaves out what is said twice.
DependencyStep& StepOf(const Instruction& instruction, StepKind kind, std::string_view ecosystem,
                       std::vector<DependencyStep>& steps);
/// The first of equals stays. An instruction may have very many commands.
void KeepOnce(ArenaList<std::string_view>& list);
void EndSteps(const Instruction& instruction, std::vector<DependencyStep>& steps);

}  // namespace cacheplan::detect
