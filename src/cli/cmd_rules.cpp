#include <memory>
#include <ostream>
#include <string>

#include "cacheplan/lint.h"
#include "cacheplan/rules.h"

#include "src/cli/command.h"

namespace cacheplan::cli {
namespace {

struct Options {
  std::string rule;
  std::string format = "text";
};

int RunRules(const Options& options, Io& io) {
  const bool json = options.format == "json";
  if (options.rule.empty()) {
    io.out << (json ? RenderRulesJson(AllRules()) : RenderRulesText(AllRules()));
    return Exit(ExitCode::kOk);
  }
  const RuleInfo* rule = FindRule(options.rule);
  if (rule == nullptr) {
    return Fail(io, Status::Usage(UnknownRule(options.rule)));
  }
  io.out << (json ? RenderRulesJson({rule, 1}) : RenderRuleText(*rule));
  return Exit(ExitCode::kOk);
}

}  // namespace

Run SetupRules(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("RULE", options->rule, "Explain this one, by code or name (default: list all)");
  app.add_option("--format", options->format,
                 "text: for a terminal; json: one object with all that is known")
      ->capture_default_str()
      ->check(OneOf({"text", "json"}));
  return [options](Io& io) { return RunRules(*options, io); };
}

}  // namespace cacheplan::cli
