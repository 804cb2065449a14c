// `--context DIR` of the linter: the build context as each Dockerfile has it.
#pragma once

#include <memory>
#include <string>

#include "cacheplan/context.h"
#include "cacheplan/io.h"
#include "cacheplan/result.h"

namespace cacheplan::cli {

/// Reads a tree once for all Dockerfiles without an ignore file of their own. Safe to use from
/// several threads.
class LintContexts {
 public:
  /// `directory` is what the user gave; "" = nothing, and there is no context.
  LintContexts(std::string directory, bool classic, FileSystem& files);

  /// The context could not be read: to be said once, whatever the Dockerfiles are.
  [[nodiscard]] const Status& status() const { return status_; }
  /// That of a Dockerfile, "-" for one of standard input; null when there is none.
  Result<std::shared_ptr<const BuildContext>> For(const std::string& dockerfile) const;

 private:
  std::string directory_;
  bool classic_;
  FileSystem& files_;
  Status status_;
  std::shared_ptr<const BuildContext> common_;
};

}  // namespace cacheplan::cli
