#include "cacheplan/image_ref.h"

#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

namespace cacheplan {
namespace {

// Source: github.com/distribution/reference regexp.go, reference.go and normalize.go.
constexpr std::string_view kDefaultDomain = "docker.io";
constexpr std::string_view kLibrary = "library/";
constexpr std::size_t kMaxName = 255;

constexpr std::size_t kMaxTag = 128;
constexpr std::size_t kIdentifier = 64;  // digits of an image's id
constexpr std::size_t kMinDigest = 32;   // digits

constexpr ByteSet kWord("abcdefghijklmnopqrstuvwxyz0123456789");  // of a name
constexpr ByteSet kSeparator("._-/");
constexpr ByteSet kTag("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDecimal(char c) { return c >= '0' && c <= '9'; }
bool IsAlnum(char c) { return IsAsciiLetter(c) || IsDecimal(c); }
bool IsHex(char c) { return IsDecimal(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

template <typename Test>
bool All(std::string_view text, Test test) {
  return std::ranges::all_of(text, test);
}

/// The text up to the separator, which is cut off with it; all of it where there is none.
std::string_view CutAt(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view head = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return head;
}

/// `[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*`
bool IsComponent(std::string_view text) {
  for (;;) {
    std::size_t word = 0;
    while (word < text.size() && IsLowerOrDigit(text[word])) {
      ++word;
    }
    if (word == 0 || word == text.size()) {
      return word != 0;
    }
    text.remove_prefix(word);
    const std::size_t dashes = std::min(text.find_first_not_of('-'), text.size());
    if (dashes == 0 && text.front() != '.' && text.front() != '_') {
      return false;
    }
    text.remove_prefix(std::max<std::size_t>(dashes, text.substr(0, 2) == "__" ? 2 : 1));
  }
}

bool IsPath(std::string_view text) {
  if (text.empty() || text.back() == '/') {
    return false;
  }
  while (!text.empty()) {
    if (!IsComponent(CutAt(text, '/'))) {
      return false;
    }
  }
  return true;
}

/// Names in a row with dots between, or an IPv6 address in brackets; then perhaps a port.
bool IsHost(std::string_view text) {
  const std::size_t bracket = text.substr(0, 1) == "[" ? text.find(']') : 0;
  const std::size_t colon = text.find(':', bracket);
  if (bracket == std::string_view::npos) {
    return false;
  }
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    if (port.empty() || !All(port, IsDecimal)) {
      return false;
    }
    text = text.substr(0, colon);
  }
  if (bracket > 0) {
    return bracket > 1 && bracket + 1 == text.size() &&
           All(text.substr(1, bracket - 1), [](char c) { return IsHex(c) || c == ':'; });
  }
  if (text.empty() || text.back() == '.') {
    return false;
  }
  while (!text.empty()) {
    const std::string_view label = CutAt(text, '.');
    if (label.empty() || !IsAlnum(label.front()) || !IsAlnum(label.back()) ||
        !All(label, [](char c) { return IsAlnum(c) || c == '-'; })) {
      return false;
    }
  }
  return true;
}

/// `[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}`
bool IsDigest(std::string_view text) {
  const std::string_view name = CutAt(text, ':');
  bool inside = false;  // of a word: what begins one must be a letter
  for (const char c : name) {
    const bool separator = std::string_view("-_+.").find(c) != std::string_view::npos;
    if (separator ? !inside : inside ? !IsAlnum(c) : !IsAsciiLetter(c)) {
      return false;
    }
    inside = !separator;
  }
  return inside && text.size() >= kMinDigest && All(text, IsHex);
}

/// The parts of a reference as views into it.
struct SplitName {
  std::string_view domain;
  std::string_view rest;
  bool library = false;   ///< `library/` belongs before the rest
  std::string_view name;  ///< the rest up to its tag or digest
  std::string_view tag;
  std::string_view digest;

  [[nodiscard]] std::string Path() const {
    return (library ? std::string(kLibrary) : std::string()).append(name);
  }
};

/// The first component is a host only if it looks like one: a dot, a colon, "localhost", or
/// capitals.
SplitName SplitDomain(std::string_view text) {
  SplitName out;
  const std::size_t slash = text.find('/');
  const std::string_view first = text.substr(0, slash);
  const bool host = slash != std::string_view::npos &&
                    (std::ranges::any_of(first, [](char c) { return c == '.' || c == ':'; }) ||
                     first == "localhost" || !IsLower(first));
  out.domain = host ? first : kDefaultDomain;
  out.rest = host ? text.substr(slash + 1) : text;
  if (out.domain == "index.docker.io") {
    out.domain = kDefaultDomain;
  }
  out.library = out.domain == kDefaultDomain && out.rest.find('/') == std::string_view::npos;
  return out;
}

/// True for what nearly every reference is: words of `[a-z0-9]` with one separator between two,
/// perhaps a tag. Such a name is valid wherever its parts end. False says nothing.
bool IsPlainReference(std::string_view text) {
  bool plain = true;
  bool inside = false;  // of a word
  std::size_t pos = 0;
  for (; pos < text.size() && text[pos] != ':'; ++pos) {
    const bool word = kWord.Has(text[pos]);
    plain &= word | (inside & kSeparator.Has(text[pos]));
    inside = word;
  }
  return plain && inside && pos <= kMaxName - kLibrary.size() && text.size() != kIdentifier &&
         (pos == text.size() || IsValidTag(text.substr(pos + 1)));
}

Status Invalid(std::string_view why) { return Status::Invalid(std::string(why)); }

/// Reads the text into `split`, which counts only where the answer is ok.
[[gnu::noinline]] Status Read(std::string_view text, SplitName& split) {
  if (text.size() == kIdentifier &&
      All(text, [](char c) { return IsDecimal(c) || (c >= 'a' && c <= 'f'); })) {
    return Invalid(
        fmt::format("invalid repository name ({}), cannot specify 64-byte hexadecimal "
                    "strings",
                    text));
  }
  split = SplitDomain(text);
  // The path ends where a tag or digest begins.
  const auto* const name_end = std::find_if(split.rest.begin(), split.rest.end(),
                                            [](char c) { return c == ':' || c == '@'; });
  split.name = std::string_view(split.rest.begin(), name_end);
  if (!IsLower(split.name)) {
    return Invalid(fmt::format("invalid reference format: repository name ({}) must be lowercase",
                               split.Path()));
  }
  const std::string_view rest = split.rest.substr(split.name.size());
  const std::size_t at = rest.find('@');
  const bool tagged = rest.substr(0, 1) == ":";
  split.tag = tagged ? rest.substr(1, at - 1) : std::string_view();
  split.digest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  const bool host = split.library || IsHost(split.domain) || IsComponent(split.domain);
  if (!IsPath(split.name) || !host || (tagged && !IsValidTag(split.tag)) ||
      (at != std::string_view::npos && !IsDigest(split.digest))) {
    return Invalid("invalid reference format");
  }
  if (split.name.size() + (split.library ? kLibrary.size() : 0) > kMaxName) {
    return Invalid(fmt::format("repository name must not be more than {} characters", kMaxName));
  }
  return Status::Ok();
}

}  // namespace

bool IsValidTag(std::string_view tag) {
  return !tag.empty() && tag.size() <= kMaxTag && tag.front() != '.' && tag.front() != '-' &&
         kTag.End(tag) == tag.size();
}

Status CheckImageRef(std::string_view text) {
  if (IsPlainReference(text)) {
    return Status::Ok();
  }
  SplitName split;
  return Read(text, split);
}

Result<ImageRef> ParseImageRef(std::string_view text) {
  SplitName split;
  Status status = Read(text, split);
  if (!status.ok()) {
    return status;
  }
  return ImageRef{std::string(split.domain), split.Path(), std::string(split.tag),
                  std::string(split.digest)};
}

std::string ImageRef::Familiar() const {
  if (domain != kDefaultDomain) {
    return domain + "/" + path;
  }
  return path.substr(0, kLibrary.size()) == kLibrary ? path.substr(kLibrary.size()) : path;
}

std::string ImageRef::Canonical() const {
  return domain + "/" + path + (tag.empty() ? "" : ":" + tag) +
         (digest.empty() ? "" : "@" + digest);
}

}  // namespace cacheplan
