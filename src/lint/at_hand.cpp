#include "src/lint/at_hand.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>

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
  const auto says_so = [&](const Step& before) {
    return check.file.source->Slice(before.instruction->span).find("mod=vendor") !=
           std::string_view::npos;
  };
  return AnyStepBefore(check, *step.stage, step.index,
                       [](const Step& before) {
                         return std::any_of(
                             before.sources.begin(), before.sources.end(), [](const Value& source) {
                               return source.text.find("vendor") != std::string::npos;
                             });
                       }) ||
         (step.dependency->ecosystem == "go" &&
          AnyStepBefore(check, *step.stage, step.index + 1, says_so));
}

/// What stands there in the text, and is no part of a longer name.
bool HasPart(std::string_view text, std::string_view part) {
  const auto in_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
  };
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + 1)) {
    const std::size_t end = at + part.size();
    if ((at == 0 || !in_name(text[at - 1])) && (end == text.size() || !in_name(text[end]))) {
      return true;
    }
  }
  return false;
}

/// The step is of the days before modules: another manager brings what Go builds, or packages are
/// named by where they come from ("github.com/acme/tool/cmd"), wherever it works.
bool IsOfGopath(const DependencyStep& step) {
  if (step.ecosystem != "go" || step.kind != StepKind::kProject) {
    return false;
  }
  return std::any_of(step.commands.begin(), step.commands.end(), [](const StepCommand& own) {
    return own.manager != "go" ||
           std::any_of(own.packages.begin(), own.packages.end(), [](std::string_view package) {
             const std::string_view host = package.substr(0, package.find('/'));
             return host.size() < package.size() && host.find('.', 1) != std::string_view::npos &&
                    host.find_first_not_of('.') != std::string_view::npos;
           });
  });
}

/// By its name: "src", ".", a project of .NET ("Acme.Web").
bool MayBeFolder(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot + 1 == name.size() ||
         (dot + 2 < name.size() && std::isupper(static_cast<unsigned char>(name[dot + 1])) != 0);
}

/// One of the files may be among what was copied: by its name, or in a folder.
template <typename Names>
bool MayHave(const Checker& check, const DependencyRef& step, const Names& files) {
  const std::optional<SourceTrigger>& trigger = step.dependency->source;
  const auto may_be_one = [&](std::string_view name) {
    return std::any_of(files.begin(), files.end(), [&](std::string_view own) {
      return GlobMatches(LastComponent(own), name) || GlobMatches(name, own);
    });
  };
  return (trigger && trigger->cause == SourceCause::kMounted) ||
         AnyStepBefore(check, *step.stage, step.index, [&](const Step& before) {
           const bool adds = before.instruction->keyword == Keyword::kAdd;
           return std::any_of(before.sources.begin(), before.sources.end(), [&](const Value& own) {
             const std::string_view name = LastComponent(own.text);
             return !own.known || MayBeFolder(name) || may_be_one(name) ||
                    (adds && name.find(".tar") != std::string_view::npos);
           });
         });
}

}  // namespace

bool MayHaveManifest(const Checker& check, const DependencyRef& step) {
  return MayHave(check, step, step.dependency->manifests);
}

bool MayHaveLock(const Checker& check, const DependencyRef& step) {
  const ArenaList<StepCommand>& commands = step.dependency->commands;
  return std::any_of(commands.begin(), commands.end(), [&](const StepCommand& own) {
    return own.lock == LockState::kSeen || MayHave(check, step, own.locks);
  });
}

bool MayBuildFromGopath(const Checker& check, const DependencyRef& step) {
  const ArenaList<VisibleFile>& files = step.dependency->files;
  return step.dependency->manager == "go" &&
         std::none_of(files.begin(), files.end(),
                      [](const VisibleFile& file) { return file.name == "go.mod"; }) &&
         AnyStepBefore(check, *step.stage, step.index + 1, [&](const Step& before) {
           const std::string_view text = check.file.source->Slice(before.instruction->span);
           return HasPart(text, "go/src") || HasPart(text, "GOPATH/src") ||
                  HasPart(text, "GOPATH}/src");
         });
}

bool HasModules(const Checker& check, const Stage& stage) {
  const auto any_text = [&](std::initializer_list<std::string_view> parts) {
    return AnyStepBefore(check, stage, stage.steps.size(), [&](const Step& step) {
      const std::string_view text = check.file.source->Slice(step.instruction->span);
      return std::any_of(parts.begin(), parts.end(),
                         [text](std::string_view part) { return HasPart(text, part); });
    });
  };
  const Strictness strict = StrictnessOf("go", StagesBelow(check, stage).back()->base);
  if (strict == Strictness::kYes ||
      any_text({"go mod", "GO111MODULE=on", "GO111MODULE on", "GO111MODULE=\"on"})) {
    return true;
  }
  // The newest of today does; a file from before its day shows that by what it had instead.
  const std::vector<DependencyStep>& steps = check.deps.stages[stage.index].steps;
  return strict == Strictness::kNewest && std::none_of(steps.begin(), steps.end(), IsOfGopath) &&
         !any_text({"Gopkg.toml", "Gopkg.lock", "Godeps", "glide.yaml"});
}

bool HasDependencies(const Checker& check, const DependencyRef& step) {
  return HasDownloads(check, step) || IsVendored(check, step);
}

}  // namespace cacheplan::lint
