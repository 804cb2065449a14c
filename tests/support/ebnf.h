// Reads a grammar in the notation of grammar/dockerfile.ebnf and derives sentences from it.
//
//   Grammar grammar = ReadGrammar(text);
//   Deriver deriver(grammar, seed);
//   std::string sentence = deriver.Derive("dockerfile");
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace cacheplan::test {

struct GrammarNode {
  enum class Kind {
    kText,         ///< `text`, in any case when `any_case`
    kSet,          ///< one character of `ranges`
    kProduction,   ///< the production `production`
    kSequence,     ///< `parts`, one after the other
    kAlternative,  ///< one of `parts`
    kAnyOrder,     ///< `parts`, in any order
    kRepeat,       ///< parts[0], `min` to `max` times
  };
  struct Range {
    char32_t first;
    char32_t last;
  };
  Kind kind = Kind::kSequence;
  std::string text;
  bool any_case = false;
  std::vector<Range> ranges;
  std::size_t production = 0;
  std::vector<GrammarNode> parts;
  int min = 1;
  int max = 1;

  int depth = 0;  ///< productions that the shortest derivation nests
  std::vector<std::size_t>
      marks;  ///< of kAlternative and kRepeat: their choices in Grammar::choices
};

struct Production {
  std::string name;
  GrammarNode body;
  int depth = 0;
};

struct Grammar {
  std::vector<Production> productions;
  std::vector<std::string> choices;  ///< "copied, alternative 2": every choice that there is
  std::string error;                 ///< what is wrong with the text; "" when nothing is

  [[nodiscard]] std::size_t Find(std::string_view name) const;  ///< productions.size() when unknown
};

/// Every production must be defined once and be used from the first one.
Grammar ReadGrammar(std::string_view text);

/// Derives sentences, choices that were taken least before the others.
class Deriver {
 public:
  Deriver(const Grammar& grammar, std::uint32_t seed);

  /// A sentence of the production. `pinned`: alternatives that are not free, by production.
  std::string Derive(std::string_view production,
                     const std::map<std::string, std::size_t>& pinned = {});

  /// How often each production was used in the last sentence.
  [[nodiscard]] const std::vector<int>& used() const { return used_; }
  [[nodiscard]] int Used(std::string_view production) const;
  /// Choices never taken so far in any sentence.
  [[nodiscard]] std::vector<std::string> Untaken() const;

 private:
  void Emit(const GrammarNode& node, int depth);
  void EmitText(const GrammarNode& node);
  void EmitAlternative(const GrammarNode& node, int depth);
  void EmitRepeat(const GrammarNode& node, int depth);
  std::size_t Random(std::size_t count);

  const Grammar& grammar_;
  std::mt19937 random_;
  std::vector<int> used_;
  std::vector<int> taken_;
  std::map<const GrammarNode*, std::size_t> pinned_;
  bool random_case_ = false;
  std::string out_;
};

}  // namespace cacheplan::test
