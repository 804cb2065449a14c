// What must hold for the tree, the tokens and the graph of any text. Each check gives what is
// broken,
// "" when all holds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cacheplan/graph.h"
#include "cacheplan/syntax.h"

namespace cacheplan::fuzz {

inline bool Inside(Span inner, Span outer) {
  return outer.begin <= inner.begin && inner.begin <= inner.end && inner.end <= outer.end;
}

/// The spans of an instruction lie in it and in the order of the text.
inline std::string CheckInstruction(const Instruction& instruction, Span outer) {
  if (!Inside(instruction.span, outer)) {
    return "an instruction's span is outside";
  }
  std::uint32_t last = instruction.name.span.begin;
  const auto follows = [&](Span span) {
    const bool good = Inside(span, instruction.span) && span.begin >= last;
    last = span.begin;
    return good;
  };
  if (!follows(instruction.name.span)) {
    return "a keyword's span is outside";
  }
  for (const Flag& flag : instruction.flags) {
    if (!follows(flag.span)) {
      return "a flag's span is outside or out of order";
    }
  }
  if (instruction.trigger != nullptr) {
    return CheckInstruction(*instruction.trigger, instruction.span);
  }
  for (std::size_t i = 0; i < instruction.args.size(); ++i) {
    // The separator of a pair has the span of the whole pair.
    const bool pairs =
        instruction.keyword == Keyword::kEnv || instruction.keyword == Keyword::kLabel;
    if (!(pairs && i % 3 == 2) && !follows(instruction.args[i].span)) {
      return "an argument's span is outside or out of order";
    }
  }
  for (const Heredoc& heredoc : instruction.heredocs) {
    if (!Inside(heredoc.content_span, instruction.span) ||
        !Inside(heredoc.terminator, instruction.span) ||
        heredoc.terminator.begin < heredoc.content_span.end) {
      return "a heredoc's span is outside";
    }
  }
  return {};
}

inline std::string CheckTokens(const Dockerfile& file) {
  std::uint32_t at = 0;
  for (const Token& token : Tokenize(file)) {
    if (token.span.begin != at || token.span.end <= at) {
      return "tokens have gaps, overlap or are empty";
    }
    at = token.span.end;
  }
  return at == file.source->text().size() ? "" : "tokens do not reach the end";
}

inline std::string CheckTree(const Dockerfile& file) {
  const Span whole = {0, static_cast<std::uint32_t>(file.source->text().size())};
  std::uint32_t last = 0;
  for (const Instruction& instruction : file.instructions) {
    if (instruction.span.begin < last) {
      return "instructions overlap";
    }
    last = instruction.span.end;
    std::string broken = CheckInstruction(instruction, whole);
    if (!broken.empty()) {
      return broken;
    }
  }
  for (const Diagnostic& diagnostic : file.diagnostics) {
    if (!Inside(diagnostic.span, whole) || diagnostic.message.empty()) {
      return "a diagnostic has no place or no message";
    }
  }
  return file.parser_rejects && !file.rejected() ? "rejected without a word" : "";
}

inline std::string CheckGraph(const Dockerfile& file, const GraphOptions& options) {
  const Graph graph = BuildGraph(file, options);
  if (graph.stages.size() != file.stages.size()) {
    return "stages are missing";
  }
  std::vector<bool> before(graph.stages.size(), false);
  for (const std::size_t index : graph.order) {
    before[index] = true;
    if (!graph.stages[index].reachable) {
      return "a stage in the order is not reachable";
    }
  }
  for (const Stage& stage : graph.stages) {
    if (stage.reachable != before[stage.index]) {
      return "a reachable stage is not in the order";
    }
    for (const Edge& edge : stage.edges) {
      if (edge.source.kind == SourceKind::kStage &&
          (edge.source.stage >= graph.stages.size() ||
           (stage.reachable && !graph.stages[edge.source.stage].reachable))) {
        return "an edge leads nowhere";
      }
    }
  }
  return {};
}

}  // namespace cacheplan::fuzz
