#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "src/lint/moving_address.h"
#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// Packages of a language come by address too: pip install https://….
constexpr Activities kFetches = {Activity::kFetch, Activity::kTool};

/// A command of the RUN holds what came against a checksum that the file gives: another file ends
/// the build.
bool IsChecked(const Checker& check, const RunRef& run) {
  constexpr std::size_t kShortest = 32;  // MD5
  const auto& commands = run.commands->commands;
  const bool sums = std::any_of(commands.begin(), commands.end(), [](const KnownCommand& known) {
    return known.command.name().ends_with("sum") || known.command.name() == "openssl";
  });
  if (!sums) {
    return false;
  }
  const std::string_view text = check.file.source->Slice(run.instruction().span);
  std::size_t digits = 0;
  for (const char c : text) {
    digits = std::isxdigit(static_cast<unsigned char>(c)) != 0 ? digits + 1 : 0;
    if (digits == kShortest) {
      return true;
    }
  }
  return false;
}

}  // namespace

void CheckMovingFetch(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    if (!run.does.HasAny(kFetches) || IsChecked(check, run)) {
      continue;
    }
    for (const KnownCommand& known : run.commands->commands) {
      if (!Does(known, kFetches)) {
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
