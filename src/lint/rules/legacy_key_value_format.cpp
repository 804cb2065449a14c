// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go (dispatchEnv, dispatchLabel).
#include <fmt/format.h>

#include "cacheplan/commands.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The value as one double-quoted word, where that means the same; nothing where it may not.
std::optional<std::string> QuotedValue(std::string_view value, char escape) {
  if (value.find_first_of("'\"") != std::string_view::npos ||
      value.find(escape) != std::string_view::npos) {
    return std::nullopt;  // quotes and escapes are read alike in both forms only most of the time
  }
  if (value.find_first_of(" \t<") == std::string_view::npos && !value.empty()) {
    return std::string(value);
  }
  return fmt::format("\"{}\"", value);
}

}  // namespace

void CheckLegacyKeyValueFormat(Checker& check) {
  for (const Keyword keyword : {Keyword::kEnv, Keyword::kLabel}) {
    for (const PairsRef& step : check.Pairs(keyword)) {
      const Instruction& instruction = step.instruction();
      for (const KeyValue& pair : step.pairs) {
        if (!pair.old_form) {
          continue;
        }
        Report report{fmt::format("\"{0} key=value\" should be used instead of legacy \"{0} key "
                                  "value\" format",
                                  instruction.name.text),
                      "", fmt::format("write {} {}=…", instruction.name.text, pair.key.text),
                      std::nullopt};
        const bool one_line = instruction.start_line == instruction.end_line;
        if (pair.value && one_line) {
          if (const auto value = QuotedValue(pair.value->text, check.file.escape)) {
            report.fix = Fix{"join name and value by '='",
                             true,
                             {{{pair.key.span.end, pair.value->span.end}, "=" + *value}}};
          }
        }
        check.At(RuleId::kLegacyKeyValueFormat, step.step,
                 {pair.key.span.begin, pair.value ? pair.value->span.end : pair.key.span.end},
                 std::move(report));
      }
    }
  }
}

}  // namespace cacheplan::lint
