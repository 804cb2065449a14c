#include "src/lint/at_hand.h"

#include <algorithm>

#include "cacheplan/downloads.h"

#include "src/lint/reading.h"

namespace cacheplan::lint {
namespace {

/// A cache mount keeps what it needs, or another stage downloaded it.
bool HasDownloads(const Checker& check, const DependencyRef& step) {
  const Instruction& run = *step.dependency->instruction;
  if (MayKeepDownloads(run) && !check.options.ephemeral) {
    return true;
  }
  const PackageManager* manager = ManagerOf(check, step);
  if (manager == nullptr) {
    return false;
  }
  // By whole paths, and by names where another user's home holds the folder.
  const auto holds = [&](std::string_view place) {
    return std::any_of(manager->caches.begin(), manager->caches.end(), [&](std::string_view own) {
      return place.size() > 1 && (IsUnder(own, place) || IsUnder(place, own) ||
                                  LastComponent(own) == LastComponent(place));
    });
  };
  const std::vector<Mount> mounts = Mounts(run);
  return std::any_of(mounts.begin(), mounts.end(),
                     [&](const Mount& mount) {
                       return mount.type == MountType::kBind && !mount.from.empty() &&
                              holds(mount.target);
                     }) ||
         AnyStepBefore(check, *step.stage, step.index, [&](const Step& before) {
           return before.from && holds(before.destination.text);
         });
}

/// The source holds the dependencies already.
bool IsVendored(const Checker& check, const DependencyRef& step) {
  if (check.context != nullptr) {
    for (const ContextEntry& entry : check.context->entries) {
      if (entry.path == "vendor/modules.txt" || entry.path == "vendor/autoload.php") {
        return true;
      }
    }
  }
  return AnyStepBefore(check, *step.stage, step.index, [](const Step& before) {
    return std::any_of(before.sources.begin(), before.sources.end(), [](const Value& source) {
      return source.text.find("vendor") != std::string::npos;
    });
  });
}

/// Go outside of modules builds what lies in the GOPATH and fetches nothing.
bool MayBuildFromGopath(const Checker& check, const DependencyRef& step) {
  if (step.dependency->ecosystem != "go") {
    return false;
  }
  return AnyStepBefore(check, *step.stage, step.index + 1, [&](const Step& before) {
    const std::string_view text = check.file.source->Slice(before.instruction->span);
    return text.find("go/src") != std::string_view::npos ||
           text.find("GOPATH/src") != std::string_view::npos ||
           text.find("GOPATH}/src") != std::string_view::npos ||
           text.find("mod=vendor") != std::string_view::npos;
  });
}

}  // namespace

bool HasDependencies(const Checker& check, const DependencyRef& step) {
  return HasDownloads(check, step) || IsVendored(check, step) || MayBuildFromGopath(check, step);
}

}  // namespace cacheplan::lint
