// Sentences derived from grammar/dockerfile.ebnf: each is read without a finding, as many
// instructions as were derived, with spans that hold what they say; and whatever is done to a
// sentence, reading it ends well. CACHEPLAN_SENTENCE=N repeats one sentence.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/report.h"
#include "cacheplan/syntax.h"
#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/ebnf.h"

namespace cacheplan::test {
namespace {

constexpr std::uint32_t kSentences = 6000;
constexpr int kMutations = 4;  ///< of each sentence

const Grammar& DockerfileGrammar() {
  static const Grammar grammar = ReadGrammar(ReadFile(SourcePath("grammar/dockerfile.ebnf")));
  return grammar;
}

/// Sentences with numbers from 1 on, each in turn: whole files, and files of one instruction, so
/// that what lies deep is reached as well. One escape character holds throughout each: the one that
/// the text says, or '\'.
class Sentences {
 public:
  std::string Next() {
    ++number_;
    backtick_ = number_ % 3 == 0;
    const std::map<std::string, std::size_t> escape = {{"escape", backtick_ ? 1U : 0U}};
    if (number_ % 2 == 1) {
      const auto& kinds = AllInstructions();
      std::string kind;
      do {
        kind = ToLower(kinds[next_kind_++ % kinds.size()].keyword);
      } while (kind == "from");
      const std::string text = deriver_.Derive(kind, escape);
      expected_stages_ = 1;
      expected_instructions_ = Instructions() + 1;
      return (backtick_ ? "# escape=`\nFROM scratch\n" : "FROM scratch\n") + text + "\n";
    }
    std::string text;
    do {
      text = deriver_.Derive("dockerfile", escape);
    } while (backtick_ && deriver_.Used("escape-directive") == 0);
    expected_stages_ = deriver_.Used("from");
    expected_instructions_ = Instructions();
    return text;
  }

  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] char escape() const { return backtick_ ? '`' : '\\'; }
  [[nodiscard]] int expected_stages() const { return expected_stages_; }
  [[nodiscard]] int expected_instructions() const { return expected_instructions_; }
  [[nodiscard]] const Deriver& deriver() const { return deriver_; }

 private:
  [[nodiscard]] int Instructions() const {
    int count = 0;
    for (const InstructionInfo& info : AllInstructions()) {
      count += deriver_.Used(ToLower(info.keyword));
    }
    return count;
  }

  Deriver deriver_{DockerfileGrammar(), 1};
  std::uint32_t number_ = 0;
  std::size_t next_kind_ = 0;
  bool backtick_ = false;
  int expected_stages_ = 0;
  int expected_instructions_ = 0;
};

/// CACHEPLAN_SENTENCE=N looks at that sentence alone.
bool Wanted(std::uint32_t number) {
  static const char* only = std::getenv("CACHEPLAN_SENTENCE");
  return only == nullptr || std::strtoul(only, nullptr, 10) == number;
}

Dockerfile ParseText(const std::string& text) {
  return Parse(std::make_shared<const Source>("Dockerfile", text));
}

/// "" when the tokens give the text back, each byte once.
std::string WrongTokens(const Dockerfile& file) {
  std::uint32_t end = 0;
  for (const Token& token : Tokenize(file)) {
    if (token.span.begin != end || token.span.end <= token.span.begin) {
      return "a gap, an overlap or an empty token at byte " + std::to_string(token.span.begin);
    }
    end = token.span.end;
  }
  return end == file.source->text().size() ? "" : "the tokens end at byte " + std::to_string(end);
}

bool Inside(Span inner, Span outer) { return inner.begin >= outer.begin && inner.end <= outer.end; }

/// "" when every span of the instruction holds what it is the span of.
std::string WrongSpans(const Dockerfile& file, const Instruction& instruction) {
  const Source& source = *file.source;
  if (source.Slice(instruction.name.span) != instruction.name.text) {
    return "the keyword's span holds something else";
  }
  std::uint32_t last = instruction.name.span.end;
  for (const Flag& flag : instruction.flags) {
    if (!Inside(flag.span, instruction.span) || flag.span.begin < last ||
        source.Slice(flag.span).substr(0, 2) != "--") {
      return "a flag's span is wrong";
    }
    last = flag.span.end;
  }
  for (const Word& word : instruction.args) {
    const std::string_view slice = source.Slice(word.span);
    if (!Inside(word.span, instruction.span)) {
      return "an argument's span leaves the instruction";
    }
    const bool in_one_piece = slice.find('\n') == std::string_view::npos;
    const bool as_written = instruction.form == Form::kShell && in_one_piece;
    const bool pair = word.text == "=" || word.text.empty();  // where a pair is cut
    if (as_written && !pair && slice != word.text) {
      return "an argument's span holds '" + std::string(slice) + "'";
    }
  }
  for (const Heredoc& heredoc : instruction.heredocs) {
    if (source.Slice(heredoc.content_span) != heredoc.content ||
        TrimLeft(source.Slice(heredoc.terminator)) != heredoc.name ||
        !Inside(heredoc.terminator, instruction.span)) {
      return "a heredoc's span is wrong";
    }
  }
  return "";
}

int Parsed(const Dockerfile& file) {
  int count = 0;
  for (const Instruction& instruction : file.instructions) {
    count += instruction.trigger == nullptr ? 1 : 2;
  }
  return count;
}

TEST_CASE("the grammar is well formed") {
  INFO(DockerfileGrammar().error);
  REQUIRE(DockerfileGrammar().error.empty());
}

TEST_CASE("whatever the grammar derives is read as it was meant") {
  REQUIRE(DockerfileGrammar().error.empty());
  Sentences sentences;
  std::vector<int> uses(DockerfileGrammar().productions.size(), 0);
  for (std::uint32_t i = 0; i < kSentences; ++i) {
    const std::string text = sentences.Next();
    for (std::size_t k = 0; k < uses.size(); ++k) {
      uses[k] += sentences.deriver().used()[k];
    }
    if (!Wanted(sentences.number())) {
      continue;
    }
    const Dockerfile file = ParseText(text);
    INFO("CACHEPLAN_SENTENCE=" << sentences.number() << "\n" << text);
    if (!file.diagnostics.empty()) {
      FAIL_CHECK(FormatDiagnostic(*file.source, file.diagnostics.front()));
      continue;
    }
    const std::string tokens = WrongTokens(file);
    CHECK(tokens == "");
    CHECK(Parsed(file) == sentences.expected_instructions());
    CHECK(static_cast<int>(file.stages.size()) == sentences.expected_stages());
    if (sentences.deriver().Used("escape-directive") > 0) {
      CHECK(file.escape == sentences.escape());
    }
    for (const Instruction& instruction : file.instructions) {
      const std::string spans = WrongSpans(file, instruction);
      INFO(instruction.logical);
      CHECK(spans == "");
    }
  }
  for (std::size_t k = 0; k < uses.size(); ++k) {
    INFO(DockerfileGrammar().productions[k].name);
    CHECK(uses[k] > 0);
  }
  for (const std::string& choice : sentences.deriver().Untaken()) {
    FAIL_CHECK(choice << " is never taken");
  }
}

/// One change that an editor, a merge or a bad disk might make.
void Mutate(std::string& text, std::mt19937& random) {
  static const std::vector<std::string> bits = {
      "\\", "`", "\n", "#",    "\"", "'",    "<<", "<<-EOF", "[",     "]",        "--",    "=",
      "${", "}", "$(", "\r\n", "\t", "\xFF", "{",  "AS",     "FROM ", "ONBUILD ", "EOF\n", ","};
  const std::size_t at = random() % (text.size() + 1);
  const std::size_t length = std::min<std::size_t>(text.size() - at, 1 + random() % 8);
  switch (random() % 5) {
    case 0:
      text.erase(at, length);
      break;
    case 1:
      text.insert(at, text.substr(at, length));
      break;
    case 2:
      text.insert(at, bits[random() % bits.size()]);
      break;
    case 3:
      text.resize(at);
      break;
    default:
      if (at < text.size()) {
        text[at] = static_cast<char>(random() % 256);
      }
  }
}

TEST_CASE("a damaged sentence is read to its end, with every byte in a token") {
  Sentences sentences;
  for (std::uint32_t i = 0; i < kSentences / 3; ++i) {
    std::string text = sentences.Next();
    if (!Wanted(sentences.number())) {
      continue;
    }
    std::mt19937 random(sentences.number());
    for (int round = 0; round < kMutations; ++round) {
      Mutate(text, random);
      INFO("CACHEPLAN_SENTENCE=" << sentences.number() << ", change " << round << "\n" << text);
      const Dockerfile file = ParseText(text);
      const std::string tokens = WrongTokens(file);
      CHECK(tokens == "");
      const Graph graph = BuildGraph(file);
      CHECK(graph.stages.size() == file.stages.size());
      const Dependencies deps = Detect(file, graph, Knowledge::BuiltIn());
      CHECK(deps.stages.size() == graph.stages.size());
      CHECK(!RenderParseJson(file).empty());
      CHECK(!RenderGraphText(file, graph, deps).empty());
      for (const Diagnostic& diagnostic : file.diagnostics) {
        CHECK(!diagnostic.message.empty());
        CHECK(diagnostic.span.end <= text.size());
        CHECK(!FormatDiagnostic(*file.source, diagnostic).empty());
      }
    }
  }
}

TEST_CASE("a grammar with a mistake is refused") {
  const std::map<std::string, std::string> wrong = {
      {"a ::= b", "'b' is not defined"},
      {"a ::= 'x' a ::= 'y'", "a is defined twice"},
      {"a ::= 'x' b ::= 'y'", "b is used nowhere"},
      {"a ::= ( 'x' ", "')' is missing"},
      {"a ::= 'x' a", "a never ends"},
      {"a ::= | 'x'", "nothing stands"},
      {"= 'x'", "a production was expected"},
  };
  for (const auto& [text, error] : wrong) {
    INFO(text);
    CHECK(ReadGrammar(text).error.find(error) != std::string::npos);
  }
}

}  // namespace
}  // namespace cacheplan::test
