#include "cacheplan/plan.h"
#include "cacheplan/text.h"

namespace cacheplan {
namespace {

constexpr std::string_view kSecretNames[] = {
#define SECRET_NAME(word_) word_,
#include "grammar/secret_names.def"
#undef SECRET_NAME
};

bool LooksSecret(std::string_view name) {
  const std::string lower = ToLower(name);
  for (const std::string_view word : kSecretNames) {
    if (lower.find(word) != std::string::npos) {
      return true;
    }
  }
  return false;
}

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
  std::vector<std::string> argv = step.argv;
  for (std::size_t i = 1; i < argv.size(); ++i) {
    const std::size_t equals = argv[i].find('=');
    if (argv[i - 1] == "--build-arg" && equals != std::string::npos &&
        LooksSecret(argv[i].substr(0, equals))) {
      argv[i].replace(equals + 1, std::string::npos, "…");
    }
  }
  return Join(step.env, argv);
}

}  // namespace cacheplan
