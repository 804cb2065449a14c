// The rows as the matcher uses them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <re2/re2.h>

#include "cacheplan/globs.h"
#include "cacheplan/knowledge.h"

namespace cacheplan {
namespace knowledge {

/// A pattern that is compiled when it is first asked: most runs ask few of them.
class LazyPattern {
 public:
  explicit LazyPattern(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] bool FoundIn(std::string_view text) const;
  /// Empty when the pattern is fine.
  [[nodiscard]] std::string Error() const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  const re2::RE2& Get() const;

  std::string text_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<re2::RE2> pattern_;
};

enum class PackageCount { kAny, kNone, kSome };

/// One line of a manager's `rules`: the first that fits a command decides, unless it goes `on`.
struct Rule {
  std::vector<std::vector<std::string>> verbs;  // any of them; an empty one: no word at all
  std::vector<Glob> with;                       // at least one of these flags
  std::vector<Glob> without;                    // none of these
  std::vector<Glob> words;                      // a word after the verb fits one of these
  std::vector<Glob> not_words;                  // no word after the verb fits any
  std::vector<Glob> first;                      // the first of them fits one
  std::vector<Glob> last;                       // the last of them fits one
  std::vector<Glob> hosts;                      // a word is an address of one, none of another
  PackageCount packages = PackageCount::kAny;
  std::shared_ptr<const LazyPattern> text;  // found in the words joined by blanks
  Activity activity = Activity::kNothing;
  std::string ecosystem;  // "" = the manager's
  bool frozen = false;
  bool freezes = false;         // CommandFact::freezes
  bool no_frozen_flag = false;  // CommandFact::no_frozen_flag
  bool compiles = false;        // CommandFact::compiles
  bool brings_source = false;   // CommandFact::brings_source
  bool needs_lock = false;      // CommandFact::needs_lock
  bool reads_project = false;   // CommandFact::reads_project
  bool on = false;              // look at the rules below as well
};

/// A command line cut into flags and other words as its manager reads them. Its flags stand in the
/// memory that it is given: each of very many commands needs one for a moment.
struct Arguments {
  explicit Arguments(std::pmr::memory_resource* memory)
      : flags(memory), values(memory), members(memory) {}

  std::pmr::vector<std::string_view> flags;  // as written; a bundle's members each as "-x"
  std::pmr::vector<std::pair<std::string_view, std::string_view>> values;  // flag name, value
  std::span<const std::string_view> words;  // in the arena: what a fact says of them is a part
  bool more_words = false;
  bool hidden_verb = false;   // the first of the words is a variable, or what a command prints
  bool literal_word = false;  // one of the words is none
  bool left_out = false;      // a variable that can only be flags
  std::pmr::string members;   // of bundles, two bytes each: what `flags` points to
};
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};
template <typename T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

struct Manager {
  std::vector<std::vector<std::string>> commands;  // split into words
  bool versioned = false;                          // pip3.11 is pip
  bool any_case = false;                           // PowerShell and Windows names
  bool short_bundles = false;                      // -qyr x is -q -y -r x
  bool flags_first = false;                        // flags behind the first word are another's
  std::vector<std::string> value_flags;
  std::vector<std::string> directory_flags;
  std::vector<std::string> manifest_flags;
  std::vector<std::string> input_flags;       // values are files that it reads
  std::vector<std::string> needs_lock_flags;  // with one of these it fails without a lock file
  std::vector<Glob> ignore_words;             // cargo's +nightly
  std::vector<Rule> rules;

  /// Indices of `rules`, in order: few of them can fit a command.
  using RuleList = std::vector<std::uint16_t>;
  TextMap<RuleList> by_verb;  // by the first word of a verb, those of any verb included
  RuleList of_any_verb;       // for a first word that is in no verb
  RuleList without_word;      // for a command without a word
  bool takes_verbs = false;   // which packages it fetches, or whether it builds, is said by a verb
  void Index();
  [[nodiscard]] const RuleList& RulesFor(const Arguments& arguments) const;
};

/// A file's rows, in order. kInvalid names the file and the key. Patterns are checked only when
/// `check_patterns`: those in the program are checked by a test.
struct LoadedRows {
  std::vector<PackageManager> managers;
  std::vector<Manager> rules;  // one a manager
};
Status LoadRows(std::string_view file, std::string_view json, bool check_patterns,
                LoadedRows& rows);

/// What is wrong with an example of the first `count` managers: it is read as something else than
/// it says. Empty when nothing is.
std::string WrongExample(const Knowledge& knowledge, std::size_t count);

/// The files of grammar/packages, by name. Made by the build.
struct BuiltInFile {
  std::string_view name;
  std::string_view json;
};
const std::vector<BuiltInFile>& BuiltInFiles();

void ReadArguments(const Manager& manager, const SimpleCommand& command, std::size_t first,
                   Arena& arena, Arguments& arguments);
/// The number of words of `rule`'s verb that `arguments` starts with; nothing when it does not fit.
bool Fits(const Rule& rule, const Arguments& arguments, const SimpleCommand& command,
          std::size_t& verb_length);

/// Names of files, or of directories, and what they are.
class FileNames {
 public:
  void Add(std::string_view name, std::size_t manager, FileKind kind);
  struct Row {
    std::size_t manager;
    FileKind kind;
  };
  /// Both without a slash at the end.
  [[nodiscard]] const Row* Find(std::string_view path) const;

 private:
  TextMap<Row> plain_;     // a name without a * is known before any pattern
  GlobSet names_;          // of the last component
  GlobSet paths_;          // with a slash inside: of the end of a path
  std::vector<Row> rows_;  // what the numbers of both mean
};

}  // namespace knowledge

struct Knowledge::Tables {
  std::vector<PackageManager> managers;
  std::vector<knowledge::Manager> rules;
  /// A command's first word to the managers that have it; longer forms first.
  struct Form {
    std::size_t manager;
    std::size_t command;
  };
  knowledge::TextMap<std::vector<Form>> forms;
  knowledge::FileNames files;
  knowledge::FileNames folders;
  knowledge::FileNames trees;  // folders that are of one kind with all that is in them
  [[nodiscard]] std::optional<FileFact> FactOf(const knowledge::FileNames::Row* row) const {
    return row == nullptr ? std::nullopt
                          : std::optional(FileFact{&managers[row->manager], row->kind});
  }

  /// What the nearest of the folders above `path`, in a project, says of all that is in it.
  [[nodiscard]] const knowledge::FileNames::Row* TreeOf(std::string_view path) const;

  void Index();
};

}  // namespace cacheplan
