#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/report.h"
#include "cacheplan/text.h"

#include "src/cli/command.h"
#include "src/cli/packages_option.h"

namespace cacheplan::cli {
namespace {

struct Options {
  std::string name;  // "" = all
  std::vector<std::string> packages;
  std::string format = "text";
};

Status Unknown(const std::string& name, const Knowledge& knowledge) {
  std::vector<std::string_view> names;
  for (const PackageManager& manager : knowledge.managers()) {
    names.push_back(manager.name);
  }
  for (const PackageManager& manager : knowledge.managers()) {
    names.insert(names.end(), manager.commands.begin(), manager.commands.end());
  }
  const std::string lower = ToLower(name);
  const std::string_view nearest =
      knowledge.Find(lower) != nullptr ? std::string_view(lower) : Nearest(lower, names);
  return Status::Usage(
      fmt::format("there is no package manager '{}'{}; 'cacheplan packages' lists them", name,
                  nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest)));
}

int RunPackages(const Options& options, Io& io) {
  const Result<Knowledge> knowledge = LoadKnowledge(options.packages, io);
  if (!knowledge.ok()) {
    return Fail(io, knowledge.status());
  }
  const PackageManager* one = nullptr;
  if (!options.name.empty()) {
    one = knowledge.value().Find(options.name);
    if (one == nullptr) {
      return Fail(io, Unknown(options.name, knowledge.value()));
    }
  }
  io.out << (options.format == "json" ? RenderPackagesJson(knowledge.value(), one)
             : one == nullptr         ? RenderPackagesText(knowledge.value())
                                      : RenderPackageText(knowledge.value(), *one));
  return Exit(ExitCode::kOk);
}

}  // namespace

Run SetupPackages(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("NAME", options->name, "Show this one in full: its name or its command")
      ->check([](const std::string& name) {
        return std::string(name.empty() ? "is empty; 'cacheplan packages' lists the names" : "");
      });
  AddPackagesOption(app, options->packages);
  app.add_option("--format", options->format, "text: for a terminal; json: one object")
      ->capture_default_str()
      ->check(OneOf({"text", "json"}));
  return [options](Io& io) { return RunPackages(*options, io); };
}

}  // namespace cacheplan::cli
