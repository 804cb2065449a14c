#include "src/cli/inputs.h"

#include <algorithm>
#include <istream>
#include <iterator>
#include <sstream>
#include <utility>

namespace cacheplan::cli {
namespace {

std::string ReadAll(std::istream& in) {
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The paths of a list, one a line; empty lines do not count.
std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') {
      line.pop_back();
    }
    if (!line.empty()) {
      lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace

void AddInputOptions(CLI::App& app, InputOptions& options) {
  app.add_option("-f,--file,FILE", options.files,
                 "Dockerfiles; - is standard input (default: ./Dockerfile)");
  app.add_option("--files-from", options.files_from,
                 "Read the paths from this file, one a line; - is standard input");
}

Result<std::shared_ptr<const Source>> ReadInput(const std::string& path, Io& io) {
  if (path == "-") {
    std::string text = ReadAll(io.in);
    if (text.size() > Source::kMaxSize) {
      return Status::Unreadable("standard input: larger than 1 GiB, which no Dockerfile is");
    }
    return std::make_shared<const Source>(path, std::move(text));
  }
  Result<std::string> text = io.files.Read(path);
  if (!text.ok()) {
    return text.status();
  }
  return std::make_shared<const Source>(path, std::move(text.value()));
}

int ForEachInput(const InputOptions& options, Io& io,
                 const std::function<int(std::shared_ptr<const Source>)>& use) {
  std::vector<std::string> paths = options.files;
  if (!options.files_from.empty()) {
    if (options.files_from == "-") {
      if (std::find(paths.begin(), paths.end(), "-") != paths.end()) {
        return Fail(io, Status::Usage("standard input cannot be both a Dockerfile and the list of "
                                      "--files-from; name a file for one of them"));
      }
      const std::vector<std::string> more = Lines(ReadAll(io.in));
      paths.insert(paths.end(), more.begin(), more.end());
    } else {
      const Result<std::string> list = io.files.Read(options.files_from);
      if (!list.ok()) {
        return Fail(io, list.status());
      }
      const std::vector<std::string> more = Lines(list.value());
      paths.insert(paths.end(), more.begin(), more.end());
    }
  } else if (paths.empty()) {
    paths.emplace_back("Dockerfile");
  }

  int worst = Exit(ExitCode::kOk);
  for (const std::string& path : paths) {
    Result<std::shared_ptr<const Source>> source = ReadInput(path, io);
    worst =
        std::max(worst, source.ok() ? use(std::move(source.value())) : Fail(io, source.status()));
  }
  return worst;
}

int ReportDiagnostics(const Dockerfile& file, const std::vector<Diagnostic>& more, Io& io) {
  for (const std::vector<Diagnostic>* list : {&file.diagnostics, &more}) {
    for (const Diagnostic& diagnostic : *list) {
      io.err << FormatDiagnostic(*file.source, diagnostic);
    }
  }
  const bool fine = file.diagnostics.empty() && more.empty();
  return Exit(fine ? ExitCode::kOk : ExitCode::kFindings);
}

}  // namespace cacheplan::cli
