// The rows of a package table as the matcher uses them: views into text that stands in the program,
// or in the arena of what was loaded. Private to this layer.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

#include "cacheplan/arena.h"
#include "cacheplan/globs.h"
#include "cacheplan/knowledge.h"

namespace cacheplan::knowledge {

using Globs = std::span<const Glob>;

/// What tells most flags apart: a bit for the first letter of "--flag" and "-f".
constexpr std::uint64_t FlagBit(std::string_view flag) {
  const std::size_t at = flag.starts_with("--") ? 2 : 1;
  return std::uint64_t{1} << (at < flag.size() ? static_cast<unsigned char>(flag[at]) % 64 : 0);
}
/// The same for a pattern; all bits where it leaves the letter open.
constexpr std::uint64_t FlagBits(const Glob& glob) {
  if (glob.plain()) {
    return FlagBit(glob.pattern());
  }
  const std::size_t star = glob.pattern().substr(0, 3).find('*');
  return star > (glob.pattern().starts_with("--") ? 2 : 1) ? FlagBit(glob.pattern())
                                                           : ~std::uint64_t{0};
}

/// What must be so of a command for a rule to fit it.
struct Condition {
  enum class Kind : std::uint8_t {
    kCalled,    ///< it was called by one of these of the manager's commands
    kWith,      ///< at least one of these flags
    kWithout,   ///< none of these
    kWords,     ///< a word after the verb fits one of these
    kNotWords,  ///< no word after the verb fits any
    kFirst,     ///< the first of them fits one
    kLast,      ///< the last of them fits one
    kHosts,     ///< a word is an address of one, none of another
  };
  constexpr Condition(Kind own_kind, Globs own_globs) : kind(own_kind), globs(own_globs) {
    for (const Glob& glob : globs) {
      flag_bits |= FlagBits(glob);
    }
  }
  Kind kind;
  Globs globs;
  std::uint64_t flag_bits = 0;  ///< of any of them
};

enum class PackageCount : std::uint8_t { kAny, kNone, kSome };

/// One line of a manager's `rules`: the first that fits a command decides, unless it goes `on`.
struct Rule {
  Texts verbs;  ///< any of them, their words with one blank between; an empty one: no word at all
  std::span<const Condition> conditions;  ///< all of them
  std::string_view text;                  ///< RE2, found in the words joined by blanks; "" for any
  Texts text_needs;                       ///< NeededBy it
  Globs folders;                          ///< a word that fits one of these is where it works
  std::string_view ecosystem;             ///< "" = the manager's
  Activity activity = Activity::kNothing;
  PackageCount packages = PackageCount::kAny;
  bool frozen = false;
  bool freezes = false;          ///< CommandFact::freezes
  bool no_frozen_flag = false;   ///< CommandFact::no_frozen_flag
  bool compiles = false;         ///< CommandFact::compiles
  bool brings_source = false;    ///< CommandFact::brings_source
  bool needs_lock = false;       ///< CommandFact::needs_lock
  bool reads_no_lock = false;    ///< CommandFact::reads_no_lock
  bool reads_project = false;    ///< CommandFact::reads_project
  bool names_files = false;      ///< CommandFact::names_files
  bool no_dependencies = false;  ///< CommandFact::no_dependencies
  bool lone_tool = false;        ///< likewise
  bool writes_lock = false;      ///< CommandFact::writes_lock
  bool on = false;               ///< look at the rules below as well
};

/// A rule that can fit a command, and by which of its verbs. All of them begin with the command's
/// first word.
struct Choice {
  std::uint32_t rule = 0;
  std::uint32_t verb = 0;
  std::uint32_t words = 0;  ///< of the verb; 0 for a rule that fits any
  /// What the rule's flags begin with; 0 where it wants none. A command with none of them is not
  /// held against it: that is so of most.
  std::uint64_t flag_bits = 0;

  [[nodiscard]] bool MayFit(std::uint64_t bits_of_command) const {
    const bool wants_none = flag_bits == 0;
    return wants_none | ((flag_bits & bits_of_command) != 0);  // one guess, not two
  }
};
using Choices = std::span<const Choice>;

/// A word that verbs begin with, and where its choices are, those of any verb included.
struct VerbChoices {
  std::string_view word;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// Texts in lower case: a text of ASCII in which an RE2 pattern is found has one of them, however
/// its letters are written. None: that is not known of it.
Texts NeededBy(std::string_view pattern, Arena& arena);

/// Lists that are searched by their texts are in the order of Before.
constexpr bool Before(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}
inline std::string_view TextOf(std::string_view text) { return text; }
inline std::string_view TextOf(const VerbChoices& row) { return row.word; }

/// Where the texts of each length are in such a list: few are as long as the one that is looked
/// for. Those of kLongest bytes and more are together.
struct Lengths {
  static constexpr std::size_t kLongest = 16;
  std::array<std::uint16_t, kLongest + 2> starts{};

  template <typename Item>
  static Lengths Of(std::span<const Item> items) {
    Lengths lengths;
    for (const Item& item : items) {
      ++lengths.starts[std::min(TextOf(item).size(), kLongest) + 1];
    }
    std::partial_sum(lengths.starts.begin(), lengths.starts.end(), lengths.starts.begin());
    return lengths;
  }
  /// Null when there is none.
  template <typename Item>
  [[nodiscard]] const Item* Find(std::string_view text, std::span<const Item> items) const {
    const std::size_t length = std::min(text.size(), kLongest);
    for (std::size_t i = starts[length]; i < starts[length + 1]; ++i) {
      const std::string_view item = TextOf(items[i]);
      if ((text.empty() || item.back() == text.back()) && item == text) {
        return &items[i];
      }
    }
    return nullptr;
  }
};

/// What the matcher wants of a manager, besides its PackageManager.
struct Manager {
  std::span<const Texts> commands;  ///< split into words
  Texts taking_values;              ///< every flag whose value is the next word; sorted
  Lengths value_lengths;            ///< of them
  std::uint64_t value_bits = 0;     ///< FlagBit of any of them
  Globs ignore_words;               ///< cargo's +nightly
  std::span<const Rule> rules;
  std::span<const VerbChoices> by_verb;  ///< sorted
  Lengths verb_lengths;                  ///< of their words
  Choices choices;                       ///< what that counts in; in order for each word
  Choices of_any_verb;                   ///< for a first word that is in no verb
  Choices without_word;                  ///< for a command without a word
  bool takes_verbs = false;  ///< which packages it fetches, or whether it builds, is said by a verb

  /// Fills in what is found by its verb. REQUIRES: `rules` are there.
  void Index(Arena& arena);
  [[nodiscard]] bool TakesValue(std::string_view flag) const {
    return (value_bits & FlagBit(flag)) != 0 && value_lengths.Find(flag, taking_values) != nullptr;
  }
  [[nodiscard]] const VerbChoices* ChoicesOf(std::string_view word) const {
    return verb_lengths.Find(word, by_verb);
  }
  /// For a command of these words.
  [[nodiscard]] Choices ChoicesFor(Texts words) const;
};

struct Rows {
  std::span<const PackageManager> managers;
  std::span<const Manager> rules;  ///< one a manager
};
/// The files of grammar/packages, by name. Made by the build (write_rows.cpp).
Rows BuiltInRows();

/// A file's rows, in order.
struct LoadedRows {
  Arena arena;  ///< what they point to
  std::vector<PackageManager> managers;
  std::vector<Manager> rules;
};
/// kInvalid names the file and the key.
Status LoadRows(std::string_view file, std::string_view json, LoadedRows& rows);

}  // namespace cacheplan::knowledge
