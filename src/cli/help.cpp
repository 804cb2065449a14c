#include "src/cli/help.h"

#include <cstddef>
#include <sstream>
#include <string_view>

namespace cacheplan::cli {
namespace {

constexpr std::size_t kColumn = 30;  ///< where the descriptions begin
constexpr std::size_t kWidth = 100;

/// What stands for the value: the choices, or the name that the option gave it.
std::string ValueName(const CLI::Option& option) {
  constexpr std::string_view kText = "TEXT";
  std::string type = option.get_type_name();
  if (type.compare(0, kText.size() + 1, "TEXT:") == 0) {
    return type.substr(kText.size() + 1);
  }
  return type == kText ? "VALUE" : type == "UINT" ? "N" : type;
}

bool Repeatable(const CLI::Option& option) { return option.get_items_expected_max() > 1; }

std::string OptionNames(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) {
    names += (names.empty() ? "-" : ", -") + name;
  }
  for (const std::string& name : option.get_lnames()) {
    names += (names.empty() ? "--" : ", --") + name;
  }
  const bool takes_value = option.get_items_expected_max() > 0;
  return takes_value ? names + " " + ValueName(option) : names;
}

/// One row: what it is about, and its description, cut at blanks where the line would be too long.
void AddRow(std::string& out, const std::string& name, const std::string& description) {
  std::string line = "  " + name;
  bool fresh = true;
  const auto begin_text = [&] {
    if (line.size() + 2 > kColumn) {
      out += line + "\n";
      line.clear();
    }
    line.resize(kColumn, ' ');
    fresh = true;
  };
  begin_text();
  std::istringstream words(description);
  for (std::string word; words >> word;) {
    if (!fresh && line.size() + 1 + word.size() > kWidth) {
      out += line + "\n";
      line.clear();
      begin_text();
    }
    line += (fresh ? "" : " ") + word;
    fresh = false;
  }
  out += line + "\n";
}

std::string Description(const CLI::Option& option) {
  const std::string standard = option.get_default_str();
  return option.get_description() + (standard.empty() ? "" : " (default: " + standard + ")");
}

}  // namespace

std::string HelpText(const CLI::App& app) {
  const bool is_program = app.get_parent() == nullptr;
  std::string usage = is_program ? "cacheplan" : "cacheplan " + app.get_name();
  usage += " [OPTIONS]";
  std::string arguments;
  std::string options;
  for (const CLI::Option* option : app.get_options()) {
    const std::string positional = option->get_name(true);
    if (option->get_positional()) {
      usage += " [" + positional + (Repeatable(*option) ? "…]" : "]");
    }
    if (option->nonpositional()) {
      AddRow(options, OptionNames(*option), Description(*option));
    } else {
      AddRow(arguments, positional, Description(*option));
    }
  }
  std::string commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_group().empty()) {
      AddRow(commands, command->get_name(), command->get_description());
    }
  }
  usage += commands.empty() ? "" : " [COMMAND]";
  std::string out = app.get_description() + "\n\nUsage: " + usage + "\n";
  for (const auto& [title, rows] :
       {std::pair("Commands", commands), std::pair("Arguments", arguments),
        std::pair("Options", options)}) {
    out += rows.empty() ? "" : std::string("\n") + title + ":\n" + rows;
  }
  // A subcommand is given its parent's footer, which is not about it.
  const std::string footer = app.get_footer();
  const bool own = is_program || footer != app.get_parent()->get_footer();
  return own && !footer.empty() ? out + "\n" + footer + "\n" : out;
}

}  // namespace cacheplan::cli
