#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// What stands in addresses of what moves. The first two do not: main is a part of a package
/// archive there. Where several stand in one, the first of this list counts.
constexpr std::string_view kParts[] = {"/pool/",   "/dists/",   "/latest/",  "/master/", "/main/",
                                       "/HEAD/",   "/nightly/", "/develop/", "-latest.", "/latest.",
                                       "@latest/", "@master/",  "@main/"};
constexpr std::size_t kFixed = 2;

/// The part of an address that names no fixed thing; "" when there is none.
std::string_view MovingPart(std::string_view address) {
  if (address.find("://") == std::string_view::npos) {
    return {};
  }
  std::size_t first = std::size(kParts);
  for (std::size_t at = 0; at + 1 < address.size(); ++at) {
    if (address[at] != '/' && address[at] != '-' && address[at] != '@') {
      continue;  // nothing begins here
    }
    for (std::size_t i = 0; i < first; ++i) {
      const bool may = kParts[i][0] == address[at] && kParts[i][1] == address[at + 1];
      first = may && address.substr(at).starts_with(kParts[i]) ? i : first;
    }
  }
  if (first < std::size(kParts)) {
    const std::string_view part = kParts[first];
    return first < kFixed ? std::string_view() : part.substr(1, part.size() - 2);
  }
  const std::string_view last = address.substr(address.rfind('/') + 1);
  return last == "latest" || last == "master.zip" || last == "main.zip" ||
                 last == "master.tar.gz" || last == "main.tar.gz"
             ? last
             : std::string_view();
}

}  // namespace

void CheckMovingFetch(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    if (!run.does.Has(Activity::kFetch)) {
      continue;
    }
    for (const KnownCommand& known : run.commands->commands) {
      if (!Does(known, {Activity::kFetch})) {
        continue;
      }
      for (const ScriptWord& word : known.command.words) {
        const std::string_view part = MovingPart(word.text);
        if (part.empty()) {
          continue;
        }
        check.At(
            RuleId::kMovingFetch, run.instruction(),
            CommandSpan(check.file, run.instruction(), known.command),
            {fmt::format("{} names no version: '{}' is another file tomorrow", Shown(known.command),
                         part),
             "the cached layer keeps the first one as long as the lines above stay the same; a "
             "machine without the cache gets the newest",
             "fetch a released version, by an ARG where it changes often"});
        break;
      }
    }
  }
}

}  // namespace cacheplan::lint
