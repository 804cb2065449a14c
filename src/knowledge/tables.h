// What the matcher works with: the rows, found by what they are called, and a command cut for them.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <re2/re2.h>

#include "cacheplan/arena.h"
#include "cacheplan/globs.h"
#include "cacheplan/knowledge.h"

#include "src/knowledge/rows.h"
#include "src/knowledge/text_index.h"

namespace cacheplan {
namespace knowledge {

/// A rule's pattern, compiled when it is first asked: most runs ask few of them.
class LazyPattern {
 public:
  /// `rule` is the same in every call.
  [[nodiscard]] bool FoundIn(std::string_view text, const Rule& rule) const;

 private:
  mutable std::once_flag once_;
  mutable std::unique_ptr<re2::RE2> compiled_;
};

/// A command line cut into flags and other words as its manager reads them.
struct Arguments {
  std::string_view called;              // which command it is
  std::vector<std::string_view> flags;  // as written; a bundle's members each as "-x"
  std::uint64_t flag_bits = 0;          // FlagBit of each
  std::vector<std::pair<std::string_view, std::string_view>> values;  // flag name, value
  std::span<const std::string_view> words;  // in the arena: what a fact says of them is a part
  bool more_words = false;
  bool hidden_verb = false;   // the first of the words is a variable, or what a command prints
  bool literal_word = false;  // one of the words is none
  bool left_out = false;      // a variable that can only be flags
  bool maybe_frozen = false;  // a word that may be one of the manager's frozen flags
  std::string members;        // of bundles, two bytes each: what `flags` points to

  /// As new, its memory kept.
  void Clear() {
    flags.clear();
    flag_bits = 0;
    values.clear();
    words = {};
    more_words = hidden_verb = literal_word = left_out = maybe_frozen = false;
    members.clear();
  }
};

/// The index of the word after the words that a command is called by; 0 when the command is another
/// one. Words of a form such as "python -m pip" are compared by their last path component, flags
/// that are not its own, and flags with their values, may stand between them (`php -d
/// memory_limit=-1 composer.phar`, `cargo +nightly chef`, `uv --cache-dir /c pip`).
std::size_t FormEnd(const Manager& manager, Texts form, const SimpleCommand& command);

void ReadArguments(const PackageManager& row, const Manager& manager, const SimpleCommand& command,
                   std::size_t first, Arena& arena, Arguments& arguments);

/// Notes that the words of a command that fits the rule are files, where they are.
/// "dir", "./dir/", "..": a file would have an extension.
bool IsFolder(std::string_view path);
/// It without slashes at its end; "" for the one that the command works in anyway.
std::string_view FolderOf(std::string_view path);
/// What a flag says of it: of a manifest the folder that it is in; "" for `@.`, by which Julia
/// calls the one that it works in anyway.
std::string_view FolderNamed(std::string_view value, const PackageManager& row);
/// The one word that the rule says is the folder that the command works in, without the extras
/// behind it (`./app[dev]`): no archive, no manifest, no address. "" = none, or several.
std::string_view FolderAmong(Texts words, const PackageManager& row, const Rule& rule);

void NoteFileWords(const Rule& rule, CommandFact& fact, std::vector<std::string_view>& manifests);

/// Whether all that the rule wants besides a verb is so. The verb is the first of the words.
bool Fits(const Rule& rule, const LazyPattern& pattern, const Arguments& arguments,
          std::size_t verb_length, const SimpleCommand& command);

/// What is wrong with an example of the first `count` managers: it is read as something else than
/// it says. Empty when nothing is.
std::string WrongExample(const Knowledge& knowledge, std::size_t count);

/// Names of files, or of directories, and what they are.
class FileNames {
 public:
  /// The name's text must outlive this.
  void Add(std::string_view name, std::size_t manager, FileKind kind);
  struct Row {
    std::size_t manager;
    FileKind kind;
  };
  /// Both without a slash at the end.
  [[nodiscard]] const Row* Find(std::string_view path) const;
  /// The first name without a * that fits the pattern.
  [[nodiscard]] const Row* FindFitting(std::string_view pattern) const;

 private:
  TextIndex plain_;  // a name without a * is known before any pattern
  std::vector<Row> plain_rows_;
  GlobSet names_;          // of the last component
  GlobSet paths_;          // with a slash inside: of the end of a path
  std::vector<Row> rows_;  // what the numbers of both mean
  Arena patterns_;
};

}  // namespace knowledge

struct Knowledge::Tables {
  /// `owner` keeps what the rows point to; null where the program itself does.
  Tables(knowledge::Rows rows, std::shared_ptr<const void> owner)
      : managers(rows.managers), rules(rows.rules), owner_(std::move(owner)) {
    Index();
  }

  std::span<const PackageManager> managers;
  std::span<const knowledge::Manager> rules;  ///< one a manager

  struct Form {
    std::uint32_t manager;
    std::uint32_t command;
    std::uint64_t letters;  ///< bits of those that words of it begin with, the first one aside
  };
  /// Those that begin with the word; longer ones first.
  [[nodiscard]] std::span<const Form> FormsOf(std::string_view word) const {
    const std::size_t name = names_.Find(word);
    return name == names_.kNone
               ? std::span<const Form>()
               : std::span(forms_).subspan(starts_[name], starts_[name + 1] - starts_[name]);
  }
  [[nodiscard]] const knowledge::LazyPattern& PatternOf(std::size_t manager,
                                                        std::size_t rule) const {
    return patterns_[first_rules_[manager] + rule];
  }
  knowledge::FileNames files;
  knowledge::FileNames folders;
  knowledge::FileNames trees;  ///< folders that are of one kind with all that is in them

  [[nodiscard]] std::optional<FileFact> FactOf(const knowledge::FileNames::Row* row) const {
    return row == nullptr ? std::nullopt
                          : std::optional(FileFact{&managers[row->manager], row->kind});
  }

  /// What the nearest of the folders above `path`, in a project, says of all that is in it.
  [[nodiscard]] const knowledge::FileNames::Row* TreeOf(std::string_view path) const;

 private:
  void Index();

  std::shared_ptr<const void> owner_;
  Arena arena_;
  knowledge::TextIndex names_;  ///< the first words of commands
  std::vector<Form> forms_;
  std::vector<std::size_t> starts_;               ///< of each name, in forms_
  std::vector<std::size_t> first_rules_;          ///< of each manager, in patterns_
  std::vector<knowledge::LazyPattern> patterns_;  ///< one a rule
};

}  // namespace cacheplan
