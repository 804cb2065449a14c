#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/vocabulary.h"

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// The variable of a FROM line's platform that BuildKit alone gives a value to; "" when there is
/// none.
std::string_view PlatformVariable(const Checker& check, const Instruction& from) {
  constexpr std::string_view kNames[] = {"BUILDPLATFORM", "BUILDOS",        "BUILDARCH",
                                         "BUILDVARIANT",  "TARGETPLATFORM", "TARGETOS",
                                         "TARGETARCH",    "TARGETVARIANT"};
  const Flag* platform = AsFrom(from).platform;
  if (platform == nullptr || !platform->value) {
    return {};  // in the image's name it is blank, which may be meant
  }
  for (const std::string_view name : kNames) {
    if (!Reads(*platform->value, name)) {
      continue;
    }
    const bool own =
        std::any_of(check.file.instructions.begin(), check.file.instructions.end(),
                    [&](const Instruction& arg) {
                      if (arg.keyword != Keyword::kArg || arg.start_line > from.start_line) {
                        return false;
                      }
                      const std::vector<KeyValue> pairs = AsPairs(arg);
                      return std::any_of(pairs.begin(), pairs.end(), [&](const KeyValue& pair) {
                        return pair.key.text == name && pair.value;
                      });
                    });
    if (!own) {
      return name;
    }
  }
  return {};
}

}  // namespace

void CheckClassicMissingFeature(Checker& check) {
  if (!check.options.classic) {
    return;
  }
  const auto say = [&](const Instruction& instruction, Span span, std::string message) {
    check.At(RuleId::kClassicMissingFeature, instruction, span,
             {std::move(message), "the classic builder refuses the file",
              "build with BuildKit, or write the file without it"});
  };
  for (const Instruction& outer : check.file.instructions) {
    const Instruction& instruction = outer.trigger == nullptr ? outer : *outer.trigger;
    for (const Flag& flag : instruction.flags) {
      const FlagInfo* info = FindFlagInfo(instruction.keyword, flag.name);
      if (info != nullptr && !info->classic) {
        say(outer, flag.span,
            fmt::format("the classic builder does not read {} --{}",
                        KeywordName(instruction.keyword), flag.name));
      }
    }
    if (instruction.keyword == Keyword::kFrom) {
      if (const std::string_view name = PlatformVariable(check, instruction); !name.empty()) {
        say(outer, FirstLine(check.file, outer),
            fmt::format("the classic builder gives {} no value", name));
      }
    }
    if (!instruction.heredocs.empty()) {
      say(outer, FirstLine(check.file, outer), "the classic builder reads no heredocs");
    }
  }
}

}  // namespace cacheplan::lint
