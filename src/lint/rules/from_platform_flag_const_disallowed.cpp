// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go
// (reportConstPlatformDisallowed) and github.com/containerd/platforms (Parse, normalizeArch).
#include <fmt/format.h>

#include "cacheplan/commands.h"
#include "cacheplan/text.h"

#include "src/lint/global_defaults.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

struct Platform {
  std::string os;
  std::string architecture;
};

std::string Normal(const std::string& architecture) {
  if (architecture == "x86_64" || architecture == "x86-64") {
    return "amd64";
  }
  if (architecture == "aarch64") {
    return "arm64";
  }
  if (architecture == "i386") {
    return "386";
  }
  return architecture == "armhf" || architecture == "armel" ? "arm" : architecture;
}

/// A platform that was found valid. One word alone is an architecture, or a system without one.
Platform Read(std::string_view text) {
  const std::string lower = ToLower(text);
  const std::size_t slash = lower.find('/');
  std::string os = lower.substr(0, slash);
  os = os.substr(0, os.find('('));
  if (slash == std::string::npos) {
    for (const std::string_view system : {"linux", "windows", "darwin", "macos", "freebsd"}) {
      if (os == system) {
        return {os == "macos" ? "darwin" : os, "amd64"};
      }
    }
    return {"linux", Normal(os)};
  }
  const std::string rest = lower.substr(slash + 1);
  return {os == "macos" ? "darwin" : os, Normal(rest.substr(0, rest.find('/')))};
}

}  // namespace

void CheckFromPlatformFlagConstDisallowed(Checker& check) {
  for (const Stage& stage : check.graph.stages) {
    const Flag* flag = stage.platform ? AsFrom(*stage.from).platform : nullptr;
    if (flag == nullptr || !flag->value || !stage.platform->known) {
      continue;  // not given, or refused
    }
    const Expansion value = check.Globals().Expand(*flag->value);
    if (!value.matched.empty() || !value.unmatched.empty() || value.text.empty()) {
      continue;
    }
    const Platform platform = Read(value.text);
    if (stage.name.find(platform.os) != std::string::npos ||
        stage.name.find(platform.architecture) != std::string::npos) {
      continue;  // the name says that the constant is meant
    }
    check.At(
        RuleId::kFromPlatformFlagConstDisallowed, *stage.from, flag->span,
        {fmt::format("FROM --platform flag should not use constant value {}", Quoted(value.text)),
         "",
         "leave the flag out, write $BUILDPLATFORM, or name the platform in the stage's "
         "name"});
  }
}

}  // namespace cacheplan::lint
