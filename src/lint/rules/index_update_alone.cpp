#include <algorithm>

#include <fmt/format.h>

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

/// `RUN update` right above `RUN install …`: one RUN with both.
std::optional<Fix> Join(const Checker& check, const Instruction& update,
                        const Instruction& install) {
  const bool plain = &install == &update + 1 && update.heredocs.empty() &&
                     install.heredocs.empty() && update.flags.empty() && install.flags.empty() &&
                     update.form == Form::kShell && install.form == Form::kShell &&
                     install.comments.empty() && !install.args.empty();
  if (!plain) {
    return std::nullopt;
  }
  const std::string_view between = check.file.source->Slice({update.span.end, install.span.begin});
  const bool blank = between.find_first_not_of(" \t\r\n") == std::string_view::npos;
  return blank ? std::optional(Fix{"join it with the install below",
                                   false,
                                   {{{update.span.end, install.args.front().span.begin}, " && "}}})
               : std::nullopt;
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
         "run both in one RUN", Join(check, runs[i].instruction(), install->instruction())});
  }
}

}  // namespace cacheplan::lint
