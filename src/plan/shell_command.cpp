#include "cacheplan/plan.h"
#include "cacheplan/secret_names.h"
#include "cacheplan/text.h"

namespace cacheplan {
namespace {

std::string Join(const std::map<std::string, std::string>& env,
                 const std::vector<std::string>& argv) {
  std::string out;
  for (const auto& [name, value] : env) {
    out += name + "=" + ShellQuote(value) + " ";
  }
  for (std::size_t i = 0; i < argv.size(); ++i) {
    if (i > 0) {
      out += ' ';
    } else if (argv[i].find('=') != std::string::npos) {
      out += "\"\"";  // else it would be taken for an assignment
    }
    out += ShellQuote(argv[i]);
  }
  return out;
}

}  // namespace

std::string ShellCommand(const PlanStep& step) { return Join(step.env, step.argv); }

std::string DisplayCommand(const PlanStep& step) {
  constexpr std::string_view kJoined = "--build-arg=";
  std::vector<std::string> argv = step.argv;
  for (std::size_t i = 1; i < argv.size(); ++i) {
    std::size_t begin = 0;
    if (argv[i].compare(0, kJoined.size(), kJoined) == 0) {
      begin = kJoined.size();
    } else if (argv[i - 1] != "--build-arg") {
      continue;
    }
    const std::size_t equals = argv[i].find('=', begin);
    if (equals != std::string::npos && LooksSecret(argv[i].substr(begin, equals - begin))) {
      argv[i].replace(equals + 1, std::string::npos, "…");
    }
  }
  return Join(step.env, argv);
}

}  // namespace cacheplan
