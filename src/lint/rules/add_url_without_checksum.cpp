#include <algorithm>

#include <fmt/format.h>

#include "src/lint/moving_address.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// What a repository's address gives after '#', without a folder.
std::string_view Reference(std::string_view address) {
  const std::size_t mark = address.find('#');
  const std::string_view after =
      mark == std::string_view::npos ? std::string_view() : address.substr(mark + 1);
  return after.substr(0, after.find(':'));
}

/// ADD of a repository at a branch that moves: the first such source; "" when there is none.
std::string_view MovingRepository(const Step& step) {
  for (const Value& source : step.sources) {
    const std::string_view address = std::string_view(source.text).substr(0, source.text.find('#'));
    const bool repository =
        address.ends_with(".git") &&
        (address.find("://") != std::string_view::npos || address.starts_with("git@"));
    const std::string_view reference = Reference(source.text);
    if (repository && source.known && (reference.empty() || IsMovingBranch(BaseName(reference)))) {
      return source.text;
    }
  }
  return {};
}

}  // namespace

void CheckAddUrlWithoutChecksum(Checker& check) {
  if (check.options.classic) {
    return;  // it reads no --checksum
  }
  for (const StepRef& step : check.Steps(Keyword::kAdd)) {
    if (FindFlag(step.instruction(), "checksum") != nullptr) {
      continue;
    }
    if (const std::string_view repository = MovingRepository(*step.step); !repository.empty()) {
      check.At(RuleId::kAddUrlWithoutChecksum, step, FirstLine(check.file, step.instruction()),
               {fmt::format("`ADD {}` names no commit", repository),
                "BuildKit asks for the newest commit of the branch in every build, and after each "
                "one every later step runs again",
                "name a tag or a commit after '#'"});
      continue;
    }
    for (const DependencyStep& fetched : check.deps.stages[step.stage->index].steps) {
      if (fetched.instruction != &step.instruction() || fetched.ecosystem != "url" ||
          fetched.command.find("://api.") != std::string::npos) {  // an answer, not a file
        continue;
      }
      check.At(
          RuleId::kAddUrlWithoutChecksum, step, FirstLine(check.file, step.instruction()),
          {fmt::format("`{}` without --checksum", fetched.command),
           "BuildKit asks the server in every build, and when the file changes there, every later "
           "step runs again",
           "add --checksum=sha256:…"});
      break;
    }
  }
}

}  // namespace cacheplan::lint
