#include "src/lint/install_first.h"

#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/downloads.h"

#include "src/lint/context_facts.h"
#include "src/lint/reading.h"

namespace cacheplan::lint {
namespace {

/// Managers whose install runs with its manifests alone, and whose manifest has one name (of .NET's
/// a project has one of several, or a solution that names more).
constexpr std::string_view kMovable[] = {"npm",    "yarn",  "pnpm", "bun",     "pip",
                                         "go",     "maven", "mix",  "bundler", "pipenv",
                                         "poetry", "uv",    "pdm",  "composer"};

bool IsMovable(const SimpleCommand& command, const PackageManager& manager) {
  // Words that speak of parts of a project, which have manifests of their own, and yarn's form for
  // projects that have it beside them.
  constexpr std::string_view kParts[] = {
      "--workspace", "--workspaces", "-w",          "--filter", "-F", "--recursive", "--project",
      "--package",   "workspaces",   "--immutable", "-pl",      "-c", "--constraint"};
  const bool parts =
      std::any_of(command.words.begin(), command.words.end(), [&](const ScriptWord& word) {
        const std::string_view own = word.text.substr(0, word.text.find('='));
        return std::find(std::begin(kParts), std::end(kParts), own) != std::end(kParts);
      });
  return !parts &&
         std::find(std::begin(kMovable), std::end(kMovable), manager.name) != std::end(kMovable);
}

/// The arguments of the COPY: files and folder.
struct Files {
  std::string sources;
  std::string destination;
};

std::optional<Files> Named(std::span<const std::string_view> manifests) {
  const std::string_view first = manifests.front();
  const std::string_view folder = first.substr(0, first.rfind('/') + 1);
  for (const std::string_view path : manifests) {
    const bool plain = path.find_first_of("$*?[ \"'\\") == std::string_view::npos &&
                       path.find("..") == std::string_view::npos && !path.starts_with('/') &&
                       LastComponent(path).find('.') != std::string_view::npos;
    if (!plain || path.substr(0, path.rfind('/') + 1) != folder) {
      return std::nullopt;
    }
  }
  return Files{fmt::format("{}", fmt::join(manifests, " ")),
               folder.starts_with('.') ? std::string(folder) : fmt::format("./{}", folder)};
}

/// The files that the command names, else the manager's manifest and lock file; a lock file that is
/// not there must not fail the COPY.
std::optional<Files> ManifestsOf(const Checker& check, const CommandFact& fact) {
  if (!fact.manifests.empty()) {
    return Named(fact.manifests);
  }
  const PackageManager& manager = *fact.manager;
  if (manager.manifests.empty() || !fact.packages.empty()) {
    return std::nullopt;
  }
  if (check.context != nullptr && HasNested(*check.context, manager.manifests)) {
    return std::nullopt;  // a workspace, or other projects
  }
  const std::string lock = manager.locks.empty() ? "" : fmt::format(" {}*", manager.locks.front());
  return Files{std::string(manager.manifests.front()) + lock, "./"};
}

/// `COPY . .`, which keeps what lies in the context where it lies below the working directory.
bool CopiesAllHere(const Instruction& copy) {
  const bool plain = copy.keyword == Keyword::kCopy && copy.flags.empty() && copy.args.size() == 2;
  if (!plain) {
    return false;
  }
  const auto is_here = [](const Word& word) { return word.text == "." || word.text == "./"; };
  return is_here(copy.args.front()) && is_here(copy.args.back());
}

}  // namespace

std::optional<Fix> InstallFirst(const Checker& check, const Instruction& copy,
                                const DependencyRef& step) {
  const Instruction& install = *step.dependency->instruction;
  const std::span<const Instruction> all = check.file.instructions;
  // Side by side: nothing between them can need the other order.
  const bool neighbours = &install == &copy + 1 && &install < all.data() + all.size();
  const RunCommands* run = CommandsOf(check, step);
  if (!neighbours || !install.comments.empty() || !CopiesAllHere(copy) || run == nullptr ||
      run->commands.size() != 1 || run->commands.front().facts.size() != 1) {
    return std::nullopt;
  }
  const SimpleCommand& command = run->commands.front().command;
  const CommandFact& fact = run->commands.front().facts.front();
  const bool here = command.directory_known && command.directory.empty() && fact.directory.empty();
  if (!here || command.words.front().text.find('/') != std::string_view::npos ||
      !IsMovable(command, *fact.manager) || !FlagsForManifests(*step.dependency).empty()) {
    return std::nullopt;
  }
  const std::optional<Files> files = ManifestsOf(check, fact);
  if (!files) {
    return std::nullopt;
  }
  const std::string_view text = check.file.source->text();
  const std::string_view install_text = text.substr(install.span.begin, install.span.size());
  const std::string_view copy_text = text.substr(copy.span.begin, copy.span.size());
  const std::string_view between = text.substr(copy.span.end, install.span.begin - copy.span.end);
  const std::string_view line_end = between.starts_with("\r\n") ? "\r\n" : "\n";
  return Fix{fmt::format("copy {} and install before the rest is copied", files->sources),
             false,
             {{{copy.span.begin, install.span.end},
               fmt::format("COPY {} {}{}{}{}{}", files->sources, files->destination, line_end,
                           install_text, between, copy_text)}}};
}

}  // namespace cacheplan::lint
