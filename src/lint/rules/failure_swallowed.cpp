#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The text between two commands of a script, quotes and all.
std::string_view Between(std::string_view script, std::uint32_t begin, std::uint32_t end) {
  return begin < end && end <= script.size() ? script.substr(begin, end - begin)
                                             : std::string_view();
}

}  // namespace

void CheckFailureSwallowed(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    const RunCommand reading = AsRun(run.instruction());
    const Heredoc* heredoc = reading.heredoc_script();
    const std::string_view script = heredoc != nullptr ? heredoc->content : reading.script.text;
    const std::span<const KnownCommand> commands = run.commands->commands;
    for (std::size_t i = 0; i + 1 < commands.size() && !reading.exec; ++i) {
      const SimpleCommand& next = commands[i + 1].command;
      if (!Does(commands[i], {Activity::kProject, Activity::kTool, Activity::kSystem}) ||
          (next.name() != "true" && next.name() != ":")) {
        continue;
      }
      const std::string_view between = Between(script, commands[i].command.offset, next.offset);
      const std::size_t last = between.find_last_not_of(" \t\n");
      if (last == std::string_view::npos || last < 1 || between.substr(last - 1, 2) != "||") {
        continue;
      }
      check.At(
          RuleId::kFailureSwallowed, run.instruction(),
          CommandSpan(check.file, run.instruction(), commands[i].command),
          {fmt::format("the failure of {} counts for nothing here", Shown(commands[i].command)),
           "a download that breaks off is cached as if it were whole, and comes back from the "
           "cache "
           "until a line above changes",
           "let the step fail, or retry within it"});
    }
  }
}

}  // namespace cacheplan::lint
