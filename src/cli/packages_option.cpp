#include "src/cli/packages_option.h"

#include <utility>

#include <fmt/format.h>

namespace cacheplan::cli {

void AddPackagesOption(CLI::App& app, std::vector<std::string>& files) {
  app.add_option("--packages", files,
                 "A file of package managers in the form of the built-in tables; repeatable")
      ->type_name("FILE")
      ->allow_extra_args(false);
}

Result<Knowledge> LoadKnowledge(const std::vector<std::string>& files, Io& io) {
  Knowledge knowledge = Knowledge::BuiltIn();
  for (const std::string& file : files) {
    const Result<std::string> text = io.files.Read(file);
    if (!text.ok()) {
      return io.files.List(file).ok()
                 ? Status::Unreadable(fmt::format(
                       "--packages {}: is a directory; name a JSON file of package managers in it",
                       file))
                 : text.status();
    }
    Result<Knowledge> more = knowledge.With(file, text.value());
    if (!more.ok()) {  // a table is configuration, not the input that is looked at
      return Status::Usage(more.status().message);
    }
    knowledge = std::move(more.value());
  }
  return knowledge;
}

}  // namespace cacheplan::cli
