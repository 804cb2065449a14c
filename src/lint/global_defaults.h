// What FROM lines expand with when no --build-arg is given.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "cacheplan/shell.h"
#include "cacheplan/syntax.h"

namespace cacheplan::lint {

/// The ARG lines before the first FROM with their defaults, and the predefined platform arguments
/// with the values they have on a linux/amd64 machine: rules look at what was read, not at these.
/// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go (buildMetaArgs).
class GlobalDefaults {
 public:
  explicit GlobalDefaults(const Dockerfile& file);

  /// False when a default cannot be expanded.
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] Expansion Expand(std::string_view word) const;
  /// "" when it is not set.
  [[nodiscard]] std::string_view Find(std::string_view name) const;

 private:
  [[nodiscard]] std::optional<std::string_view> Look(std::string_view name) const;

  char escape_;
  bool ok_ = true;
  std::map<std::string, std::string, std::less<>> values_;  // what ARG lines set
};

}  // namespace cacheplan::lint
