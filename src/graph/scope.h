// Variables as BuildKit scopes them, with unknown ones kept apart from unset ones.
// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go (dispatchArg, dispatchEnv).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "cacheplan/commands.h"
#include "cacheplan/graph.h"
#include "cacheplan/shell.h"

namespace cacheplan::graph {

/// A word after expansion: its value, maybe unknown, or why it cannot be expanded.
struct Expanded {
  Value value;
  std::vector<std::string> words;  ///< the value cut at unquoted blanks, where asked for
  std::string error;
  std::vector<std::string> unset;  ///< variables in it that are certainly not set, in order
};

/// How much text expansions may still copy. A few lines can ask for any amount (`ENV A=$A$A` again
/// and again); when it is used up, variables are unknown. One for a whole graph.
class Budget {
 public:
  /// False when there is not that much left; then nothing is left.
  bool Take(std::size_t bytes) {
    left_ = bytes <= left_ ? left_ - bytes : 0;
    return left_ > 0;
  }

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
  explicit Scope(std::shared_ptr<Budget> budget = std::make_shared<Budget>())
      : budget_(std::move(budget)) {}
  /// A scope that starts with all that `frozen` has from the scope it is a child of.
  Scope(const Scope& frozen, std::shared_ptr<Budget> budget)
      : below_(frozen.below_), budget_(std::move(budget)) {}
  /// A scope that starts with everything that holds in this one, which freezes what it has: a
  /// hundred thousand children share it.
  [[nodiscard]] Scope Child();
  /// From now on a variable that was never set may still come from the base image; `reason` says
  /// so.
  void SetOpen(std::string reason) { open_reason_ = std::move(reason); }
  void Set(std::string_view name, Value value) {
    values_[std::string(name)] = {std::move(value), true};
  }
  /// `ARG name` without a value: known by name, not set.
  void Declare(std::string_view name) {
    if (!IsDeclared(name)) {
      values_[std::string(name)] = {{}, false};
    }
  }
  /// Null when it was never set here.
  [[nodiscard]] const Value* Find(std::string_view name) const;
  /// Set, or declared without a value.
  [[nodiscard]] bool IsDeclared(std::string_view name) const { return FindEntry(name) != nullptr; }
  /// What differs by a letter or two from `name`; "" when nothing does.
  [[nodiscard]] std::string Nearest(std::string_view name) const;

  [[nodiscard]] Expanded Expand(std::string_view word, const LexOptions& options) const;
  /// Without Expanded::words.
  [[nodiscard]] Expanded Expand(std::string_view word, char escape) const {
    return Expand(word, LexOptions{.escape = escape, .split = false});
  }

  [[nodiscard]] const std::shared_ptr<Budget>& budget() const { return budget_; }

 private:
  struct Entry {
    Value value;
    bool set = true;
  };
  struct Layer {
    std::map<std::string, Entry, std::less<>> values;
    std::shared_ptr<const Layer> below;
  };
  [[nodiscard]] const Entry* FindEntry(std::string_view name) const;

  std::map<std::string, Entry, std::less<>> values_;
  std::shared_ptr<const Layer> below_;
  std::shared_ptr<Budget> budget_;
  std::string open_reason_;  ///< empty = what is not set is certainly not set
};

/// The arguments that FROM lines see: predefined ones and those declared before the first FROM.
struct GlobalArgs {
  Scope scope;  ///< predefined and declared
  std::vector<Diagnostic> diagnostics;
};
GlobalArgs ReadGlobalArgs(const Dockerfile& file, const GraphOptions& options);

}  // namespace cacheplan::graph
