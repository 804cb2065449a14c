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

/// The script of a RUN in shell form.
std::string_view Script(const Instruction& run) {
  const RunCommand reading = AsRun(run);
  const Heredoc* heredoc = reading.heredoc_script();
  return heredoc != nullptr ? heredoc->content : reading.script.text;
}

}  // namespace

void CheckFailureSwallowed(Checker& check) {
  constexpr Activities kDownloads = {Activity::kProject, Activity::kTool, Activity::kSystem};
  for (const RunRef& run : check.Runs()) {
    if (!run.does.HasAny(kDownloads)) {
      continue;
    }
    const std::span<const KnownCommand> commands = run.commands->commands;
    for (std::size_t i = 0; i + 1 < commands.size(); ++i) {
      const SimpleCommand& next = commands[i + 1].command;
      if ((next.name() != "true" && next.name() != ":") || !Does(commands[i], kDownloads)) {
        continue;
      }
      const std::string_view between =
          Between(Script(run.instruction()), commands[i].command.offset, next.offset);
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
