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
  std::vector<AppendedLines> appends;  ///< for other files
};

FixedText FixAll(const std::string& path, std::string text, const LintSettings& settings,
                 bool unsafe) {
  constexpr int kMostRounds = 20;
  FixedText result{std::move(text), 0, {}};
  for (int round = 0; round < kMostRounds; ++round) {
    std::optional<Fixed> fixed =
        FixOne(std::make_shared<const Source>(path, result.text), settings, unsafe);
    if (!fixed) {
      break;
    }
    if (round == 0) {
      result.appends = std::move(fixed->appends);
    }
    if (fixed->text == result.text) {
      break;
    }
    result.fixes += fixed->applied.size();
    result.text = std::move(fixed->text);
  }
  return result;
}

/// Shows or writes one file's new text, and gives the exit status for it.
int Deliver(const std::string& path, const std::string& before, const std::string& after,
            const std::string& what, bool diff, Io& io) {
  if (after == before) {
    return Exit(ExitCode::kOk);
  }
  if (diff) {
    const std::string_view shown = std::string_view(path).substr(path.starts_with("./") ? 2 : 0);
    const bool fresh = before.empty() && !io.files.Exists(path);
    io.out << UnifiedDiff(before, after, fresh ? "/dev/null" : shown, shown);
    return Exit(ExitCode::kFindings);
  }
  const Status written = io.files.Write(path, after, false);
  if (!written.ok()) {
    return Fail(io, written);
  }
  io.err << fmt::format("{}: {}\n", path, what);
  return Exit(ExitCode::kOk);
}

std::string Count(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// The lines at the end of the file, but for those that are there already.
int Append(const AppendedLines& append, bool diff, Io& io) {
  std::string before;
  if (io.files.Exists(append.path)) {
    Result<std::string> text = io.files.Read(append.path);
    if (!text.ok()) {
      return Fail(io, text.status());
    }
    before = std::move(text.value());
  }
  std::string after = before;
  if (!after.empty() && after.back() != '\n') {
    after += '\n';
  }
  std::size_t added = 0;
  for (const std::string& line : append.lines) {
    if (("\n" + after).find("\n" + line + "\n") == std::string::npos) {
      after += line + "\n";
      ++added;
    }
  }
  return Deliver(append.path, before, added == 0 ? before : after, "added " + Count(added, "line"),
                 diff, io);
}

}  // namespace

int FixFiles(const std::vector<std::string>& paths, const std::vector<LintSettings>& settings,
             const FixOptions& options, Io& io) {
  int status = Exit(ExitCode::kOk);
  std::vector<AppendedLines> appends;  // one a file, for all Dockerfiles of one context
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
    status = std::max(status, Deliver(path, before, fixed.text,
                                      "fixed " + Count(fixed.fixes, "finding"), options.diff, io));
    for (const AppendedLines& append : fixed.appends) {
      const auto same =
          std::find_if(appends.begin(), appends.end(),
                       [&](const AppendedLines& other) { return other.path == append.path; });
      if (same == appends.end()) {
        appends.push_back(append);
      } else {
        same->lines.insert(same->lines.end(), append.lines.begin(), append.lines.end());
      }
    }
  }
  for (const AppendedLines& append : appends) {
    status = std::max(status, Append(append, options.diff, io));
  }
  return status;
}

}  // namespace cacheplan::cli
