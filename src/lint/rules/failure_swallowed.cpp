#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

constexpr Activities kDownloads = {Activity::kProject, Activity::kTool, Activity::kSystem};

/// The script of a RUN in shell form.
std::string_view Script(const Instruction& run) {
  const RunCommand reading = AsRun(run);
  const Heredoc* heredoc = reading.heredoc_script();
  return heredoc != nullptr ? heredoc->content : reading.script.text;
}

/// `true`, `:`, `exit 0`: what makes a success of whatever was before it.
bool Succeeds(const SimpleCommand& command) {
  const std::string_view name = command.name();
  return name == "true" || name == ":" ||
         (name == "exit" && command.words.size() == 2 && command.words[1].text == "0");
}

/// `echo "no luck"` succeeds too, where nothing comes behind it in its list.
bool OnlySpeaks(const SimpleCommand& command, std::string_view script) {
  if (command.name() != "echo" && command.name() != "printf") {
    return false;
  }
  const std::size_t next =
      script.find_first_not_of(" \t", std::min<std::size_t>(command.end, script.size()));
  return next == std::string_view::npos || script[next] == '\n' || script[next] == ';';
}

/// What stands between two commands, without blanks at its ends: "||", ";", "&& (" …
std::string_view Operator(std::string_view script, const KnownCommand& first,
                          const KnownCommand& second) {
  if (first.command.end > second.command.offset || second.command.offset > script.size()) {
    return {};  // one is within the other, or both within one word
  }
  return Trim(script.substr(first.command.end, second.command.offset - first.command.end));
}

/// What follows each command of a script.
class Sequence {
 public:
  Sequence(std::span<const KnownCommand> commands, std::string_view script)
      : pipe_ends_(commands.size()), instead_(commands.size(), commands.size()) {
    for (std::size_t i = commands.size(); i-- > 0;) {
      const bool piped =
          i + 1 < commands.size() && IsPipe(Operator(script, commands[i], commands[i + 1]));
      pipe_ends_[i] = piped ? pipe_ends_[i + 1] : i;
      const std::size_t next = pipe_ends_[i] + 1;
      if (next == commands.size()) {
        continue;
      }
      const std::string_view between = Operator(script, commands[next - 1], commands[next]);
      instead_[i] = between.ends_with("||") ? next
                    : between == "&&"       ? instead_[next]
                                            : commands.size();
    }
  }
  /// The number of the last command of the pipe that the command is in.
  [[nodiscard]] std::size_t EndOfPipe(std::size_t i) const { return pipe_ends_[i]; }
  /// The number of the command that is run when this one, or what follows it by &&, fails; that of
  /// none when nothing is.
  [[nodiscard]] std::size_t Instead(std::size_t i) const { return instead_[i]; }

 private:
  static bool IsPipe(std::string_view between) {
    return !between.ends_with("||") && (between.ends_with('|') || between.ends_with("|&"));
  }

  std::vector<std::size_t> pipe_ends_;
  std::vector<std::size_t> instead_;
};

/// `set -e`, `set -eux`, `set -o errexit`; or a shell that is started so.
bool StopsAtFailures(const RunRef& run) {
  const auto is_flag = [](std::string_view word) {
    return word == "errexit" || (word.size() > 1 && word[0] == '-' && word[1] != '-' &&
                                 word.find('e') != std::string_view::npos);
  };
  const std::span<const std::string_view> shell = run.step.step->shell;
  return std::any_of(shell.begin(), shell.end(), is_flag) ||
         std::any_of(run.commands->commands.begin(), run.commands->commands.end(),
                     [&](const KnownCommand& known) {
                       return known.command.name() == "set" &&
                              std::any_of(
                                  known.command.words.begin(), known.command.words.end(),
                                  [&](const ScriptWord& word) { return is_flag(word.text); });
                     });
}

void Tell(Checker& check, const RunRef& run, const SimpleCommand& command) {
  check.At(RuleId::kFailureSwallowed, run.instruction(),
           CommandSpan(check.file, run.instruction(), command),
           {fmt::format("the failure of {} counts for nothing here", Shown(command)),
            "a download that breaks off is cached as if it were whole, and comes back from the "
            "cache until a line above changes",
            "let the step fail, or retry within it"});
}

}  // namespace

void CheckFailureSwallowed(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    if (!run.does.HasAny(kDownloads)) {
      continue;
    }
    const std::span<const KnownCommand> commands = run.commands->commands;  // not none
    const std::string_view script = Script(run.instruction());
    const Sequence sequence(commands, script);
    const KnownCommand* open = nullptr;  // the last download that is not reported
    std::size_t told = commands.size();  // what is run instead of several is one finding
    for (std::size_t i = commands.size() - 1; i-- > 0;) {
      if (!Does(commands[i], kDownloads)) {
        continue;
      }
      const std::size_t instead = sequence.Instead(i);
      const bool swallowed =
          instead < commands.size() &&
          (Succeeds(commands[instead].command) || OnlySpeaks(commands[instead].command, script));
      // What comes behind `a && b || true` may still miss what `a` was to bring.
      if (swallowed && instead != told &&
          (instead == sequence.EndOfPipe(i) + 1 || instead + 1 == commands.size())) {
        Tell(check, run, commands[i].command);
        told = instead;
      }
      open = open == nullptr && !swallowed ? &commands[i] : open;
    }
    // `npm ci; exit 0`: the step succeeds whatever the shell has seen before.
    if (open == nullptr || !Succeeds(commands.back().command) || StopsAtFailures(run)) {
      continue;
    }
    const std::string_view before =
        Operator(script, commands[commands.size() - 2], commands.back());
    const bool next_list = script.substr(0, commands.back().command.offset).ends_with('\n');
    if (before == ";" || (before.empty() && next_list)) {
      Tell(check, run, open->command);
    }
  }
}

}  // namespace cacheplan::lint
