// Source: moby/buildkit frontend/dockerfile/instructions/parse.go.
#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The text as a double-quoted word of a LABEL. What MAINTAINER takes as it stands, a label
/// expands.
std::string LabelValue(std::string_view text, char escape) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '$' || c == escape) {
      out += escape;
    }
    out += c;
  }
  return out + '"';
}

}  // namespace

void CheckMaintainerDeprecated(Checker& check) {
  for (const Instruction* instruction : check.Instructions(Keyword::kMaintainer)) {
    Report report{"Maintainer instruction is deprecated in favor of using label", "",
                  "write LABEL org.opencontainers.image.authors=…", std::nullopt};
    const bool one_line = instruction->start_line == instruction->end_line;
    if (!instruction->args.empty() && one_line) {
      const std::string label =
          fmt::format("{} org.opencontainers.image.authors={}",
                      IsLower(instruction->name.text) ? "label" : "LABEL",
                      LabelValue(instruction->args.front().text, check.file.escape));
      const Span whole = {instruction->name.span.begin, instruction->args.front().span.end};
      report.fix = Fix{"write the same as a label", true, {{whole, label}}};
    }
    check.At(RuleId::kMaintainerDeprecated, *instruction, KeywordSpan(*instruction),
             std::move(report));
  }
}

}  // namespace cacheplan::lint
