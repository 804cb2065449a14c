#include "src/cli/lint_fix.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/emit.h"

#include "src/cli/lint_files.h"

namespace cacheplan::cli {
namespace {

/// A text after all fixes that can be done, and how many were.
struct FixedText {
  std::string text;
  std::size_t fixes = 0;
};

FixedText FixAll(const std::string& path, std::string text, const LintSettings& settings,
                 bool unsafe) {
  constexpr int kMostRounds = 20;
  FixedText result{std::move(text), 0};
  for (int round = 0; round < kMostRounds; ++round) {
    std::optional<Fixed> fixed =
        FixOne(std::make_shared<const Source>(path, result.text), settings, unsafe);
    if (!fixed || fixed->text == result.text) {
      break;
    }
    result.fixes += fixed->applied.size();
    result.text = std::move(fixed->text);
  }
  return result;
}

}  // namespace

int FixFiles(const std::vector<std::string>& paths, const std::vector<LintSettings>& settings,
             const FixOptions& options, Io& io) {
  int status = Exit(ExitCode::kOk);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::string& path = paths[i];
    if (path == "-" && !options.diff) {
      return Fail(io, Status::Usage("standard input cannot be fixed in place; --diff shows what "
                                    "would change"));
    }
    const Result<std::shared_ptr<const Source>> source = ReadDockerfile(path, io);
    if (!source.ok()) {
      status = std::max(status, Fail(io, source.status()));
      continue;
    }
    const std::string before(source.value()->text());
    const FixedText fixed = FixAll(path, before, settings[i], options.unsafe);
    if (fixed.text == before) {
      continue;
    }
    if (options.diff) {
      io.out << UnifiedDiff(before, fixed.text, path, path);
      status = std::max(status, Exit(ExitCode::kFindings));
      continue;
    }
    const Status written = io.files.Write(path, fixed.text, false);
    if (!written.ok()) {
      status = std::max(status, Fail(io, written));
      continue;
    }
    io.err << fmt::format("{}: fixed {} finding{}\n", path, fixed.fixes,
                          fixed.fixes == 1 ? "" : "s");
  }
  return status;
}

}  // namespace cacheplan::cli
