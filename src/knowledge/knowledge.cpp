#include "cacheplan/knowledge.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

#include "src/knowledge/tables.h"

namespace cacheplan {
namespace {

using knowledge::Manager;

constexpr ByteSet kCapitals('A', 'Z', "");

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return kCapitals.Has(c) ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

/// "pip3.11" and "luarocks-5.1" without the version.
std::string_view WithoutVersion(std::string_view name) {
  std::size_t end = name.size();
  while (end > 0 && ((name[end - 1] >= '0' && name[end - 1] <= '9') || name[end - 1] == '.')) {
    --end;
  }
  if (end > 0 && end < name.size() && name[end - 1] == '-') {
    --end;
  }
  return end == 0 ? name : name.substr(0, end);
}

std::uint64_t LetterBit(std::string_view word) {
  return word.empty() ? 0 : std::uint64_t{1} << (static_cast<unsigned char>(word.front()) % 64);
}

/// The letters that words of a form begin with, behind the first. Where FormEnd compares them with
/// more than the word as it is and its last path component, that is no letter to go by.
std::uint64_t LettersOf(Texts form) {
  std::uint64_t letters = 0;
  for (const std::string_view word : form.subspan(1)) {
    letters |= word.find_first_of("*/\\") == std::string_view::npos ? LetterBit(word) : 0;
  }
  return letters;
}

/// The letters that words of a command begin with, wherever FormEnd may see a word begin.
std::uint64_t LettersOf(const SimpleCommand& command) {
  std::uint64_t letters = 0;
  for (const ScriptWord& word : command.words.subspan(1)) {
    letters |= LetterBit(word.text) | LetterBit(ProgramName(word.text));
    letters |= word.text.starts_with("-m") ? LetterBit(word.text.substr(2)) : 0;
  }
  return letters;
}

}  // namespace

void Knowledge::Tables::Index() {
  struct Named {
    std::size_t name;
    std::size_t words;
    Form form;
  };
  std::vector<Named> named;
  std::size_t rule_count = 0;
  for (std::uint32_t m = 0; m < rules.size(); ++m) {
    first_rules_.push_back(rule_count);
    rule_count += rules[m].rules.size();
    for (std::uint32_t c = 0; c < rules[m].commands.size(); ++c) {
      const Texts command = rules[m].commands[c];
      const std::string_view first = managers[m].any_case
                                         ? arena_.Copy(std::string_view(Lower(command.front())))
                                         : command.front();
      named.push_back({names_.Add(first), command.size(), {m, c, LettersOf(command)}});
    }
    const auto add = [&](Texts list, FileKind kind) {
      for (const std::string_view name : list) {
        if (name.ends_with("/**")) {
          folders.Add(name.substr(0, name.size() - 3), m, kind);
          trees.Add(name.substr(0, name.size() - 3), m, kind);
        } else if (name.ends_with('/')) {
          folders.Add(name.substr(0, name.size() - 1), m, kind);
        } else {
          files.Add(name, m, kind);
        }
      }
    };
    add(managers[m].manifests, FileKind::kManifest);
    add(managers[m].locks, FileKind::kLock);
    add(managers[m].config, FileKind::kConfig);
  }
  patterns_ = std::vector<knowledge::LazyPattern>(rule_count);
  std::stable_sort(named.begin(), named.end(), [](const Named& a, const Named& b) {
    return a.name != b.name ? a.name < b.name : a.words > b.words;
  });
  for (const Named& row : named) {
    if (starts_.size() <= row.name) {
      starts_.push_back(forms_.size());
    }
    forms_.push_back(row.form);
  }
  starts_.push_back(forms_.size());
}

const Knowledge& Knowledge::BuiltIn() {
  // Never taken down: the program ends sooner without.
  static const Knowledge& built_in =
      *new Knowledge(std::make_shared<Tables>(knowledge::BuiltInRows(), nullptr));
  return built_in;
}

Result<Knowledge> Knowledge::With(std::string_view file, std::string_view json) const {
  struct Owner {
    knowledge::LoadedRows rows;
    std::shared_ptr<const Tables> others;
  };
  const auto owner = std::make_shared<Owner>();
  knowledge::LoadedRows& rows = owner->rows;
  const Status status = LoadRows(file, json, rows);
  if (!status.ok()) {
    return status;
  }
  owner->others = tables_;
  const std::size_t added = rows.managers.size();
  for (std::size_t i = 0; i < tables_->managers.size(); ++i) {
    const auto replaced = [&](const PackageManager& manager) {
      return manager.name == tables_->managers[i].name;
    };
    const auto end = rows.managers.begin() + static_cast<std::ptrdiff_t>(added);
    if (std::none_of(rows.managers.begin(), end, replaced)) {
      rows.managers.push_back(tables_->managers[i]);
      rows.rules.push_back(tables_->rules[i]);
    }
  }
  Knowledge knowledge(std::make_shared<Tables>(knowledge::Rows{rows.managers, rows.rules}, owner));
  const std::string wrong = knowledge::WrongExample(knowledge, added);
  return wrong.empty() ? Result<Knowledge>(std::move(knowledge))
                       : Result<Knowledge>(Status::Invalid(fmt::format("{}, {}", file, wrong)));
}

namespace knowledge {

namespace {

bool StartsWith(Texts words, std::string_view verb) {
  for (const std::string_view word : words) {
    // A quoted word may have blanks, and is one word for all that.
    if (!verb.starts_with(word) || word.find(' ') != std::string_view::npos) {
      return false;
    }
    if (verb.size() == word.size()) {
      return true;
    }
    if (verb[word.size()] != ' ') {
      return false;
    }
    verb.remove_prefix(word.size() + 1);
  }
  return false;
}

/// `./gradlew --version`: a launcher fetches what it is to ask.
bool FetchesForVersion(const Manager& manager) {
  return std::any_of(manager.rules.begin(), manager.rules.end(), [](const Rule& rule) {
    return rule.activity != Activity::kNothing &&
           std::any_of(rule.conditions.begin(), rule.conditions.end(), [](const Condition& given) {
             return given.kind == Condition::Kind::kWith &&
                    std::any_of(given.globs.begin(), given.globs.end(),
                                [](const Glob& flag) { return flag.pattern() == "--version"; });
           });
  });
}

/// What its help says, or its version.
bool AsksOnly(const Manager& manager, const Arguments& arguments) {
  constexpr std::uint64_t kLetters = FlagBit("--help") | FlagBit("--version");
  return (arguments.flag_bits & kLetters) != 0 &&
         std::any_of(arguments.flags.begin(), arguments.flags.end(), [&](std::string_view flag) {
           return flag == "--help" || (flag == "--version" && arguments.words.empty() &&
                                       !arguments.more_words && !FetchesForVersion(manager));
         });
}

std::span<CommandFact> NothingOf(const PackageManager& row, Arena& arena) {
  CommandFact fact;
  fact.manager = &row;
  fact.ecosystem = row.ecosystem;
  return arena.Copy(std::span<const CommandFact>(&fact, 1));
}

/// Adds what a rule says of a command whose words are `arguments`, those of its verb left out.
void AddFact(const PackageManager& row, const Rule& rule, const Arguments& arguments,
             std::size_t verb_length, Arena& arena, std::vector<CommandFact>& facts) {
  CommandFact& fact = facts.emplace_back();
  fact.manager = &row;
  fact.activity = rule.activity;
  fact.ecosystem = rule.ecosystem.empty() ? row.ecosystem : rule.ecosystem;
  fact.frozen = rule.frozen;
  fact.maybe_frozen = arguments.maybe_frozen;
  fact.freezes = rule.freezes;
  fact.no_frozen_flag = rule.no_frozen_flag;
  fact.compiles = rule.compiles;
  fact.brings_source = rule.brings_source;
  fact.needs_lock = rule.needs_lock;
  fact.reads_no_lock = rule.reads_no_lock;
  fact.reads_project = rule.reads_project;
  fact.writes_lock = rule.writes_lock;
  fact.no_dependencies = rule.no_dependencies;
  fact.lone_tool = rule.lone_tool;
  fact.packages = arguments.words.subspan(verb_length);
  std::vector<std::string_view> manifests;
  bool works_here = false;  // it reads files of where it was called, too
  for (const auto& [flag, value] : arguments.values) {
    const auto is_one_of = [flag = flag](Texts list) {
      return std::find(list.begin(), list.end(), flag) != list.end();
    };
    if (is_one_of(row.manifest_flags)) {
      if (!row.manifest_folders || !IsFolder(value)) {
        manifests.push_back(value);
      } else if (const std::string_view folder = FolderOf(value); !folder.empty()) {
        manifests.push_back(arena.Concat(folder, "/", row.manifests.front()));
      }
    } else if (is_one_of(row.directory_flags)) {
      fact.directory = FolderNamed(value, row);
    } else if (is_one_of(row.output_flags)) {
      fact.output = value;
    } else if (is_one_of(row.output_folder_flags)) {
      fact.output_folder = value;
    } else if (is_one_of(row.input_flags)) {
      works_here = true;
      fact.reads_project = fact.reads_project || value.find("://") == std::string_view::npos;
    }
  }
  if (fact.directory.empty() && !works_here) {
    fact.directory = FolderAmong(fact.packages, row, rule);
  }
  const bool own_name =
      std::ranges::find_first_of(arguments.flags, row.own_name_flags) != arguments.flags.end();
  fact.prints = fact.output == "-" || (row.prints && fact.output.empty() && !own_name);
  NoteFileWords(rule, fact, manifests);
  fact.manifests = arena.Copy(manifests);
  if (row.frozen_flags.empty() && row.needs_lock_flags.empty()) {
    return;
  }
  for (const std::string_view flag : arguments.flags) {
    const auto is_one_of = [flag](Texts list) {
      return std::any_of(list.begin(), list.end(), [flag](std::string_view known) {
        return flag == known || flag.substr(0, flag.find('=')) == known;
      });
    };
    fact.frozen = fact.frozen || is_one_of(row.frozen_flags);
    fact.needs_lock = fact.needs_lock || is_one_of(row.needs_lock_flags);
  }
}

/// `npm $X`: what it does depends on a variable. What is true of any verb says little of one that
/// is not known: `mvn $X` need not build.
bool HidesVerb(const Arguments& arguments, const std::vector<CommandFact>& facts) {
  if (facts.empty()) {
    return arguments.hidden_verb || arguments.left_out ||
           (arguments.more_words && arguments.words.empty());
  }
  return arguments.hidden_verb && !arguments.literal_word &&
         std::all_of(facts.begin(), facts.end(), [](const CommandFact& fact) {
           return fact.activity == Activity::kProjectBuild ||
                  fact.activity == Activity::kProjectTest || fact.activity == Activity::kCompile ||
                  fact.activity == Activity::kTest;
         });
}

}  // namespace
}  // namespace knowledge

std::span<CommandFact> Knowledge::Match(const SimpleCommand& command, Arena& arena,
                                        bool* hidden_verb) const {
  const std::string_view name = command.name();
  if (name.empty()) {
    return {};
  }
  // Each of very many commands needs this for a moment.
  thread_local struct {
    knowledge::Arguments arguments;
    std::vector<CommandFact> facts;
  } scratch;
  std::optional<std::uint64_t> letters;
  const auto try_forms = [&](std::string_view key, bool version_cut,
                             bool any_case) -> std::span<CommandFact> {
    for (const Tables::Form& form : tables_->FormsOf(key)) {
      const PackageManager& row = tables_->managers[form.manager];
      if ((version_cut && !row.versioned) || (any_case && !row.any_case)) {
        continue;
      }
      if (form.letters != 0) {  // most have longer forms that are refused by a letter
        letters = letters ? letters : LettersOf(command);
        if ((form.letters & ~*letters) != 0) {
          continue;
        }
      }
      const Manager& manager = tables_->rules[form.manager];
      const std::size_t first =
          knowledge::FormEnd(manager, manager.commands[form.command], command);
      if (first == 0) {
        continue;
      }
      knowledge::Arguments& arguments = scratch.arguments;
      arguments.Clear();
      arguments.called = row.commands[form.command];
      ReadArguments(row, manager, command, first, arena, arguments);
      if (knowledge::AsksOnly(manager, arguments)) {
        return knowledge::NothingOf(row, arena);
      }
      std::vector<CommandFact>& facts = scratch.facts;
      facts.clear();
      const knowledge::Rule* seen = nullptr;  // a verb of it has been there: the first counts
      for (const knowledge::Choice& choice : manager.ChoicesFor(arguments.words)) {
        if (!choice.MayFit(arguments.flag_bits)) {
          continue;
        }
        const knowledge::Rule& rule = manager.rules[choice.rule];
        if (&rule == seen || (choice.words > 1 &&
                              !knowledge::StartsWith(arguments.words, rule.verbs[choice.verb]))) {
          continue;
        }
        seen = &rule;
        if (!Fits(rule, tables_->PatternOf(form.manager, choice.rule), arguments, choice.words,
                  command)) {
          continue;
        }
        knowledge::AddFact(row, rule, arguments, choice.words, arena, facts);
        if (!rule.on) {
          break;
        }
      }
      if (manager.takes_verbs && knowledge::HidesVerb(arguments, facts)) {
        if (hidden_verb != nullptr) {
          *hidden_verb = true;
        }
        return {};
      }
      if (!facts.empty()) {
        return arena.Copy(std::span<const CommandFact>(facts));
      }
    }
    return {};
  };
  std::span<CommandFact> facts = try_forms(name, false, false);
  if (facts.empty()) {
    const std::string_view plain = WithoutVersion(name);
    if (plain.size() < name.size()) {
      facts = try_forms(plain, true, false);
    }
  }
  // As PowerShell and cmd find their programs.
  if (facts.empty() && kCapitals.HasAnyOf(name)) {
    facts = try_forms(Lower(name), false, true);
  }
  return facts;
}

const PackageManager* Knowledge::Find(std::string_view name) const {
  const std::span<const PackageManager> all = tables_->managers;
  auto found = std::find_if(all.begin(), all.end(),
                            [name](const PackageManager& manager) { return manager.name == name; });
  const auto called = [&](const auto& fits) {
    if (found == all.end()) {
      found = std::find_if(all.begin(), all.end(), [&](const PackageManager& manager) {
        return std::any_of(manager.commands.begin(), manager.commands.end(),
                           [&](std::string_view command) { return fits(manager, command); });
      });
    }
  };
  called([name](const PackageManager&, std::string_view command) { return command == name; });
  const std::string_view plain = WithoutVersion(name);
  called([plain](const PackageManager& manager, std::string_view command) {
    return manager.versioned && command == plain;
  });
  const std::string lower = Lower(name);
  called([&lower](const PackageManager& manager, std::string_view command) {
    return manager.any_case && Lower(command) == lower;
  });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace cacheplan
