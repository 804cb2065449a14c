#include "cacheplan/image_ref.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "cacheplan/text.h"

namespace cacheplan {
namespace {

// Source: github.com/distribution/reference regexp.go, reference.go and normalize.go.
constexpr std::string_view kDefaultDomain = "docker.io";
constexpr std::size_t kMaxName = 255;

struct Patterns {
  RE2 reference;
  RE2 anchored_digest{"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"};
  RE2 identifier{"[a-f0-9]{64}"};
  RE2 tag{"[\\w][\\w.-]{0,127}"};

  static std::string Reference() {
    const std::string component = "[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*";
    const std::string label = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    const std::string host = "(?:" + label + "(?:\\." + label + ")*|\\[(?:[a-fA-F0-9:]+)\\])";
    const std::string name =
        "((?:" + host + "(?::[0-9]+)?/)?" + component + "(?:/" + component + ")*)";
    return name + "(?::([\\w][\\w.-]{0,127}))?" +
           "(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?";
  }
  Patterns() : reference(Reference()) {}
};

const Patterns& AllPatterns() {
  static const Patterns patterns;
  return patterns;
}

struct SplitName {
  std::string domain;
  std::string rest;
};

/// The first component is a host only if it looks like one: a dot, a colon, "localhost", or
/// capitals.
SplitName SplitDomain(std::string_view text) {
  SplitName out;
  const std::size_t slash = text.find('/');
  const std::string_view first = text.substr(0, slash);
  const bool host =
      slash != std::string_view::npos && (first.find_first_of(".:") != std::string_view::npos ||
                                          first == "localhost" || !IsLower(first));
  out.domain = host ? first : kDefaultDomain;
  out.rest = host ? text.substr(slash + 1) : text;
  if (out.domain == "index.docker.io") {
    out.domain = kDefaultDomain;
  }
  if (out.domain == kDefaultDomain && out.rest.find('/') == std::string::npos) {
    out.rest = "library/" + out.rest;
  }
  return out;
}

}  // namespace

bool IsValidTag(std::string_view tag) {
  return RE2::FullMatch(re2::StringPiece(tag.data(), tag.size()), AllPatterns().tag);
}

Result<ImageRef> ParseImageRef(std::string_view text) {
  const auto invalid = [](std::string_view why) { return Status::Invalid(std::string(why)); };
  const Patterns& patterns = AllPatterns();
  if (RE2::FullMatch(re2::StringPiece(text.data(), text.size()), patterns.identifier)) {
    return invalid(
        fmt::format("invalid repository name ({}), cannot specify 64-byte hexadecimal "
                    "strings",
                    text));
  }
  const SplitName split = SplitDomain(text);
  // The path ends where a tag or digest begins.
  const std::string path = split.rest.substr(0, split.rest.find_first_of(":@"));
  if (!IsLower(path)) {
    return invalid(
        fmt::format("invalid reference format: repository name ({}) must be lowercase", path));
  }
  ImageRef ref;
  std::string name;
  const std::string full = split.domain + "/" + split.rest;
  if (!RE2::FullMatch(full, patterns.reference, &name, &ref.tag, &ref.digest)) {
    return invalid("invalid reference format");
  }
  const std::size_t slash = name.find('/');
  ref.domain = name.substr(0, slash);
  ref.path = name.substr(slash + 1);
  if (ref.path.size() > kMaxName) {
    return invalid(fmt::format("repository name must not be more than {} characters", kMaxName));
  }
  return ref;
}

std::string ImageRef::Familiar() const {
  if (domain != kDefaultDomain) {
    return domain + "/" + path;
  }
  constexpr std::string_view kLibrary = "library/";
  return path.substr(0, kLibrary.size()) == kLibrary ? path.substr(kLibrary.size()) : path;
}

std::string ImageRef::Canonical() const {
  return domain + "/" + path + (tag.empty() ? "" : ":" + tag) +
         (digest.empty() ? "" : "@" + digest);
}

}  // namespace cacheplan
