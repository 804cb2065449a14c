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
  std::string_view tool_command;  ///< builds a third-party tool from its source
};

/// Adds what the RUN downloads to `steps`. `arrivals` is what is there before the first command;
/// source that the commands fetch themselves is added to it.
RunFacts ReadRunFacts(const Step& step, const RunReading& reading, CommandPlaces& places,
                      Arena& arena, Arrivals& arrivals, std::vector<DependencyStep>& steps);

/// Fills in what a project step without a command of its own depends on, here and now.
void AnswerForAnnotation(const Arrivals& arrivals, Arena& arena, DependencyStep& found);

/// Adds the evidence of the last step to one of the same line, kind and ecosystem, if there is one,
/// and takes it off. EndSteps follows after the last one of an instruction: it leaves out what is
/// said twice.
void MergeLast(Arena& arena, std::vector<DependencyStep>& steps);
void EndSteps(const Instruction& instruction, std::vector<DependencyStep>& steps);

}  // namespace cacheplan::detect
