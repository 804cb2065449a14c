#include <algorithm>
#include <cctype>

#include "cacheplan/text.h"

#include "support/ebnf.h"

namespace cacheplan::test {
namespace {

using Kind = GrammarNode::Kind;

/// Deepest nesting of productions that is still free to go on.
constexpr int kFreeDepth = 14;

}  // namespace

Deriver::Deriver(const Grammar& grammar, std::uint32_t seed)
    : grammar_(grammar), random_(seed), taken_(grammar.choices.size(), 0) {}

std::string Deriver::Derive(std::string_view production,
                            const std::map<std::string, std::size_t>& pinned) {
  used_.assign(grammar_.productions.size(), 0);
  pinned_.clear();
  for (const auto& [name, alternative] : pinned) {
    pinned_[&grammar_.productions[grammar_.Find(name)].body] = alternative;
  }
  out_.clear();
  random_case_ = Random(4) == 0;
  const std::size_t start = grammar_.Find(production);
  ++used_[start];
  Emit(grammar_.productions[start].body, 0);
  return out_;
}

int Deriver::Used(std::string_view production) const { return used_[grammar_.Find(production)]; }

std::vector<std::string> Deriver::Untaken() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < taken_.size(); ++i) {
    if (taken_[i] == 0) {
      names.push_back(grammar_.choices[i]);
    }
  }
  return names;
}

std::size_t Deriver::Random(std::size_t count) { return random_() % count; }

void Deriver::Emit(const GrammarNode& node, int depth) {
  switch (node.kind) {
    case Kind::kText:
      EmitText(node);
      return;
    case Kind::kSet: {
      const GrammarNode::Range& range = node.ranges[Random(node.ranges.size())];
      AppendRune(out_, range.first + static_cast<char32_t>(Random(range.last - range.first + 1)));
      return;
    }
    case Kind::kProduction:
      ++used_[node.production];
      Emit(grammar_.productions[node.production].body, depth + 1);
      return;
    case Kind::kSequence:
      for (const GrammarNode& part : node.parts) {
        Emit(part, depth);
      }
      return;
    case Kind::kAnyOrder: {
      std::vector<const GrammarNode*> parts;
      for (const GrammarNode& part : node.parts) {
        parts.insert(parts.begin() + static_cast<long>(Random(parts.size() + 1)), &part);
      }
      for (const GrammarNode* part : parts) {
        Emit(*part, depth);
      }
      return;
    }
    case Kind::kAlternative:
      EmitAlternative(node, depth);
      return;
    case Kind::kRepeat:
      EmitRepeat(node, depth);
      return;
  }
}

void Deriver::EmitText(const GrammarNode& node) {
  if (!node.any_case || !random_case_) {
    out_ += node.text;
    return;
  }
  for (const char c : node.text) {
    const auto byte = static_cast<unsigned char>(c);
    out_ += static_cast<char>(Random(2) == 0 ? std::tolower(byte) : std::toupper(byte));
  }
}

void Deriver::EmitAlternative(const GrammarNode& node, int depth) {
  std::vector<std::size_t> open;
  const auto pin = pinned_.find(&node);
  if (pin != pinned_.end()) {
    open = {pin->second};
  } else {
    int least_taken = taken_[node.marks.front()];
    for (std::size_t i = 0; i < node.parts.size(); ++i) {
      least_taken = std::min(least_taken, taken_[node.marks[i]]);
    }
    const bool rare = Random(3) != 0;
    for (std::size_t i = 0; i < node.parts.size(); ++i) {
      const bool fits = depth < kFreeDepth || node.parts[i].depth == node.depth;
      if (fits && (!rare || taken_[node.marks[i]] == least_taken)) {
        open.push_back(i);
      }
    }
    if (open.empty()) {
      for (std::size_t i = 0; i < node.parts.size(); ++i) {
        if (depth < kFreeDepth || node.parts[i].depth == node.depth) {
          open.push_back(i);
        }
      }
    }
  }
  const std::size_t chosen = open[Random(open.size())];
  ++taken_[node.marks[chosen]];
  Emit(node.parts[chosen], depth);
}

void Deriver::EmitRepeat(const GrammarNode& node, int depth) {
  int count = node.min;
  if (depth < kFreeDepth) {
    count += static_cast<int>(Random(static_cast<std::size_t>(node.max - node.min) + 1));
  }
  ++taken_[node.marks[count == node.min ? 0 : 1]];
  for (int i = 0; i < count; ++i) {
    Emit(node.parts.front(), depth);
  }
}

}  // namespace cacheplan::test
