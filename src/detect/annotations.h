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

namespace cacheplan::detect {

struct Annotation {
  bool none = false;           ///< deps=none: the instruction downloads nothing
  std::string_view ecosystem;  ///< deps=…
  StepKind kind = StepKind::kProject;
  std::optional<StepMode> mode;             ///< as written
  std::vector<std::string_view> manifests;  ///< as written
  std::uint32_t line = 0;                   ///< its own
};

/// The annotations of a file, views into it, by the instruction that they stand above. One with
/// anything wrong in it counts for nothing and is a diagnostic.
struct Annotations {
  std::unordered_map<const Instruction*, std::vector<Annotation>> of;
  std::set<std::string, std::less<>> manifests;  ///< the file names that they call so
  std::vector<Diagnostic> diagnostics;
};
Annotations ReadAnnotations(const Dockerfile& file, const Knowledge& knowledge);

/// Makes `steps`, those of one RUN or ADD, what the annotations say. `command` is the instruction
/// as a step without a command of its own is shown.
void ApplyAnnotations(const std::vector<Annotation>& annotations, const DependencyStep& blank,
                      Arena& arena, std::vector<DependencyStep>& steps);

}  // namespace cacheplan::detect
