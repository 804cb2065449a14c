#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

namespace cacheplan {
namespace {

struct InstructionRow {
  std::string_view keyword;
  ArgShape shape;
  bool heredoc = false;
};
constexpr InstructionInfo Make(Keyword id, const InstructionRow& row) {
  return {row.keyword, row.shape, id, row.heredoc};
}
constexpr InstructionInfo kInstructions[] = {
#define INSTRUCTION(id_, ...) Make(Keyword::k##id_, InstructionRow{__VA_ARGS__}),
#include "grammar/instructions.def"
#undef INSTRUCTION
};

struct FlagRow {
  std::string_view since;
  bool classic;
  std::string_view help;
};
constexpr FlagInfo Make(Keyword instruction, std::string_view name, FlagType type,
                        const FlagRow& row) {
  return {name, row.since, row.help, type, instruction, row.classic};
}
constexpr FlagInfo kFlags[] = {
#define FLAG(instruction_, name_, type_, ...) \
  Make(Keyword::k##instruction_, name_, FlagType::type_, FlagRow{__VA_ARGS__}),
#include "grammar/flags.def"
#undef FLAG
};

struct PredefinedArgRow {
  ArgKind kind;
  std::string_view help;
};
constexpr PredefinedArg Make(std::string_view name, const PredefinedArgRow& row) {
  return {name, row.kind, row.help};
}
constexpr PredefinedArg kPredefinedArgs[] = {
#define PREDEFINED_ARG(name_, ...) Make(name_, PredefinedArgRow{__VA_ARGS__}),
#include "grammar/predefined_args.def"
#undef PREDEFINED_ARG
};

/// The first and the last bytes are compared as one number each, which may overlap.
template <typename Number>
bool EqualsKeyword(std::string_view name, std::string_view keyword) {
  const auto equal = [&](std::size_t at) {
    Number bytes;
    Number letters;
    std::memcpy(&bytes, name.data() + at, sizeof(bytes));
    std::memcpy(&letters, keyword.data() + at, sizeof(letters));
    // Clearing this bit of each makes ASCII letters upper case, and turns nothing else into one.
    constexpr Number kCase = static_cast<Number>(-1) / 0xFF * 0x20;
    return static_cast<Number>(bytes & ~kCase) == letters;
  };
  return equal(0) && equal(name.size() - sizeof(Number));
}
bool EqualsKeyword(std::string_view name, std::string_view keyword) {
  if (name.size() != keyword.size()) {
    return false;
  }
  return name.size() >= sizeof(std::uint64_t)   ? EqualsKeyword<std::uint64_t>(name, keyword)
         : name.size() >= sizeof(std::uint32_t) ? EqualsKeyword<std::uint32_t>(name, keyword)
                                                : EqualsKeyword<std::uint16_t>(name, keyword);
}
static_assert(std::all_of(std::begin(kInstructions), std::end(kInstructions), [](const auto& info) {
  return info.keyword.size() >= sizeof(std::uint16_t) &&
         info.keyword.size() <= 2 * sizeof(std::uint64_t);
}));

/// Where the keywords with each first letter begin in kInstructions, which is sorted; one more
/// entry for the end.
constexpr auto kByLetter = [] {
  std::array<std::uint8_t, 'Z' - 'A' + 2> starts = {};
  for (std::size_t letter = 0; letter < starts.size(); ++letter) {
    for (const InstructionInfo& info : kInstructions) {
      starts[letter] += static_cast<std::size_t>(info.keyword.front() - 'A') < letter ? 1 : 0;
    }
  }
  return starts;
}();

Keyword FindExact(std::string_view name) {
  const auto letter =
      name.empty() ? 0U : static_cast<unsigned>((name.front() & ~0x20) - 'A');  // wraps below 'A'
  if (name.empty() || letter > 'Z' - 'A') {
    return Keyword::kUnknown;
  }
  for (std::size_t i = kByLetter[letter]; i < kByLetter[letter + 1]; ++i) {
    if (EqualsKeyword(name, kInstructions[i].keyword)) {
      return kInstructions[i].id;
    }
  }
  return Keyword::kUnknown;
}

}  // namespace

std::span<const InstructionInfo> AllInstructions() { return kInstructions; }

const InstructionInfo& Info(Keyword keyword) {
  return kInstructions[static_cast<std::size_t>(keyword)];
}

std::string_view KeywordName(Keyword keyword) {
  return keyword == Keyword::kUnknown ? std::string_view() : Info(keyword).keyword;
}

Keyword FindKeyword(std::string_view name) {
  const Keyword keyword = FindExact(name);
  if (keyword != Keyword::kUnknown) {
    return keyword;
  }
  for (const char c : name) {
    if (static_cast<unsigned char>(c) >= 0x80) {
      // BuildKit lowers the word first, which lets a few letters outside ASCII (the Kelvin sign)
      // pass.
      return FindExact(ToLower(name));
    }
  }
  return Keyword::kUnknown;
}

std::span<const FlagInfo> AllFlags() { return kFlags; }

const FlagInfo* FindFlagInfo(Keyword instruction, std::string_view name) {
  for (const FlagInfo& flag : kFlags) {
    if (flag.instruction == instruction && flag.name == name) {
      return &flag;
    }
  }
  return nullptr;
}

std::span<const PredefinedArg> AllPredefinedArgs() { return kPredefinedArgs; }

}  // namespace cacheplan
