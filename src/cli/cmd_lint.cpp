#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "src/cli/lint_baseline.h"
#include "src/cli/lint_changed.h"
#include "src/cli/lint_files.h"
#include "src/cli/lint_fix.h"
#include "src/cli/lint_options.h"

namespace cacheplan::cli {
namespace {

int RunLint(const LintFlags& flags, Io& io) {
  // Which files.
  Result<std::vector<std::string>> paths = InputPaths(flags.inputs, io);
  if (paths.ok() && !flags.changed_since.empty()) {
    paths = OnlyChanged(paths.value(), flags);
  }
  if (!paths.ok()) {
    return Fail(io, paths.status());
  }
  // How.
  Result<std::vector<LintSettings>> settings = LintSettingsFor(flags, paths.value(), io);
  if (settings.ok() && flags.fix.any()) {
    const int fixed = FixFiles(paths.value(), settings.value(), flags.fix, io);
    if (flags.fix.diff || fixed != Exit(ExitCode::kOk)) {
      return fixed;
    }
    settings = LintSettingsFor(flags, paths.value(), io);  // an ignore file may be another now
  }
  if (!settings.ok()) {
    return Fail(io, settings.status());
  }
  std::vector<LintedFile> files;
  const int status = LintFiles(paths.value(), settings.value(), flags.inputs.jobs, io, files);
  // What is done with the findings.
  if (flags.write_baseline) {
    const Status written = WriteBaseline(flags.baseline, io, files);
    return written.ok() ? status : Fail(io, written);
  }
  if (!flags.baseline.empty()) {
    const Status applied = ApplyBaseline(flags.baseline, io, files);
    if (!applied.ok()) {
      return Fail(io, applied);
    }
  }
  // What is shown.
  const int findings = ExitFor(files);
  std::vector<FileFindings> reports;
  reports.reserve(files.size());
  for (LintedFile& file : files) {
    reports.push_back(std::move(file.report));
  }
  io.out << FindReporter(flags.format)->render(reports, ChooseColour(flags, io));
  return std::max(status, findings);
}

}  // namespace

Run SetupLint(CLI::App& app) {
  auto flags = std::make_shared<LintFlags>();
  AddLintOptions(app, *flags);
  return [flags](Io& io) { return RunLint(*flags, io); };
}

}  // namespace cacheplan::cli
