#include <array>

#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

namespace cacheplan {
namespace {

struct InstructionRow {
  std::string_view keyword;
  ArgShape shape;
  bool heredoc = false;
};

struct FlagRow {
  std::string_view since;
  bool classic;
  std::string_view help;
};

struct PredefinedArgRow {
  ArgKind kind;
  std::string_view help;
};

PredefinedArg Make(std::string_view name, const PredefinedArgRow& row) {
  return {name, row.kind, row.help};
}
InstructionInfo Make(Keyword id, const InstructionRow& row) {
  return {id, row.keyword, row.shape, row.heredoc};
}
FlagInfo Make(Keyword instruction, std::string_view name, FlagType type, const FlagRow& row) {
  return {instruction, name, type, row.since, row.classic, row.help};
}

}  // namespace

const std::vector<InstructionInfo>& AllInstructions() {
  static const std::vector<InstructionInfo> rows = {
#define INSTRUCTION(id_, ...) Make(Keyword::k##id_, InstructionRow{__VA_ARGS__}),
#include "grammar/instructions.def"
#undef INSTRUCTION
  };
  return rows;
}

const InstructionInfo& Info(Keyword keyword) {
  return AllInstructions()[static_cast<std::size_t>(keyword)];
}

std::string_view KeywordName(Keyword keyword) {
  return keyword == Keyword::kUnknown ? std::string_view() : Info(keyword).keyword;
}

Keyword FindKeyword(std::string_view name) {
  // Lowering first is what BuildKit does; it lets a few letters outside ASCII (the Kelvin sign)
  // pass.
  const std::string lower = ToLower(name);
  for (const InstructionInfo& info : AllInstructions()) {
    if (info.keyword.size() != lower.size()) {
      continue;
    }
    std::size_t i = 0;
    while (i < lower.size() && (info.keyword[i] | 0x20) == lower[i]) {
      ++i;
    }
    if (i == lower.size()) {
      return info.id;
    }
  }
  return Keyword::kUnknown;
}

const std::vector<FlagInfo>& AllFlags() {
  static const std::vector<FlagInfo> rows = {
#define FLAG(instruction_, name_, type_, ...) \
  Make(Keyword::k##instruction_, name_, FlagType::type_, FlagRow{__VA_ARGS__}),
#include "grammar/flags.def"
#undef FLAG
  };
  return rows;
}

const FlagInfo* FindFlagInfo(Keyword instruction, std::string_view name) {
  for (const FlagInfo& flag : AllFlags()) {
    if (flag.instruction == instruction && flag.name == name) {
      return &flag;
    }
  }
  return nullptr;
}

const std::vector<PredefinedArg>& AllPredefinedArgs() {
  static const std::vector<PredefinedArg> rows = {
#define PREDEFINED_ARG(name_, ...) Make(name_, PredefinedArgRow{__VA_ARGS__}),
#include "grammar/predefined_args.def"
#undef PREDEFINED_ARG
  };
  return rows;
}

}  // namespace cacheplan
