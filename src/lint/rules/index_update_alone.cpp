#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

bool IsAptOrApk(const KnownCommand& known, Activity activity) {
  return std::any_of(known.facts.begin(), known.facts.end(), [&](const CommandFact& fact) {
    return fact.activity == activity &&
           (fact.manager->name == "apt" || fact.manager->name == "apk");
  });
}

const KnownCommand* FindOs(const RunRef& run, Activity activity) {
  if (!run.does.Has(activity)) {
    return nullptr;
  }
  const std::span<const KnownCommand> commands = run.commands->commands;
  const auto found = std::find_if(commands.begin(), commands.end(), [&](const KnownCommand& known) {
    return IsAptOrApk(known, activity);
  });
  return found == commands.end() ? nullptr : &*found;
}

/// `RUN update` above `RUN install …`, with nothing but blank lines and comments between: the
/// update goes into the install, and its own lines away.
std::optional<Fix> Join(const Checker& check, const RunRef& update_run,
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

}  // namespace

void CheckIndexUpdateAlone(Checker& check) {
  const std::span<const RunRef> runs = check.Runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const KnownCommand* update = FindOs(runs[i], Activity::kIndex);
    if (update == nullptr || !runs[i].commands->all_known ||
        FindOs(runs[i], Activity::kSystem) != nullptr) {
      continue;
    }
    // The first install of the stage that relies on this index.
    const RunRef* install = nullptr;
    for (std::size_t j = i + 1; j < runs.size() && runs[j].step.stage == runs[i].step.stage; ++j) {
      if (FindOs(runs[j], Activity::kIndex) != nullptr) {
        break;
      }
      if (FindOs(runs[j], Activity::kSystem) != nullptr) {
        install = &runs[j];
        break;
      }
    }
    if (install == nullptr) {
      continue;  // a stage built FROM this one may rely on it
    }
    check.At(
        RuleId::kIndexUpdateAlone, runs[i].instruction(),
        CommandSpan(check.file, runs[i].instruction(), update->command),
        {fmt::format("{} stands alone, and line {} installs with its index", Shown(update->command),
                     install->instruction().start_line),
         "this layer stays in the cache while the install changes: packages that left the archive "
         "since then fail, and new ones are not seen",
         "run both in one RUN", Join(check, runs[i], install->instruction())});
  }
}

}  // namespace cacheplan::lint
