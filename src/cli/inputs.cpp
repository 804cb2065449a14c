#include "src/cli/inputs.h"

#include <algorithm>
#include <atomic>
#include <istream>
#include <iterator>
#include <span>
#include <sstream>
#include <thread>
#include <utility>

#include <fmt/format.h>

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
                 "Dockerfiles; - is standard input (default: ./Dockerfile)")
      ->type_name("FILE");
  app.add_option("--jobs", options.jobs, "Files to work on at a time (default: one a core)")
      ->type_name("N");
  app.add_option("--files-from", options.files_from,
                 "Read the paths from this file, one a line; - is standard input")
      ->type_name("FILE");
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

Result<std::shared_ptr<const Source>> ReadDockerfile(const std::string& path, Io& io) {
  Result<std::shared_ptr<const Source>> source = ReadInput(path, io);
  if (!source.ok() && source.status().code == StatusCode::kNotFound) {
    return Status::NotFound(source.status().message + "; name the Dockerfile with -f FILE");
  }
  return source;
}

Result<std::vector<std::string>> InputPaths(const InputOptions& options, Io& io) {
  std::vector<std::string> paths = options.files;
  if (options.files_from.empty()) {
    if (paths.empty()) {
      paths.emplace_back("Dockerfile");
    }
    return paths;
  }
  std::string list;
  if (options.files_from == "-") {
    if (std::find(paths.begin(), paths.end(), "-") != paths.end()) {
      return Status::Usage(
          "standard input cannot be both a Dockerfile and the list of --files-from; name a file "
          "for "
          "one of them");
    }
    list = ReadAll(io.in);
  } else {
    Result<std::string> text = io.files.Read(options.files_from);
    if (!text.ok()) {
      return text.status();
    }
    list = std::move(text.value());
  }
  const std::vector<std::string> more = Lines(list);
  paths.insert(paths.end(), more.begin(), more.end());
  return paths;
}

namespace {

/// Files in flight at a time: enough to keep the cores busy, few enough to keep memory small. For
/// one thread a row of them is enough; what comes of it is still in the caches when it is written.
constexpr std::size_t kChunk = 256;
/// Files in a row, and about how many bytes of them.
constexpr std::size_t kRow = 64;
constexpr std::size_t kRowBytes = std::size_t{1} << 20U;
/// Written at a time, about.
constexpr std::size_t kWrite = std::size_t{64} * 1024;

using ReadSource = Result<std::shared_ptr<const Source>>;

/// The first of the files, all that one thread reads before it works on them: going to and fro
/// between the two costs each of them the caches.
std::vector<ReadSource> ReadRow(std::span<const std::string> paths, Io& io) {
  std::vector<ReadSource> row;
  row.reserve(paths.size());
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < paths.size() && bytes < kRowBytes; ++i) {
    row.push_back(ReadDockerfile(paths[i], io));
    bytes += row.back().ok() ? row.back().value()->text().size() : 0;
  }
  return row;
}

void AddUnread(const Status& status, Outcome& outcome) {
  outcome.err += "cacheplan: " + status.message + "\n";
  outcome.status = std::max(outcome.status, ExitFor(status.code));
}

/// What came of a row of files. Small texts go out together, but what is on standard error follows
/// what it belongs to.
class Outcomes {
 public:
  /// Where the next file adds what comes of it.
  Outcome& Next() {
    if (used_ == 0 || !all_[used_ - 1].err.empty() || all_[used_ - 1].out.size() > kWrite) {
      if (used_ == all_.size()) {
        all_.emplace_back();
      }
      ++used_;
    }
    return all_[used_ - 1];
  }
  /// The worst status. Leaves nothing but memory for the next row.
  int Print(Io& io) {
    int worst = Exit(ExitCode::kOk);
    for (Outcome& outcome : std::span(all_).first(used_)) {
      io.out << outcome.out;
      if (!outcome.err.empty()) {
        io.out.flush();
        io.err << outcome.err;
      }
      worst = std::max(worst, outcome.status);
      outcome.out.clear();
      outcome.err.clear();
      if (outcome.out.capacity() > 4 * kWrite) {
        outcome.out = {};  // what one large file took is not kept at every place of a row
      }
      outcome.status = Exit(ExitCode::kOk);
    }
    used_ = 0;
    return worst;
  }

 private:
  std::vector<Outcome> all_;
  std::size_t used_ = 0;
};

}  // namespace

int ForEachInput(const InputOptions& options, Io& io,
                 const std::function<void(std::shared_ptr<const Source>, Outcome&)>& use) {
  const auto each = [&](std::size_t /*number*/, std::shared_ptr<const Source> source,
                        Outcome& outcome) { use(std::move(source), outcome); };
  if (options.files_from.empty() && !options.files.empty()) {
    return ForEachPath(options.files, options.jobs, io, each);  // thousands need not be copied
  }
  const Result<std::vector<std::string>> paths = InputPaths(options, io);
  return paths.ok() ? ForEachPath(paths.value(), options.jobs, io, each) : Fail(io, paths.status());
}

int ForEachPath(
    const std::vector<std::string>& paths, unsigned wanted_jobs, Io& io,
    const std::function<void(std::size_t, std::shared_ptr<const Source>, Outcome&)>& use) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const unsigned jobs = wanted_jobs == 0 ? cores : wanted_jobs;
  int worst = Exit(ExitCode::kOk);
  std::vector<Outcomes> shares;
  const std::size_t chunk = jobs == 1 ? kRow : kChunk;
  for (std::size_t begin = 0; begin < paths.size(); begin += chunk) {
    const std::size_t count = std::min(chunk, paths.size() - begin);
    std::atomic<std::size_t> next = 0;
    // Each thread takes several at a time, but not so many that the others wait for it at the end.
    const std::size_t share = std::clamp<std::size_t>(count / jobs / 4, 1, kRow);
    shares.resize((count + share - 1) / share);
    const auto work = [&] {
      for (std::size_t i = next.fetch_add(share); i < count; i = next.fetch_add(share)) {
        Outcomes& outcomes = shares[i / share];
        const std::size_t end = std::min(i + share, count);
        while (i < end) {
          for (ReadSource& source : ReadRow(std::span(paths).subspan(begin + i, end - i), io)) {
            if (source.ok()) {
              use(begin + i, std::move(source.value()), outcomes.Next());
            } else {
              AddUnread(source.status(), outcomes.Next());
            }
            ++i;
          }
        }
      }
    };
    {
      std::vector<std::jthread> threads;
      for (unsigned i = 1; i < std::min<std::size_t>(jobs, count); ++i) {
        threads.emplace_back(work);
      }
      work();
    }
    for (Outcomes& outcomes : shares) {
      worst = std::max(worst, outcomes.Print(io));
    }
  }
  return worst;
}

namespace {

/// What a person can take in at a time; JSON has all.
constexpr std::size_t kShownFindings = 50;

}  // namespace

void AddDiagnostics(const Dockerfile& file, const std::vector<Diagnostic>& diagnostics,
                    Outcome& outcome) {
  if (diagnostics.empty()) {
    return;
  }
  const bool binary = file.source->text().find('\0') != std::string_view::npos;
  const std::size_t shown = std::min(binary ? 1 : kShownFindings, diagnostics.size());
  for (std::size_t i = 0; i < shown; ++i) {
    outcome.err += FormatDiagnostic(*file.source, diagnostics[i]);
  }
  if (binary) {
    outcome.err +=
        fmt::format("{}: holds NUL bytes: is it a Dockerfile at all?\n", file.source->name());
  }
  if (shown < diagnostics.size()) {
    outcome.err +=
        fmt::format("{}: and {} more findings\n", file.source->name(), diagnostics.size() - shown);
  }
  for (const Diagnostic& diagnostic : diagnostics) {
    const bool usage = diagnostic.diag == Diag::kUnknownTarget;
    outcome.status = std::max(outcome.status, Exit(usage ? ExitCode::kUsage : ExitCode::kFindings));
  }
}

void AddAllDiagnostics(const Dockerfile& file, const std::vector<Diagnostic>& more,
                       Outcome& outcome) {
  AddDiagnostics(file, file.diagnostics, outcome);
  AddDiagnostics(file, more, outcome);
}

}  // namespace cacheplan::cli
