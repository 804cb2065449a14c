#include "cacheplan/commands.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cacheplan/text.h"

#include "src/syntax/line_parts.h"

namespace cacheplan {
namespace {

bool IsSet(const Instruction& instruction, std::string_view name) {
  const Flag* flag = FindFlag(instruction, name);
  return flag != nullptr && (!flag->value || EqualFold(*flag->value, "true"));
}

}  // namespace

const Flag* FindFlag(const Instruction& instruction, std::string_view name) {
  for (auto it = instruction.flags.rbegin(); it != instruction.flags.rend(); ++it) {
    if (it->name == name) {
      return &*it;
    }
  }
  return nullptr;
}

FromCommand AsFrom(const Instruction& instruction) {
  FromCommand from;
  if (!instruction.args.empty()) {
    from.base = instruction.args.front();
  }
  if (syntax::NamesStage(instruction)) {
    from.name = instruction.args[2];
  }
  from.platform = FindFlag(instruction, "platform");
  return from;
}

namespace {

bool IsHeredoc(const Word& word) { return syntax::IsHeredocWord(word.text); }

/// Of sources with heredocs among them.
[[gnu::noinline]] void PickSources(const Instruction& instruction, CopyCommand& copy) {
  std::remove_copy_if(copy.sources.begin(), copy.sources.end(), std::back_inserter(copy.picked),
                      IsHeredoc);
  // `<< EOF`, with a blank, opens a heredoc too, but its words stay sources.
  if (copy.sources.size() - copy.picked.size() == instruction.heredocs.size()) {
    copy.inline_files = instruction.heredocs;
  }
  copy.sources = copy.picked;
}

[[gnu::noinline]] void ReadCopyFlags(const Instruction& instruction, CopyCommand& copy) {
  copy.from = FindFlag(instruction, "from");
  copy.link = IsSet(instruction, "link");
  copy.parents = IsSet(instruction, "parents");
  for (const Flag& flag : instruction.flags) {
    if (flag.name == "exclude" && flag.value) {
      copy.excludes.push_back(*flag.value);
    }
  }
}

}  // namespace

CopyCommand AsCopy(const Instruction& instruction) {
  CopyCommand copy;
  if (!instruction.flags.empty()) {
    ReadCopyFlags(instruction, copy);
  }
  if (instruction.args.empty()) {
    return copy;
  }
  copy.destination = instruction.args.back();
  copy.sources = instruction.args.first(instruction.args.size() - 1);
  if (std::ranges::any_of(copy.sources, IsHeredoc)) {
    PickSources(instruction, copy);
  }
  return copy;
}

namespace {

/// Variables stay as they stand.
Expansion AsWritten(std::string_view word) {
  Expansion expansion;
  expansion.text = word;
  if (word.find('$') != std::string_view::npos) {
    expansion.unmatched.emplace_back(word);
  }
  return expansion;
}

[[gnu::noinline]] void ReadRunFlags(const Instruction& instruction, RunCommand& run) {
  for (const Flag& flag : instruction.flags) {
    if (flag.name == "mount" && flag.value) {
      Mount mount = ReadMount(*flag.value, AsWritten).mount;
      mount.flag = &flag;
      run.mounts.push_back(std::move(mount));
    } else if (flag.name == "network") {
      run.offline = flag.value == "none";
    }
  }
}

[[gnu::noinline]] void ReadArgv(std::span<const Word> args, RunCommand& run) {
  run.argv.reserve(args.size());
  for (const Word& word : args) {
    run.argv.push_back(word.text);
  }
}

}  // namespace

RunCommand AsRun(const Instruction& instruction) {
  RunCommand run;
  run.heredocs = instruction.heredocs;
  run.exec = instruction.form == Form::kExec;
  // HEALTHCHECK has NONE or CMD before its command.
  const std::size_t first = instruction.keyword == Keyword::kHealthcheck ? 1 : 0;
  if (instruction.args.size() > first) {
    if (run.exec) {
      ReadArgv(instruction.args.subspan(first), run);
    } else {
      run.script = instruction.args.back();
    }
  }
  if (!instruction.flags.empty()) {
    ReadRunFlags(instruction, run);
  }
  return run;
}

const Heredoc* RunCommand::heredoc_script() const {
  if (exec || heredocs.size() != 1) {
    return nullptr;
  }
  return syntax::IsHeredocWord(script.text) ? &heredocs.front() : nullptr;
}

std::vector<KeyValue> AsPairs(const Instruction& instruction) {
  std::vector<KeyValue> pairs;
  const std::span<const Word> args = instruction.args;
  if (instruction.keyword != Keyword::kArg) {
    pairs.reserve(args.size() / 3);
    for (std::size_t i = 0; i + 2 < args.size(); i += 3) {
      pairs.push_back({args[i], args[i + 1], args[i + 2].text.empty()});
    }
    return pairs;
  }
  pairs.reserve(args.size());
  for (const Word& word : args) {
    pairs.push_back(ArgPair(word));
  }
  return pairs;
}

KeyValue ArgPair(const Word& word) {
  const std::size_t equals = word.text.find('=');
  if (equals == std::string_view::npos) {
    return {word, std::nullopt, false};
  }
  return {{word.text.substr(0, equals), word.span},
          Word{word.text.substr(equals + 1), word.span},
          false};
}

}  // namespace cacheplan
