#include "src/lint/reading.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "cacheplan/text.h"

namespace cacheplan::lint {
std::vector<const Stage*> StagesBelow(const Checker& check, const Stage& stage) {
  // No file that people read has longer chains, and one that is made to be slow must not be.
  constexpr std::size_t kMostBases = 32;
  std::vector<const Stage*> chain = {&stage};
  while (chain.size() < kMostBases && chain.back()->base.kind == SourceKind::kStage &&
         chain.back()->base.stage < chain.back()->index) {
    chain.push_back(&check.graph.stages[chain.back()->base.stage]);
  }
  return chain;
}

std::vector<const Stage*> StagesAbove(const Checker& check, const Stage& stage) {
  constexpr std::size_t kMostStages = 32;
  std::vector<const Stage*> found;
  if (check.MayBeBuilt(stage)) {
    found.push_back(&stage);
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const std::size_t child : check.BuiltFrom(found[i]->index)) {
      if (found.size() == kMostStages) {
        return found;
      }
      found.push_back(&check.graph.stages[child]);
    }
  }
  return found;
}

const Instruction* InstructionAt(const Dockerfile& file, std::uint32_t line) {
  const auto found = std::lower_bound(file.instructions.begin(), file.instructions.end(), line,
                                      [](const Instruction& instruction, std::uint32_t wanted) {
                                        return instruction.start_line < wanted;
                                      });
  return found != file.instructions.end() && found->start_line == line ? &*found : nullptr;
}

const KnownCommand* Find(const RunCommands& run, Activities activities) {
  const auto found =
      std::find_if(run.commands.begin(), run.commands.end(),
                   [&](const KnownCommand& known) { return Does(known, activities); });
  return found == run.commands.end() ? nullptr : &*found;
}

bool HasWord(const SimpleCommand& command, std::string_view word) {
  return std::any_of(command.words.begin(), command.words.end(),
                     [&](const ScriptWord& own) { return own.text == word; });
}

std::string Shown(const SimpleCommand& command) {
  constexpr std::size_t kMost = 60;
  std::string text;
  for (const ScriptWord& word : command.words) {
    if (text.size() + word.text.size() > kMost && !text.empty()) {
      text += " …";
      break;
    }
    text += text.empty() ? "" : " ";
    text += word.text;
  }
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return '`' + (plain ? std::move(text) : Printable(text)) + '`';
}

bool IsUnder(std::string_view path, std::string_view folder) {
  while (folder.size() > 1 && folder.back() == '/') {
    folder.remove_suffix(1);
  }
  return path.substr(0, folder.size()) == folder &&
         (path.size() == folder.size() || folder == "/" || path[folder.size()] == '/');
}

std::vector<Mount> Mounts(const Instruction& run) {
  return HasMounts(run) ? AsRun(run).mounts : std::vector<Mount>();
}

std::vector<Mount> CacheMounts(const Instruction& run, Texts folders) {
  std::vector<Mount> mounts = Mounts(run);
  std::erase_if(mounts, [&](const Mount& mount) {
    return mount.type != MountType::kCache ||
           std::none_of(folders.begin(), folders.end(), [&](std::string_view folder) {
             return IsUnder(mount.target, folder) || IsUnder(folder, mount.target);
           });
  });
  return mounts;
}

const RunCommands* CommandsOf(const Checker& check, const DependencyRef& step) {
  const std::vector<RunCommands>& runs = check.deps.stages[step.stage->index].runs;
  const auto found = std::find_if(runs.begin(), runs.end(), [&](const RunCommands& run) {
    return run.instruction == step.dependency->instruction;
  });
  return found == runs.end() ? nullptr : &*found;
}

const PackageManager* ManagerOf(const Checker& check, const DependencyRef& step) {
  if (const RunCommands* run = CommandsOf(check, step)) {
    for (const KnownCommand& known : run->commands) {
      for (const CommandFact& fact : known.facts) {
        if (fact.manager->name == step.dependency->manager) {
          return fact.manager;
        }
      }
    }
  }
  return nullptr;
}

std::vector<std::string> NameParts(std::string_view name) {
  std::vector<std::string> parts;
  std::string part;
  const auto is_upper = [](char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool separator = name[i] == '_' || name[i] == '-' || name[i] == '.';
    const bool hump = i > 0 && is_upper(name[i]) && !is_upper(name[i - 1]);
    if ((separator || hump) && !part.empty()) {
      parts.push_back(std::exchange(part, {}));
    }
    if (!separator) {
      part += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
    }
  }
  if (!part.empty()) {
    parts.push_back(std::move(part));
  }
  return parts;
}

bool AnyVariable(std::string_view text, const std::function<bool(std::string_view)>& test) {
  const auto in_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at)) {
    at += text.substr(at).starts_with("${") ? 2 : 1;
    const std::size_t begin = at;
    while (at < text.size() && in_name(text[at])) {
      ++at;
    }
    if (at > begin && test(text.substr(begin, at - begin))) {
      return true;
    }
  }
  return false;
}

bool Reads(std::string_view text, std::string_view name) {
  return AnyVariable(text, [name](std::string_view own) { return own == name; });
}

}  // namespace cacheplan::lint
