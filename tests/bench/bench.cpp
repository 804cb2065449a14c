// Times the program as its users meet it, as a process, and its phases from the inside.
// Usage: bench BINARY [DOCKERFILE...]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load.h"
#include "phases.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): not every libc declares it

namespace {

namespace fs = std::filesystem;

constexpr int kRuns = 5;

struct Figures {
  double best_ms = 0;
  double median_ms = 0;
  double cpu_ms = 0;  // the least; its own and the kernel's for it
  long peak_kb = 0;   // the largest of all runs
};

[[noreturn]] void Die(const std::string& what) {
  fmt::print(stderr, "bench: {}\n", what);
  std::exit(1);
}

struct Run {
  double ms = 0;
  double cpu_ms = 0;
  long peak_kb = 0;
};

double Milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

/// One run with its output thrown away.
Run RunOnce(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));  // NOLINT: posix_spawn's type; not written to
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_WRONLY, 0);
  }
  const auto begin = std::chrono::steady_clock::now();
  pid_t pid = 0;
  if (posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ) != 0) {
    Die("cannot run " + words[0]);
  }
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  rusage usage{};
  wait4(pid, &status, 0, &usage);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
    Die(fmt::format("{} ended with wait status {}", fmt::join(words, " "), status));
  }
  return {took.count(), Milliseconds(usage.ru_utime) + Milliseconds(usage.ru_stime),
          usage.ru_maxrss};
}

Figures Measure(const std::vector<std::string>& words) {
  std::vector<double> times;
  Figures figures;
  for (int i = 0; i < kRuns; ++i) {
    const Run run = RunOnce(words);
    times.push_back(run.ms);
    figures.cpu_ms = i == 0 ? run.cpu_ms : std::min(figures.cpu_ms, run.cpu_ms);
    figures.peak_kb = std::max(figures.peak_kb, run.peak_kb);
  }
  std::sort(times.begin(), times.end());
  figures.best_ms = times.front();
  figures.median_ms = times[times.size() / 2];
  return figures;
}

/// `bytes`: of the Dockerfiles that it reads; 0 where that says nothing.
void Show(const std::string& name, const std::vector<std::string>& words, std::size_t bytes = 0) {
  const Figures figures = Measure(words);
  fmt::print("{:<44} {:>10.2f} {:>10.2f} {:>10.2f} {:>10.1f}", name, figures.best_ms,
             figures.median_ms, figures.cpu_ms, static_cast<double>(figures.peak_kb) / 1024);
  if (bytes > 0) {
    fmt::print(" {:>10.0f}", static_cast<double>(bytes) / 1e3 / figures.best_ms);
  }
  fmt::print("\n");
}

/// A file of `count` pieces after one first stage.
std::string Generate(const fs::path& path, int count,
                     const std::function<std::string(int)>& piece) {
  std::ofstream file(path, std::ios::binary);
  file << "FROM alpine:3.20 AS stage0\n";
  for (int i = 1; i <= count; ++i) {
    file << piece(i);
  }
  return path.string();
}

void ShowGenerated(const std::string& binary, const fs::path& folder) {
  const std::string stages = Generate(folder / "stages", 10000, [](int i) {
    return fmt::format("FROM stage{} AS stage{}\nCOPY go.mod go.sum ./\nRUN go mod download\n",
                       i - 1, i);
  });
  const std::string steps = Generate(folder / "steps", 100000, [](int i) {
    return fmt::format("RUN apt-get update && apt-get install -y package{} # {}\n", i, i);
  });
  const std::string line = Generate(folder / "line", 1, [](int) {
    return "RUN echo " + std::string(std::size_t{10} << 20U, 'x') + "\n";
  });
  const std::string lines = Generate(folder / "continued", 1, [](int) {
    std::string text = "RUN true";
    for (int i = 0; i < 200000; ++i) {
      text += " && \\\n  # why\n  true";
    }
    return text + "\n";
  });
  Show("parse: 10,000 stages", {binary, "parse", stages});
  Show("deps: 10,000 stages, each on the last", {binary, "deps", stages});
  Show("deps: 100,000 RUN lines", {binary, "deps", steps});
  Show("deps: a RUN line of 10 MB", {binary, "deps", line});
  Show("deps: a RUN of 400,000 continued lines", {binary, "deps", lines});
}

/// The whole load in one process, beside a program that only reads it.
void ShowLoad(const std::string& binary, const fs::path& folder,
              const cacheplan::bench::Load& load) {
  const std::string list = (folder / "list").string();
  std::ofstream out(list);
  std::vector<std::string> cat = {"cat"};
  for (const std::string& path : load.paths) {
    out << path << '\n';
    cat.push_back(path);
  }
  out.close();
  const std::string files = fmt::format(": {} files", load.paths.size());
  const auto words = [&](const char* command, const char* format) {
    return std::vector<std::string>{binary,     command, "--jobs",       "1",
                                    "--format", format,  "--files-from", list};
  };
  Show("cat" + files, cat, load.bytes);
  Show("parse, JSON" + files, words("parse", "json"), load.bytes);
  Show("deps" + files, words("deps", "text"), load.bytes);
  Show("deps, JSON" + files, words("deps", "json"), load.bytes);
  for (const char* rules : {"all", "buildkit"}) {
    std::vector<std::string> lint = words("lint", "json");
    lint.insert(lint.end(), {"--no-config", "--fail-on", "never", "--select", rules});
    Show(fmt::format("lint --select {}, JSON{}", rules, files), lint, load.bytes);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    Die("usage: bench BINARY [DOCKERFILE...]");
  }
  const std::string binary = fs::absolute(argv[1]).string();
  std::string scratch = (fs::temp_directory_path() / "cacheplan-bench-XXXXXX").string();
  if (mkdtemp(scratch.data()) == nullptr) {
    Die("cannot make a folder for the inputs");
  }
  const fs::path seed = fs::path(CACHEPLAN_SOURCE_DIR) / "testdata/cases/seed-go";
  fmt::print("{:<44} {:>10} {:>10} {:>10} {:>10} {:>10}\n", fmt::format("{} runs", kRuns),
             "best ms", "median ms", "CPU ms", "peak MB", "best MB/s");
  Show("start: --version", {binary, "--version"});
  Show("parse: one file", {binary, "parse", "-f", (seed / "Dockerfile").string()});
  Show("plan: three stages", {binary, "plan", seed.string(), "-t", "registry.example/team/app"});
  for (int i = 2; i < argc; ++i) {
    Show(fmt::format("plan: {}", fs::path(argv[i]).filename().string()),
         {binary, "plan", "-f", argv[i], "-t", "registry.example/team/app", "."});
  }
  ShowGenerated(binary, scratch);
  const fs::path files = fs::path(scratch) / "load";
  fs::create_directory(files);
  const cacheplan::bench::Load load = cacheplan::bench::MakeLoad(files.string());
  ShowLoad(binary, scratch, load);
  cacheplan::bench::ShowPhases(load);
  std::error_code ignored;
  fs::remove_all(scratch, ignored);
  return 0;
}
