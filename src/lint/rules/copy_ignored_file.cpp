// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go (validateCopySourcePath).
#include <filesystem>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// filepath.Clean.
std::string Clean(std::string_view path) {
  std::string out = std::filesystem::path(path).lexically_normal().generic_string();
  if (out.size() > 1 && out.back() == '/') {
    out.pop_back();
  }
  return out.empty() ? "." : out;
}

bool IsRemote(std::string_view source) {
  return source.find("://") != std::string_view::npos || source.substr(0, 4) == "git@";
}

}  // namespace

void CheckCopyIgnoredFile(Checker& check) {
  if (check.context == nullptr || check.context->ignore.has_exclusions()) {
    return;
  }
  for (const Keyword keyword : {Keyword::kCopy, Keyword::kAdd}) {
    for (const StepRef& step : check.Steps(keyword)) {
      if (step.step->from) {
        continue;
      }
      for (std::size_t i = 0; i < step.step->sources.size(); ++i) {
        const Value& source = step.step->sources[i];
        if (!source.known || IsRemote(source.text)) {
          continue;
        }
        const std::string path = Clean(source.text);
        const IgnorePattern* decider = check.context->ignore.Decider(path);
        if (decider == nullptr) {
          continue;
        }
        check.At(
            RuleId::kCopyIgnoredFile, step, FirstLine(check.file, step.instruction()),
            {fmt::format("Attempting to {} file {} that is excluded by .dockerignore",
                         keyword == Keyword::kAdd ? "Add" : "Copy", Quoted(path)),
             "",
             fmt::format("line {} of {} leaves it out: '{}'", decider->line,
                         check.context->ignore_path.value_or(".dockerignore"), decider->text)});
      }
    }
  }
}

}  // namespace cacheplan::lint
