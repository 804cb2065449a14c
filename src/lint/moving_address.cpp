#include "src/lint/moving_address.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cacheplan::lint {
namespace {

/// What stands in addresses of what moves. The first two do not: main is a part of a package
/// archive there. Where several stand in one, the first of this list counts.
constexpr std::string_view kParts[] = {"/pool/",    "/dists/",   "/master/", "/main/", "/HEAD/",
                                       "/nightly/", "/develop/", "@master/", "@main/"};
constexpr std::size_t kFixed = 2;

/// A segment of a path that names a version or a commit, or has a variable, which may.
bool IsFixed(std::string_view segment) {
  constexpr std::size_t kShortCommit = 7;
  const bool hex = segment.size() >= kShortCommit &&
                   segment.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  segment.remove_prefix(segment.starts_with('v') ? 1 : 0);
  const std::size_t number = segment.find_first_not_of("0123456789");
  const bool version = number != 0 && number != std::string_view::npos && segment[number] == '.';
  return hex || version || segment.find('$') != std::string_view::npos;
}

/// "tools-11076708": a build, or a version in full, among the words of a segment. A shorter number
/// may be of a line of versions, whose newest is meant.
bool HasBuild(std::string_view segment) {
  constexpr std::size_t kShortest = 6;
  while (!segment.empty()) {
    const std::size_t end = std::min(segment.find_first_of("-_/=?&@"), segment.size());
    std::string_view word = segment.substr(0, end);
    word.remove_prefix(word.starts_with('v') ? 1 : 0);
    const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
    const std::string_view number = word.substr(0, word.find_first_not_of("0123456789."));
    if ((digits == word.size() && digits >= kShortest) ||
        (digits > 0 && std::count(number.begin(), number.end(), '.') >= 2)) {
      return true;
    }
    segment.remove_prefix(std::min(end + 1, segment.size()));
  }
  return false;
}

/// What an address of a repository's host gives after the segment that names a branch, a tag or a
/// commit is a path in the repository: the address up to its end.
std::string_view UpToReference(std::string_view address) {
  constexpr std::pair<std::string_view, int> kHosts[] = {
      // What stands before it, and the segments between that and the reference.
      {"://raw.githubusercontent.com/", 2},
      {"/-/raw/", 0},
      {"/raw/", 0},
      {"/blob/", 0},
  };
  for (const auto& [mark, skipped] : kHosts) {
    std::size_t at = address.find(mark);
    if (at == std::string_view::npos) {
      continue;
    }
    at += mark.size();
    for (int i = 0; i < skipped && at != std::string_view::npos; ++i) {
      at = address.find('/', at);
      at += at == std::string_view::npos ? 0 : 1;
    }
    if (at == std::string_view::npos) {
      return address;
    }
    const std::string_view heads = "refs/heads/";
    at += address.substr(at).starts_with(heads) ? heads.size() : 0;
    const std::size_t end = address.find('/', at);
    return address.substr(0, end == std::string_view::npos ? end : end + 1);
  }
  return address;
}

/// A segment that names a version or a commit stands before `at`.
bool IsFixedBefore(std::string_view address, std::size_t at) {
  for (std::size_t begin = address.find("://") + 3; begin < at;) {
    const std::size_t end = std::min(address.find('/', begin), at);
    // The first is the host.
    const std::string_view segment = address.substr(begin, end - begin);
    if (address[begin - 1] == '/' && address[begin - 2] != '/' &&
        (IsFixed(segment) || HasBuild(segment))) {
      return true;
    }
    begin = end + 1;
  }
  return false;
}

/// The word "latest" stands behind the host, and nothing fixes what it means.
bool HasLatest(std::string_view address) {
  constexpr std::string_view kWord = "latest";
  constexpr std::string_view kEnds = "/-_.=?&@";
  address = address.substr(0, address.find('#'));
  const std::size_t path = address.find_first_of("/?", address.find("://") + 3);
  for (std::size_t at = std::min(address.find(kWord, path), address.size()); at < address.size();
       at = std::min(address.find(kWord, at + 1), address.size())) {
    const std::string_view rest = address.substr(at + kWord.size());
    if (kEnds.find(address[at - 1]) != std::string_view::npos &&
        (rest.empty() || kEnds.find(rest.front()) != std::string_view::npos)) {
      // latest-v9.x/node-v9.11.2.tar.gz
      const bool line = !rest.empty() && (rest.front() == '-' || rest.front() == '_');
      return !IsFixedBefore(address, at) && !(line && HasBuild(rest));
    }
  }
  return false;
}

}  // namespace

bool IsMovingBranch(std::string_view name) {
  constexpr std::string_view kMoving[] = {"main",  "master", "develop", "development", "dev",
                                          "trunk", "HEAD",   "next",    "nightly",     "latest"};
  return std::find(std::begin(kMoving), std::end(kMoving), name) != std::end(kMoving);
}

std::string_view MovingPart(std::string_view address) {
  if (address.find("://") == std::string_view::npos) {
    return {};
  }
  address = UpToReference(address);
  std::size_t first = std::size(kParts);
  std::size_t place = 0;
  for (std::size_t at = 0; at + 1 < address.size(); ++at) {
    if (address[at] != '/' && address[at] != '-' && address[at] != '@') {
      continue;  // nothing begins here
    }
    for (std::size_t i = 0; i < first; ++i) {
      const bool may = kParts[i][0] == address[at] && kParts[i][1] == address[at + 1];
      if (may && address.substr(at).starts_with(kParts[i])) {
        first = i;
        place = at;
      }
    }
  }
  if (first < std::size(kParts)) {
    const std::string_view part = kParts[first];
    return first < kFixed || IsFixedBefore(address, place) ? std::string_view()
                                                           : part.substr(1, part.size() - 2);
  }
  if (HasLatest(address)) {
    return "latest";
  }
  // The end: a file, or the branch of git+https://…@main.
  const std::string_view whole = address.substr(0, address.find('#'));
  const std::string_view last = whole.substr(whole.find_last_of("/@") + 1);
  constexpr std::string_view kFiles[] = {"latest",        "master.zip",  "main.zip",
                                         "master.tar.gz", "main.tar.gz", "develop.zip",
                                         "develop.tar.gz"};
  const bool branch = whole.size() > last.size() && whole[whole.size() - last.size() - 1] == '@' &&
                      IsMovingBranch(last);
  return branch || std::find(std::begin(kFiles), std::end(kFiles), last) != std::end(kFiles)
             ? last
             : std::string_view();
}

}  // namespace cacheplan::lint
