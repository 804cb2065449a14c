#include "src/detect/start_tests.h"

#include "cacheplan/commands.h"

#include "src/detect/command_text.h"

namespace cacheplan::detect {
namespace {

/// What a container runs: ENTRYPOINT, with the words of CMD behind it where both are lists.
RunCommand Started(const Step* entrypoint, const Step* cmd) {
  if (entrypoint == nullptr || cmd == nullptr) {
    return AsRun(*(entrypoint == nullptr ? cmd : entrypoint)->instruction);
  }
  RunCommand all = AsRun(*entrypoint->instruction);
  const RunCommand words = AsRun(*cmd->instruction);
  if (all.exec && words.exec) {
    all.argv.insert(all.argv.end(), words.argv.begin(), words.argv.end());
  }
  return all;
}

}  // namespace

std::string_view TestThatStarts(const Knowledge& knowledge, const Stage& stage, bool windows,
                                const Settings& settings, Arena& arena) {
  const Step* entrypoint = nullptr;
  const Step* cmd = nullptr;
  for (const Step& step : stage.steps) {
    if (step.instruction->keyword == Keyword::kEntrypoint) {
      entrypoint = &step;
    } else if (step.instruction->keyword == Keyword::kCmd) {
      cmd = &step;
    }
  }
  if (entrypoint == nullptr && cmd == nullptr) {
    return {};
  }
  Settings own = settings;
  const RunReading reading = ReadRun(knowledge, *(entrypoint == nullptr ? cmd : entrypoint),
                                     Started(entrypoint, cmd), windows, own, arena);
  const SimpleCommand* test = nullptr;
  for (const KnownCommand& known : reading.commands) {
    for (const CommandFact& fact : known.facts) {
      const bool tests =
          fact.activity == Activity::kTest || fact.activity == Activity::kProjectTest;
      if (!tests && fact.activity != Activity::kNothing) {
        return {};
      }
      test = tests && test == nullptr ? &known.command : test;
    }
  }
  return test == nullptr ? std::string_view() : CommandText(*test, arena);
}

}  // namespace cacheplan::detect
