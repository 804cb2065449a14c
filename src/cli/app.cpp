#include <algorithm>
#include <cstddef>
#include <exception>
#include <map>
#include <ostream>
#include <string>
#include <utility>

#include "cacheplan/cli.h"
#include "cacheplan/text.h"
#include "cacheplan/version.h"

#include "src/cli/command.h"
#include "src/cli/help.h"

namespace cacheplan {
namespace cli {

const std::vector<CommandInfo>& Commands() {
  static const std::vector<CommandInfo> rows = {
#define COMMAND(id_, ...) CommandInfo{__VA_ARGS__},
#include "grammar/commands.def"
#undef COMMAND
  };
  return rows;
}

CLI::Validator OneOf(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    list += (list.empty() ? "" : "|") + name;
  }
  return CLI::Validator(
      [names, list](const std::string& value) {
        if (std::find(names.begin(), names.end(), value) != names.end()) {
          return std::string();
        }
        return "'" + value + "' is not one of " + list;
      },
      list);
}

CLI::Validator NotEmpty() {
  return CLI::Validator(
      [](const std::string& value) {
        return value.empty() ? std::string("the value is empty") : std::string();
      },
      "");
}

int ExitFor(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return Exit(ExitCode::kOk);
    case StatusCode::kUsage:
      return Exit(ExitCode::kUsage);
    case StatusCode::kInvalid:  // an input, read and rejected
      return Exit(ExitCode::kFindings);
    case StatusCode::kNotFound:
    case StatusCode::kUnreadable:
      return Exit(ExitCode::kUnreadable);
    case StatusCode::kInterrupted:
      return Exit(ExitCode::kInterrupted);
  }
  return Exit(ExitCode::kUnreadable);
}

int Fail(Io& io, const Status& status) {
  io.err << "cacheplan: " << status.message << '\n';
  return ExitFor(status.code);
}

namespace {

using Setup = Run (*)(CLI::App&);

/// A row's command, made ready only when it is the one called: options of the others cost start-up
/// time for nothing.
struct Row {
  const CommandInfo& info;
  Setup setup;
};

std::vector<Row> Rows() {
  const Setup setups[] = {
#define COMMAND(id_, ...) &Setup##id_,
#include "grammar/commands.def"
#undef COMMAND
  };
  std::vector<Row> rows;
  for (std::size_t i = 0; i < Commands().size(); ++i) {
    rows.push_back({Commands()[i], setups[i]});
  }
  return rows;
}

/// CLI11 throws to report both `--help` and wrong usage.
int ReportParse(const CLI::App& app, const CLI::ParseError& error, Io& io) {
  if (dynamic_cast<const CLI::CallForHelp*>(&error) != nullptr ||
      dynamic_cast<const CLI::CallForAllHelp*>(&error) != nullptr) {
    const CLI::App* shown = &app;
    while (!shown->get_subcommands().empty()) {
      shown = shown->get_subcommands().front();
    }
    io.out << HelpText(*shown);
    return Exit(ExitCode::kOk);
  }
  if (dynamic_cast<const CLI::CallForVersion*>(&error) != nullptr) {
    io.out << error.what() << '\n';
    return Exit(ExitCode::kOk);
  }
  io.err << "cacheplan: " << error.what() << "\nTry 'cacheplan"
         << (app.get_subcommands().empty() ? "" : " " + app.get_subcommands().front()->get_name())
         << " --help'.\n";
  return Exit(ExitCode::kUsage);
}

bool IsCommand(const std::string& word) {
  return std::any_of(Commands().begin(), Commands().end(),
                     [&](const CommandInfo& info) { return info.name == word; });
}

Status UnknownCommand(const std::string& word) {
  std::vector<std::string_view> names;
  for (const CommandInfo& info : Commands()) {
    if (!info.hidden) {
      names.push_back(info.name);
    }
  }
  const std::string_view nearest = Nearest(word, names);
  std::string message = "there is no command '" + word + "'";
  message += nearest.empty() ? "" : " (did you mean " + std::string(nearest) + "?)";
  return Status::Usage(message + "; see 'cacheplan --help'");
}

int Dispatch(std::vector<std::string> words, Io& io) {
  CLI::App app("Plans, runs and checks the reuse of dependency layers of Dockerfiles.",
               "cacheplan");
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", "cacheplan " CACHEPLAN_VERSION, "Show the version");
  app.require_subcommand(0, 1);
  app.footer("Without a command: a summary of ./Dockerfile.");

  Run run = SetupSummary(app);
  for (const Row& row : Rows()) {
    CLI::App* sub = app.add_subcommand(std::string(row.info.name), std::string(row.info.help));
    if (row.info.hidden) {
      sub->group("");
    }
    if (words.empty() || words.front() != row.info.name) {
      continue;
    }
    if (row.info.passthrough) {
      const auto dashes = std::find(words.begin(), words.end(), "--");
      if (dashes != words.end()) {
        io.rest.assign(dashes + 1, words.end());
        words.erase(dashes, words.end());
      }
    }
    run = row.setup(*sub);
  }
  if (!words.empty() && !words.front().empty() && words.front().front() != '-' &&
      !IsCommand(words.front())) {
    return Fail(io, UnknownCommand(words.front()));
  }
  try {
    std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return ReportParse(app, error, io);
  }
  return run(io);
}

}  // namespace
}  // namespace cli

int Main(std::vector<std::string> args, std::istream& in, std::ostream& out, std::ostream& err) {
  cli::Io io{in, out, err, RealFileSystem(), {}};
  try {
    return cli::Dispatch(std::move(args), io);
  } catch (const std::bad_alloc&) {
    err << "cacheplan: out of memory\n";
  }
  return cli::Exit(ExitCode::kUnreadable);
}

}  // namespace cacheplan
