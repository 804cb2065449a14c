#include "cacheplan/platform.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/text.h"

namespace cacheplan {
namespace {

constexpr std::string_view kSystems[] = {
    "aix",   "android", "darwin", "dragonfly", "freebsd", "hurd",    "illumos", "ios", "js",
    "linux", "nacl",    "netbsd", "openbsd",   "plan9",   "solaris", "windows", "zos", "macos"};
constexpr std::string_view kArchitectures[] = {
    "386",     "amd64",  "amd64p32", "arm",      "armbe",     "arm64",       "arm64be", "loong64",
    "mips",    "mipsle", "mips64",   "mips64le", "mips64p32", "mips64p32le", "ppc",     "ppc64",
    "ppc64le", "riscv",  "riscv64",  "s390",     "s390x",     "sparc",       "sparc64", "wasm",
    "aarch64", "x86_64", "x86-64",   "i386",     "armhf",     "armel"};

}  // namespace

std::string CheckPlatform(std::string_view platform) {
  std::vector<std::string> parts;
  for (std::string_view rest = platform;;) {
    const std::size_t slash = rest.find('/');
    parts.push_back(ToLower(rest.substr(0, slash)));
    if (slash == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(slash + 1);
  }
  // The operating system may carry a version: windows(10.0.17763)/amd64.
  const std::size_t bracket = parts.front().find('(');
  if (bracket != std::string::npos && parts.front().back() == ')') {
    parts.front().resize(bracket);
  }
  for (const std::string& part : parts) {
    const bool valid = !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    });
    if (!valid) {
      return fmt::format(
          "{} is an invalid component of {}: platform specifier component must match "
          "\"^[A-Za-z0-9_.-]+$\": invalid argument",
          Quoted(part), Quoted(platform));
    }
  }
  if (parts.size() == 1 && std::ranges::count(kSystems, parts[0]) == 0 &&
      std::ranges::count(kArchitectures, parts[0]) == 0) {
    return fmt::format("{}: unknown operating system or architecture: invalid argument",
                       Quoted(platform));
  }
  if (parts.size() > 3) {
    return fmt::format("{}: cannot parse platform specifier: invalid argument", Quoted(platform));
  }
  return {};
}

}  // namespace cacheplan
