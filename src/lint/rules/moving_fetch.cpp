#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The part of an address that names no fixed thing; "" when there is none.
std::string_view MovingPart(std::string_view address) {
  if (address.find("://") == std::string_view::npos) {
    return {};
  }
  if (address.find("/pool/") != std::string_view::npos ||
      address.find("/dists/") != std::string_view::npos) {
    return {};  // main is a part of a package archive there
  }
  for (const std::string_view part :
       {"/latest/", "/master/", "/main/", "/HEAD/", "/nightly/", "/develop/", "-latest.",
        "/latest.", "@latest/", "@master/", "@main/"}) {
    if (address.find(part) != std::string_view::npos) {
      return part.substr(1, part.size() - 2);
    }
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
