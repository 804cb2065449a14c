#include "src/cli/lint_context.h"

#include <utility>

namespace cacheplan::cli {

LintContexts::LintContexts(std::string directory, bool classic, FileSystem& files)
    : directory_(std::move(directory)), classic_(classic), files_(files) {
  if (directory_.empty()) {
    return;
  }
  ContextOptions options;
  options.classic = classic_;
  Result<BuildContext> context = ReadContext(directory_, options, files_);
  if (context.ok()) {
    common_ = std::make_shared<const BuildContext>(std::move(context.value()));
  } else {
    status_ = context.status();
    status_.message = "--context " + status_.message;
  }
}

Result<std::shared_ptr<const BuildContext>> LintContexts::For(const std::string& dockerfile) const {
  if (common_ == nullptr || dockerfile == "-") {
    return common_;
  }
  if (!classic_ && files_.Exists(dockerfile + ".dockerignore")) {
    Result<BuildContext> own = ReadContext(directory_, {dockerfile, false}, files_);
    if (!own.ok()) {
      return own.status();
    }
    return std::make_shared<const BuildContext>(std::move(own.value()));
  }
  auto context = std::make_shared<BuildContext>(*common_);
  context->dockerfile = PathInContext(directory_, dockerfile);
  return std::shared_ptr<const BuildContext>(std::move(context));
}

}  // namespace cacheplan::cli
