#include "src/lint/join_update.h"

#include <span>
#include <string>

#include "cacheplan/text.h"

namespace cacheplan::lint {

std::optional<Fix> JoinUpdate(const Checker& check, const RunRef& update_run,
                              const Instruction& install) {
  const Instruction& update = update_run.instruction();
  // A second command in it might fail, go elsewhere, or be a comment that swallows the install.
  const std::span<const KnownCommand> commands = update_run.commands->commands;
  const bool alone = commands.size() == 1 && commands[0].command.offset == 0 &&
                     commands[0].command.end == Trim(AsRun(update).script.text).size();
  const bool plain = alone && &install == &update + 1 && update.heredocs.empty() &&
                     install.heredocs.empty() && update.flags.empty() && install.flags.empty() &&
                     update.form == Form::kShell && install.form == Form::kShell &&
                     !update.args.empty() && !install.args.empty();
  if (!plain) {
    return std::nullopt;
  }
  const std::string_view text = check.file.source->text();
  const Span script = {update.args.front().span.begin, update.args.back().span.end};
  const auto next_line = static_cast<std::uint32_t>(text.find('\n', update.span.end) + 1);
  return Fix{"join it with the install below",
             false,
             {{{update.span.begin, next_line}, ""},
              {{install.args.front().span.begin, install.args.front().span.begin},
               std::string(text.substr(script.begin, script.end - script.begin)) + " && "}}};
}

}  // namespace cacheplan::lint
