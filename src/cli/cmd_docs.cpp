#include <memory>
#include <ostream>

#include "src/cli/command.h"
#include "src/cli/docs/pages.h"

namespace cacheplan::cli {
namespace {

struct Options {
  std::string root = ".";
  bool write = false;
  bool check = false;
};

int RunDocs(const Options& options, Io& io) {
  if (options.write == options.check) {
    return Fail(io, Status::Usage("docs: give --write or --check"));
  }
  const Result<std::vector<Page>> pages = ReferencePages(options.root, io.files);
  if (!pages.ok()) {
    return Fail(io, pages.status());
  }
  int status = Exit(ExitCode::kOk);
  for (const Page& page : pages.value()) {
    const std::string path = options.root + "/" + page.path;
    const Result<std::string> current = io.files.Exists(path) ? io.files.Read(path) : std::string();
    if (current.ok() && current.value() == page.text) {
      continue;
    }
    if (options.check) {
      io.err << "cacheplan: " << page.path << ": is out of date; run 'cacheplan docs --write'\n";
      status = Exit(ExitCode::kFindings);
      continue;
    }
    const Status written = io.files.Write(path, page.text, false);
    if (!written.ok()) {
      return Fail(io, written);
    }
    io.err << "wrote " << page.path << '\n';
  }
  return status;
}

}  // namespace

Run SetupDocs(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("ROOT", options->root, "The checkout (default: .)");
  app.add_flag("--write", options->write, "Write the pages that differ");
  app.add_flag("--check", options->check, "Exit 1 when a page differs");
  return [options](Io& io) { return RunDocs(*options, io); };
}

}  // namespace cacheplan::cli
