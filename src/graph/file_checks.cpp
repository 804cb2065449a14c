// Checks of what COPY, ADD and mounts do to files.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "src/graph/checks.h"

namespace cacheplan::graph {
namespace {

constexpr std::string_view kBadSyntax = "invalid syntax";
constexpr unsigned kLargestMode = 07777;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || IsDigit(c); }

bool IsOctalMode(std::string_view mode) {
  unsigned value = 0;
  for (const char c : mode) {
    if (c < '0' || c > '7') {
      return false;
    }
    value = value * 8 + static_cast<unsigned>(c - '0');
    if (value > kLargestMode) {
      return false;
    }
  }
  return !mode.empty();
}

/// [ugoa]*([-+=][rwxXstugo]*)+, and more of it behind commas.
bool IsSymbolicMode(std::string_view mode) {
  const auto skip = [&mode](std::string_view any_of) {
    mode.remove_prefix(std::min(mode.find_first_not_of(any_of), mode.size()));
  };
  for (;;) {
    skip("ugoa");
    do {
      if (mode.empty() || std::string_view("+-=").find(mode.front()) == std::string_view::npos) {
        return false;
      }
      mode.remove_prefix(1);
      skip("rwxXstugo");
    } while (!mode.empty() && mode.front() != ',');
    if (mode.empty()) {
      return true;
    }
    mode.remove_prefix(1);
  }
}

struct Algorithm {
  std::string_view name;
  std::size_t digits;
};
constexpr std::array<Algorithm, 3> kAlgorithms = {
    {{"sha256", 64}, {"sha384", 96}, {"sha512", 128}}};

/// `[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+`
bool HasDigestForm(std::string_view name, std::string_view encoded) {
  bool after_word = false;
  for (const char c : name) {
    const bool word = IsLowerOrDigit(c);
    if (!word && (!after_word || std::string_view(".+_-").find(c) == std::string_view::npos)) {
      return false;
    }
    after_word = word;
  }
  return after_word && std::all_of(encoded.begin(), encoded.end(), [](char c) {
           return IsLowerOrDigit(c) || (c >= 'A' && c <= 'Z') || c == '=' || c == '_' || c == '-';
         });
}

/// Folders below "/" that the path leads to, `depth` of them before it.
std::size_t Descend(std::string_view path, std::size_t depth) {
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (part == "..") {
      depth -= depth > 0 ? 1 : 0;
    } else if (!part.empty() && part != ".") {
      ++depth;
    }
  }
  return depth;
}

}  // namespace

std::string CheckMode(std::string_view mode) {
  if (!mode.empty() && IsDigit(mode.front())) {
    return IsOctalMode(mode) ? std::string()
                             : fmt::format(
                                   "invalid chmod parameter: '{}'. it should be octal "
                                   "string and between 0 and 07777",
                                   mode);
  }
  return IsSymbolicMode(mode) ? std::string() : std::string(kBadSyntax);
}

std::string CheckDigest(std::string_view digest) {
  const std::size_t colon = digest.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == digest.size()) {
    return "invalid checksum digest format";
  }
  const std::string_view name = digest.substr(0, colon);
  const std::string_view encoded = digest.substr(colon + 1);
  const auto known = std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                                  [&](const Algorithm& one) { return one.name == name; });
  if (known == kAlgorithms.end()) {
    return HasDigestForm(name, encoded) ? "unsupported digest algorithm"
                                        : "invalid checksum digest format";
  }
  if (encoded.size() != known->digits) {
    return "invalid checksum digest length";
  }
  const bool hex = std::all_of(encoded.begin(), encoded.end(),
                               [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); });
  return hex ? std::string() : "invalid checksum digest format";
}

std::string CheckMountTarget(std::string_view target, std::string_view workdir) {
  const bool absolute = !target.empty() && target.front() == '/';
  const bool root = absolute ? target == "/" : Descend(target, Descend(workdir, 0)) == 0;
  return root ? "invalid mount target \"/\"" : std::string();
}

}  // namespace cacheplan::graph
