// `# cacheplan: deps=go manifests=go.mod,go.sum` above an instruction: what its author says of it,
// where it cannot be read or was read wrongly.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/diagnostic.h"

#include "src/detect/arrivals.h"

namespace cacheplan::detect {

struct Annotation {
  bool none = false;           ///< deps=none: the instruction downloads nothing
  std::string_view ecosystem;  ///< deps=…
  StepKind kind = StepKind::kProject;
  std::optional<StepMode> mode;             ///< as written
  std::vector<std::string_view> manifests;  ///< as written
  std::uint32_t line = 0;                   ///< its own
  std::string_view text;                    ///< the comment
};

/// The annotations of a file, views into it, by the instruction that they stand above. One with
/// anything wrong in it counts for nothing and is a diagnostic.
struct Annotations {
  std::unordered_map<const Instruction*, std::vector<Annotation>> of;
  std::set<std::string, std::less<>> manifests;  ///< the file names that they call so
  std::vector<Diagnostic> diagnostics;
};
Annotations ReadAnnotations(const Dockerfile& file, const Knowledge& knowledge);

/// For a RUN or ADD that has annotations: what they say goes before what was read. `shown` is the
/// instruction as a step without a command of its own is shown; `unknown`: its parts that could not
/// be read start there, and an annotation names them. True when one says that it builds.
bool Annotate(const std::vector<Annotation>& annotations, const Instruction& instruction,
              std::string_view shown, std::size_t unknown, const Arrivals& arrivals, Arena& arena,
              StageDependencies& dependencies);

}  // namespace cacheplan::detect
