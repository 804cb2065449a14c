#include "src/detect/limits.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>

#include "cacheplan/byte_set.h"
#include "cacheplan/downloads.h"

#include "src/detect/paths.h"
#include "src/detect/spots.h"

namespace cacheplan::detect {
namespace {

enum class Lacks { kManifests, kFrozenForm, kStrictness };

struct Limit {
  std::string_view manager{};
  Lacks lacks = Lacks::kManifests;
  std::string_view image{};
  std::string_view since{};
  std::string_view below{};
  std::string_view when{};
  std::string_view unless{};
  std::string_view builds{};
  std::string_view tests{};
  std::string_view fetches{};
};
constexpr Limit kLimits[] = {
#define LIMIT(manager_, lacks_, ...) \
  Limit{.manager = manager_, .lacks = Lacks::lacks_, __VA_ARGS__},
#include "grammar/limits.def"
#undef LIMIT
};

struct Resolver {
  std::string_view manager;
  std::string_view verb;
  std::string_view unless;
  std::string_view form;
};
constexpr Resolver kResolvers[] = {
#define RESOLVER(manager_, verb_, unless_, form_) {manager_, verb_, unless_, form_},
#include "grammar/source_resolvers.def"
#undef RESOLVER
};

/// The next number of a version; the largest where it says no more.
std::size_t TakeNumber(std::string_view& version) {
  std::size_t number = std::numeric_limits<std::size_t>::max();
  const auto [end, error] =
      std::from_chars(version.data(), version.data() + version.size(), number);
  version.remove_prefix(static_cast<std::size_t>(end - version.data()));
  version.remove_prefix(version.starts_with('.') ? 1 : 0);
  return number;
}

/// Calls `take` with each word until it says true.
template <typename Take>
bool AnyWord(std::string_view text, const Take& take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (take(text.substr(0, end))) {
      return true;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

bool IsSetSo(std::string_view setting, const SimpleCommand& command, KnownVariables& variables) {
  const std::size_t sign = setting.find('=');
  return variables.ValueFor(command, setting.substr(0, sign)) == setting.substr(sign + 1);
}

}  // namespace

ImageVersion VersionOf(const StageSource& base) {
  if (base.kind == SourceKind::kStage || !base.name.known) {
    return {};
  }
  std::string_view name = base.name.text;
  const bool pinned = name.find('@') != std::string_view::npos;
  name = name.substr(0, name.find('@'));
  name.remove_prefix(name.rfind('/') + 1);  // 0 where there is none
  const std::size_t colon = std::min(name.find(':'), name.size());
  const std::string_view tag = name.substr(std::min(colon + 1, name.size()));
  static constexpr ByteSet kVersion("0123456789.");
  const bool newest = !pinned && (tag.empty() || tag == "latest" || tag == "alpine");
  return {name.substr(0, colon), tag.substr(0, kVersion.End(tag)), newest};
}

bool HasReached(std::string_view version, std::string_view since) {
  std::size_t last = 0;
  std::size_t line = 0;
  {
    std::string_view rest = version;
    line = TakeNumber(rest);
  }
  const bool same = AnyWord(since, [&](std::string_view first) {
    std::string_view own = version;
    std::string_view rest = first;
    last = TakeNumber(rest);
    if (TakeNumber(own) != last) {
      return false;
    }
    while (!rest.empty()) {
      const std::size_t has = TakeNumber(own);
      const std::size_t wanted = TakeNumber(rest);
      if (has != wanted) {
        return has > wanted;
      }
    }
    return true;
  });
  return same || line > last;
}

void NoteLimits(const ImageVersion& image, const Step& step, const SimpleCommand& command,
                KnownVariables& variables, Arena& arena, CommandFact& fact) {
  for (const Limit& limit : kLimits) {
    if (limit.manager != fact.manager->name || limit.lacks == Lacks::kStrictness) {
      continue;
    }
    const bool old = limit.image.empty() || (limit.image == image.name && !image.version.empty() &&
                                             !HasReached(image.version, limit.since));
    if (!old ||
        (!limit.below.empty() &&
         !IsUnder(SpotOf(step, command, fact.directory, arena), limit.below)) ||
        (!limit.when.empty() && !IsSetSo(limit.when, command, variables)) ||
        (!limit.unless.empty() && IsSetSo(limit.unless, command, variables))) {
      continue;
    }
    (limit.lacks == Lacks::kManifests ? fact.without_manifests : fact.no_frozen_flag) = true;
  }
}

std::string_view WithoutManifests(const PackageManager& manager, Activity activity) {
  const auto* const found =
      std::find_if(std::begin(kLimits), std::end(kLimits), [&](const Limit& limit) {
        return limit.lacks == Lacks::kManifests && limit.manager == manager.name;
      });
  if (found == std::end(kLimits)) {
    return {};
  }
  return activity == Activity::kProjectBuild  ? found->builds
         : activity == Activity::kProjectTest ? found->tests
                                              : found->fetches;
}

std::string_view ManifestsForm(const SimpleCommand& command, const CommandFact& fact) {
  const auto has = [&command](std::string_view text, bool flag) {
    return std::any_of(command.words.begin(), command.words.end(), [&](const ScriptWord& word) {
      return flag ? word.text.starts_with('-') && word.text.ends_with(text) : word.text == text;
    });
  };
  if (fact.activity != Activity::kProject) {
    return {};
  }
  for (const Resolver& resolver : kResolvers) {
    if (resolver.manager == fact.manager->name &&
        (resolver.unless.empty() || !has(resolver.unless, true)) &&
        !AnyWord(resolver.verb, [&](std::string_view word) { return !has(word, false); })) {
      return resolver.form;
    }
  }
  return {};
}

}  // namespace cacheplan::detect

namespace cacheplan {

Strictness StrictnessOf(std::string_view manager, const StageSource& image) {
  const detect::ImageVersion version = detect::VersionOf(image);
  for (const detect::Limit& limit : detect::kLimits) {
    if (limit.lacks == detect::Lacks::kStrictness && limit.manager == manager &&
        limit.image == version.name) {
      return version.newest                                     ? Strictness::kNewest
             : version.version.empty()                          ? Strictness::kUnknown
             : detect::HasReached(version.version, limit.since) ? Strictness::kYes
                                                                : Strictness::kNo;
    }
  }
  return Strictness::kUnknown;
}

}  // namespace cacheplan
