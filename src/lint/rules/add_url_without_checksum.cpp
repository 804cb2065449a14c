#include <algorithm>

#include <fmt/format.h>

#include "src/lint/moving_address.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The branch, tag or commit that a repository's address names, after '#' (without a folder) or in
/// a query; "" when it names none.
std::string_view Reference(std::string_view address) {
  for (const std::string_view key :
       {"?ref=", "&ref=", "?branch=", "&branch=", "?tag=", "&tag=", "?commit=", "&commit=", "#"}) {
    if (const std::size_t at = address.find(key); at != std::string_view::npos) {
      const std::string_view value = address.substr(at + key.size());
      return value.substr(0, value.find_first_of("&#:"));
    }
  }
  return {};
}

Report Of(const DependencyStep& fetched) {
  return fetched.ecosystem == "git"
             ? Report{fmt::format("`{}` names no commit", fetched.command),
                      "BuildKit asks for the newest commit of the branch in every build, and after "
                      "each one every later step runs again",
                      "name a tag or a commit after '#'"}
             : Report{fmt::format("`{}` without --checksum", fetched.command),
                      "BuildKit asks the server in every build, and when the file changes there, "
                      "every later step runs again",
                      "add --checksum=sha256:…"};
}

/// What the address brings may be another thing tomorrow, and nothing in the line says so.
bool Moves(const DependencyStep& fetched) {
  if (fetched.ecosystem == "git") {
    const std::string_view reference = Reference(fetched.command);
    return reference.empty() || IsMovingBranch(LastComponent(reference));
  }
  return fetched.ecosystem == "url" &&
         fetched.command.find("://api.") == std::string_view::npos;  // an answer, not a file
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
    for (const DependencyStep& fetched : check.deps.stages[step.stage->index].steps) {
      if (fetched.instruction == &step.instruction() && Moves(fetched)) {
        check.At(RuleId::kAddUrlWithoutChecksum, step, FirstLine(check.file, step.instruction()),
                 Of(fetched));
        break;
      }
    }
  }
}

}  // namespace cacheplan::lint
