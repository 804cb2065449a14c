#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// What came from the context before the step, by name.
struct Copied {
  bool manifest = false;
  bool lock = false;
  bool unclear = false;  ///< a folder or a variable: it may hold anything
  const Instruction* by = nullptr;
};

void Note(std::string_view path, const Instruction& by, const PackageManager& manager,
          Copied& copied) {
  const std::string plain = WithoutClasses(path);
  const std::string_view name = LastComponent(plain);
  const auto matches = [&](std::string_view pattern) {
    return GlobMatches(pattern, name) || GlobMatches(name, pattern);
  };
  const bool lock = std::any_of(manager.locks.begin(), manager.locks.end(), matches);
  const bool manifest = std::any_of(manager.manifests.begin(), manager.manifests.end(), matches);
  copied.lock = copied.lock || lock;
  copied.manifest = copied.manifest || manifest;
  if (manifest) {
    copied.by = &by;
  }
  // What has no dot in its name is a folder more often than not.
  copied.unclear = copied.unclear || (!lock && !manifest &&
                                      (name.empty() || name == "." || name == "*" ||
                                       name.find('.') == std::string_view::npos ||
                                       path.find('$') != std::string_view::npos));
}

Copied CopiedBefore(const Checker& check, const StepRef& run, const PackageManager& manager) {
  Copied copied;
  AnyStepBefore(check, *run.stage, run.index, [&](const Step& before) {
    if (before.from && !before.sources.empty()) {
      copied.unclear = true;  // the lock may come from another stage
    }
    for (const Value& source : before.sources) {
      if (copied.unclear) {
        break;
      }
      Note(source.text, *before.instruction, manager, copied);
    }
    return copied.unclear;  // whatever else came, there is nothing to say then
  });
  if (copied.unclear) {
    return copied;
  }
  for (const Mount& mount : Mounts(run.instruction())) {
    if (mount.type == MountType::kBind) {
      copied.unclear = copied.unclear || !mount.from.empty() || mount.source.empty();
      Note(mount.source, run.instruction(), manager, copied);
    }
  }
  return copied;
}

/// Managers that take the newest version in a range where no lock file says otherwise. (NuGet takes
/// the lowest, stack what its snapshot names.) Go's versions stand in go.mod; go.sum has the
/// checksums without which a later build refuses what was downloaded.
bool LockDecides(const PackageManager& manager) {
  constexpr std::string_view kNames[] = {"npm",    "yarn",   "pnpm",  "bun", "bundler", "composer",
                                         "pipenv", "poetry", "pdm",   "uv",  "cargo",   "mix",
                                         "dart",   "swift",  "apple", "go"};
  return std::find(std::begin(kNames), std::end(kNames), manager.name) != std::end(kNames);
}

/// A command of the RUN writes go.sum: go get, go mod tidy and go mod init.
bool WritesSums(const RunRef& run) {
  const std::span<const KnownCommand> commands = run.commands->commands;
  return std::any_of(commands.begin(), commands.end(), [](const KnownCommand& known) {
    const SimpleCommand& command = known.command;
    return command.name() == "go" &&
           (HasWord(command, "get") || HasWord(command, "tidy") || HasWord(command, "init"));
  });
}

/// Frozen forms that do without a lock file: yarn 1 says so in a line of its output and goes on;
/// composer resolves.
bool FailsWithoutLock(const PackageManager& manager) {
  return manager.name != "yarn" && manager.name != "composer";
}

/// The lock file to speak of: the one in the build context, if that is at hand and has one (empty
/// if it has none), else the usual one, which a table names first.
std::string_view LockFile(const Checker& check, const PackageManager& manager) {
  if (check.context == nullptr) {
    return manager.locks.empty() ? std::string_view() : manager.locks.front();
  }
  for (const std::string_view lock : manager.locks) {
    for (const ContextEntry& entry : check.context->entries) {
      if (const std::string_view name = LastComponent(entry.path); GlobMatches(lock, name)) {
        return name;
      }
    }
  }
  return {};
}

}  // namespace

void CheckLockNotCopied(Checker& check) {
  for (const RunRef& run : check.Runs()) {
    if (!run.does.Has(Activity::kProject)) {
      continue;
    }
    const bool writes_sums = WritesSums(run);
    for (const KnownCommand& known : run.commands->commands) {
      for (const CommandFact& fact : known.facts) {
        if (fact.activity != Activity::kProject || !LockDecides(*fact.manager) ||
            !known.command.directory_known || writes_sums) {
          continue;
        }
        const Copied copied = CopiedBefore(check, run.step, *fact.manager);
        if (!copied.manifest || copied.lock || copied.unclear) {
          continue;
        }
        const std::string_view lock = LockFile(check, *fact.manager);
        if (lock.empty()) {
          continue;
        }
        check.At(
            RuleId::kLockNotCopied, run.instruction(),
            CommandSpan(check.file, run.instruction(), known.command),
            {fmt::format("{} runs without {}", Shown(known.command), lock),
             fact.manager->name == "go"
                 ? "what it brings is held against no checksum of the project, and a build below "
                   "it stops at the first one that is missing"
             : fact.frozen && FailsWithoutLock(*fact.manager)
                 ? "it installs what the lock file names and nothing else: the build ends here"
                 : "it takes the newest versions of the day it runs, and the cache then keeps "
                   "those: a change of the lock file does not run it again",
             copied.by != nullptr
                 ? fmt::format("copy {} with the manifest (line {})", lock, copied.by->start_line)
                 : fmt::format("copy {} before it", lock)});
        return;  // one finding tells the story of the file
      }
    }
  }
}

}  // namespace cacheplan::lint
