#include "support/ebnf.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "cacheplan/text.h"

namespace cacheplan::test {
namespace {

using Kind = GrammarNode::Kind;

constexpr int kMany = 4;  ///< most repetitions of `*` and `+`

class Reader {
 public:
  Reader(std::string_view text, Grammar& grammar) : text_(text), grammar_(grammar) {}

  void Run() {
    // Names first, so that a use may stand before the definition.
    for (Blank(); pos_ < text_.size() && grammar_.error.empty(); Blank()) {
      const std::string name = Name();
      if (name.empty() || !Take("::=")) {
        Fail("a production was expected");
        return;
      }
      if (grammar_.Find(name) != grammar_.productions.size()) {
        Fail(name + " is defined twice");
      }
      grammar_.productions.push_back({name, {}, 0});
      pending_.push_back(pos_);
      SkipBody();
    }
    for (std::size_t i = 0; i < pending_.size() && grammar_.error.empty(); ++i) {
      pos_ = pending_[i];
      current_ = grammar_.productions[i].name;
      grammar_.productions[i].body = Alternatives();
      Blank();
      if (pos_ < text_.size() && !AtDefinition()) {
        Fail("'" + std::string(1, text_[pos_]) + "' was not expected");
      }
    }
  }

 private:
  void Fail(const std::string& what) {
    if (grammar_.error.empty()) {
      const auto line =
          1 + std::count(text_.begin(), text_.begin() + static_cast<long>(pos_), '\n');
      grammar_.error = "line " + std::to_string(line) + ": " + what;
    }
    pos_ = text_.size();
  }

  void Blank() {
    while (pos_ < text_.size()) {
      if (text_.compare(pos_, 2, "/*") == 0) {
        const std::size_t end = text_.find("*/", pos_ + 2);
        pos_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else if (std::isspace(static_cast<unsigned char>(text_[pos_])) != 0) {
        ++pos_;
      } else {
        return;
      }
    }
  }

  std::string Name() {
    const std::size_t begin = pos_;
    while (pos_ < text_.size() && (std::islower(static_cast<unsigned char>(text_[pos_])) != 0 ||
                                   (pos_ > begin && text_[pos_] == '-'))) {
      ++pos_;
    }
    return std::string(text_.substr(begin, pos_ - begin));
  }

  bool Take(std::string_view what) {
    Blank();
    if (text_.compare(pos_, what.size(), what) != 0) {
      return false;
    }
    pos_ += what.size();
    return true;
  }

  bool AtDefinition() {
    const std::size_t before = pos_;
    const bool is_definition = !Name().empty() && Take("::=");
    pos_ = before;
    return is_definition;
  }

  /// To the next definition; quotes and sets may hold anything.
  void SkipBody() {
    for (Blank(); pos_ < text_.size() && !AtDefinition(); Blank()) {
      const char c = text_[pos_];
      if (c == '"' || c == '\'' || c == '[') {
        const std::size_t end = text_.find(c == '[' ? ']' : c, pos_ + 1);
        if (end == std::string_view::npos) {
          Fail("a quote or set is never closed");
          return;
        }
        pos_ = end + 1;
      } else if (Name().empty()) {
        ++pos_;
      }
    }
  }

  GrammarNode Alternatives() {
    GrammarNode node;
    node.kind = Kind::kAlternative;
    do {
      node.parts.push_back(AnyOrder());
    } while (Take("|"));
    if (node.parts.size() == 1) {
      return std::move(node.parts.front());
    }
    for (std::size_t i = 0; i < node.parts.size(); ++i) {
      node.marks.push_back(Mark("alternative " + std::to_string(i + 1)));
    }
    return node;
  }

  GrammarNode AnyOrder() {
    GrammarNode node;
    node.kind = Kind::kAnyOrder;
    do {
      node.parts.push_back(Sequence());
    } while (Take("&"));
    return node.parts.size() == 1 ? std::move(node.parts.front()) : std::move(node);
  }

  GrammarNode Sequence() {
    GrammarNode node;
    for (;;) {
      Blank();
      if (pos_ == text_.size() || text_[pos_] == '|' || text_[pos_] == '&' || text_[pos_] == ')' ||
          AtDefinition()) {
        break;
      }
      node.parts.push_back(Repeated());
    }
    if (node.parts.empty()) {
      Fail(current_ + ": nothing stands where something was expected");
    }
    return node.parts.size() == 1 ? std::move(node.parts.front()) : std::move(node);
  }

  GrammarNode Repeated() {
    GrammarNode item = Item();
    const char c = pos_ < text_.size() ? text_[pos_] : '\0';
    if (c != '?' && c != '*' && c != '+') {
      return item;
    }
    ++pos_;
    GrammarNode node;
    node.kind = Kind::kRepeat;
    node.min = c == '+' ? 1 : 0;
    node.max = c == '?' ? 1 : kMany;
    node.parts.push_back(std::move(item));
    // The choices that matter: the fewest, and more.
    node.marks = {Mark(std::string("the fewest of ") + c), Mark(std::string("more of ") + c)};
    return node;
  }

  GrammarNode Item() {
    const char c = text_[pos_];
    if (c == '(') {
      ++pos_;
      GrammarNode node = Alternatives();
      if (!Take(")")) {
        Fail(current_ + ": ')' is missing");
      }
      return node;
    }
    GrammarNode node;
    if (c == '"' || c == '\'') {
      const std::size_t end = text_.find(c, pos_ + 1);
      node.kind = Kind::kText;
      node.any_case = c == '"';
      node.text = text_.substr(pos_ + 1, end - pos_ - 1);
      pos_ = end + 1;
      return node;
    }
    if (c == '#') {
      node.kind = Kind::kText;
      AppendRune(node.text, Character());
      return node;
    }
    if (c == '[') {
      ++pos_;
      node.kind = Kind::kSet;
      while (pos_ < text_.size() && text_[pos_] != ']') {
        const char32_t first = Character();
        char32_t last = first;
        if (pos_ + 1 < text_.size() && text_[pos_] == '-' && text_[pos_ + 1] != ']') {
          ++pos_;
          last = Character();
        }
        node.ranges.push_back({first, last});
      }
      ++pos_;
      return node;
    }
    const std::string name = Name();
    node.kind = Kind::kProduction;
    node.production = grammar_.Find(name);
    if (name.empty() || node.production == grammar_.productions.size()) {
      Fail(current_ + ": '" + (name.empty() ? std::string(1, c) : name) + "' is not defined");
    }
    return node;
  }

  /// `#xN`, or the character that stands there.
  char32_t Character() {
    if (text_.compare(pos_, 2, "#x") == 0) {
      pos_ += 2;
      char32_t value = 0;
      while (pos_ < text_.size() && std::isxdigit(static_cast<unsigned char>(text_[pos_])) != 0 &&
             std::islower(static_cast<unsigned char>(text_[pos_])) == 0) {
        const char digit = text_[pos_++];
        value = value * 16 + static_cast<char32_t>(digit <= '9' ? digit - '0' : digit - 'A' + 10);
      }
      return value;
    }
    const Rune rune = DecodeRune(text_, pos_);
    pos_ += rune.width;
    return rune.value;
  }

  std::size_t Mark(const std::string& what) {
    grammar_.choices.push_back(current_ + ": " + what);
    return grammar_.choices.size() - 1;
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  std::string current_;
  std::vector<std::size_t> pending_;
  Grammar& grammar_;
};

constexpr int kEndless = 1000;

int Depth(GrammarNode& node, const Grammar& grammar) {
  int depth = 0;
  switch (node.kind) {
    case Kind::kText:
    case Kind::kSet:
      break;
    case Kind::kProduction:
      depth = std::min(kEndless, grammar.productions[node.production].depth + 1);
      break;
    case Kind::kAlternative:
      depth = kEndless;
      for (GrammarNode& part : node.parts) {
        depth = std::min(depth, Depth(part, grammar));
      }
      break;
    case Kind::kSequence:
    case Kind::kAnyOrder:
      for (GrammarNode& part : node.parts) {
        depth = std::max(depth, Depth(part, grammar));
      }
      break;
    case Kind::kRepeat:
      depth = Depth(node.parts.front(), grammar);
      if (node.min == 0) {
        depth = 0;
      }
      break;
  }
  node.depth = depth;
  return depth;
}

void Reach(const GrammarNode& node, const Grammar& grammar, std::set<std::size_t>& reached) {
  if (node.kind == Kind::kProduction && reached.insert(node.production).second) {
    Reach(grammar.productions[node.production].body, grammar, reached);
  }
  for (const GrammarNode& part : node.parts) {
    Reach(part, grammar, reached);
  }
}

}  // namespace

std::size_t Grammar::Find(std::string_view name) const {
  for (std::size_t i = 0; i < productions.size(); ++i) {
    if (productions[i].name == name) {
      return i;
    }
  }
  return productions.size();
}

Grammar ReadGrammar(std::string_view text) {
  Grammar grammar;
  Reader(text, grammar).Run();
  if (!grammar.error.empty() || grammar.productions.empty()) {
    return grammar;
  }
  for (Production& production : grammar.productions) {
    production.depth = kEndless;
  }
  for (std::size_t round = 0; round < grammar.productions.size(); ++round) {
    for (Production& production : grammar.productions) {
      production.depth = Depth(production.body, grammar);
    }
  }
  std::set<std::size_t> reached = {0};
  Reach(grammar.productions.front().body, grammar, reached);
  for (std::size_t i = 0; i < grammar.productions.size(); ++i) {
    if (grammar.productions[i].depth >= kEndless) {
      grammar.error = grammar.productions[i].name + " never ends";
    } else if (reached.count(i) == 0) {
      grammar.error = grammar.productions[i].name + " is used nowhere";
    }
  }
  return grammar;
}

}  // namespace cacheplan::test
