// Variables as BuildKit scopes them, with unknown ones kept apart from unset ones.
// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go (dispatchArg, dispatchEnv).
#pragma once

#include <initializer_list>
#include <map>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/commands.h"
#include "cacheplan/graph.h"
#include "cacheplan/shell.h"

namespace cacheplan::graph {

/// A word after expansion: its value, maybe unknown, or why it cannot be expanded.
struct Expanded {
  Value value;
  std::vector<std::string> words;  ///< the value cut at unquoted blanks, where asked for
  std::string_view error;
  std::vector<std::string_view> unset;  ///< variables in it that are certainly not set, in order
};

/// Where expanded texts go, and how much expansions may still copy. A few lines can ask for any
/// amount (`ENV A=$A$A` again and again); when it is used up, variables are unknown. One for a
/// whole graph.
class Texts {
 public:
  /// `scopes` is for the tables of scopes, which it must outlive.
  Texts(Arena& texts, std::pmr::memory_resource* scopes) : arena(texts), tables(scopes) {}

  /// False when there is not that much left; then nothing is left.
  bool Take(std::size_t bytes) {
    left_ = bytes <= left_ ? left_ - bytes : 0;
    return left_ > 0;
  }

  Arena& arena;
  std::pmr::memory_resource* tables;

 private:
  std::size_t left_ = std::size_t{32} << 20U;
};

/// The variables at one place of the file.
///
/// A stage starts with its base's variables. A hundred thousand stages in one chain must not copy
/// them a hundred thousand times: scopes share frozen layers, each at least twice as large as the
/// one above.
class Scope {
 public:
  /// `texts` must outlive the scope; null for one that nothing is expanded in.
  explicit Scope(Texts* texts) : texts_(texts) {}
  /// Starts with all that `frozen` has from the scope it is a child of.
  void StartFrom(const Scope& frozen) { below_ = frozen.below_; }
  /// A scope that starts with everything that holds in this one, which freezes what it has: a
  /// hundred thousand children share it.
  [[nodiscard]] Scope Child();
  /// From now on a variable that was never set may still come from a base: `base` is its name,
  /// which must outlive the scope, `what` says what it is.
  void SetOpen(std::string_view what, std::string_view base) {
    open_what_ = what;
    open_base_ = base;
  }
  /// Both stay views.
  void Set(std::string_view name, const Value& value);
  /// `ARG name` without a value: known by name, not set.
  void Declare(std::string_view name);
  /// Null when it was never set here.
  [[nodiscard]] const Value* Find(std::string_view name) const;
  /// Set, or declared without a value.
  [[nodiscard]] bool IsDeclared(std::string_view name) const { return FindEntry(name) != nullptr; }
  /// What differs by a letter or two from `name`; "" when nothing does.
  [[nodiscard]] std::string_view Nearest(std::string_view name) const;
  [[nodiscard]] Texts& texts() const { return *texts_; }

  [[nodiscard]] Expanded Expand(std::string_view word, const LexOptions& options) const;
  /// Without Expanded::words.
  [[nodiscard]] Expanded Expand(std::string_view word, char escape) const {
    return Expand(word, LexOptions{.escape = escape, .split = false});
  }

 private:
  /// Of a word that is not plain.
  [[nodiscard]] Expanded ExpandParts(std::string_view word, const LexOptions& options) const;

  struct Entry {
    Value value;
    bool set = true;
  };
  /// Names that differ in length need not be compared any further.
  struct ShorterFirst {
    bool operator()(std::string_view a, std::string_view b) const {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    }
  };
  using Entries = std::pmr::map<std::string_view, Entry, ShorterFirst>;
  /// What a scope had when a child was made of it.
  struct Layer {
    Entries* values;
    const Layer* below;
  };
  [[nodiscard]] const Entry* FindEntry(std::string_view name) const;

  /// Tables and layers lie in the memory of the graph's scopes, and go with it: nobody destroys
  /// them.
  [[nodiscard]] std::pmr::polymorphic_allocator<> Memory() const {
    return texts_ != nullptr ? texts_->tables : std::pmr::get_default_resource();
  }
  Entries& Values();

  Entries* values_ = nullptr;  ///< null = none yet
  const Layer* below_ = nullptr;
  Texts* texts_;
  std::string_view open_what_;  ///< empty = what is not set is certainly not set
  std::string_view open_base_;
};

/// Adds the arguments that FROM lines see, predefined ones and those declared before the first
/// FROM, to an empty scope.
void ReadGlobalArgs(const Dockerfile& file, const GraphOptions& options, Scope& scope,
                    std::vector<Diagnostic>& diagnostics);

/// What --build-arg gives for it; null when it gives nothing.
const std::string* GivenArg(const GraphOptions& options, std::string_view name);

}  // namespace cacheplan::graph
