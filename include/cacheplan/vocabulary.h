// The closed vocabularies of a Dockerfile: instructions, flags, arguments, from grammar/*.def.
#pragma once

#include <span>
#include <string_view>

#include "cacheplan/syntax.h"

namespace cacheplan {

/// How the arguments of an instruction are written.
enum class ArgShape {
  kCommandOrJson,  ///< a command line, or a JSON array of strings
  kHealthcheck,    ///< NONE, or CMD and a command or JSON array
  kInstruction,    ///< another instruction
  kList,           ///< words, cut at blanks
  kNames,          ///< NAME or NAME=value, quotes respected
  kPairs,          ///< NAME=value …, or NAME and the rest of the line
  kPathsOrJson,    ///< words cut at blanks, or a JSON array of strings
  kText,           ///< the rest of the line as it stands
};

struct InstructionInfo {
  std::string_view keyword;
  ArgShape shape;
  Keyword id;
  bool heredoc;  ///< heredocs may follow
};
/// The row of an instruction. REQUIRES: not kUnknown.
const InstructionInfo& Info(Keyword keyword);
std::span<const InstructionInfo> AllInstructions();
/// By name in any case; kUnknown for any other word.
Keyword FindKeyword(std::string_view name);

enum class FlagType { kBool, kString, kStrings };
struct FlagInfo {
  std::string_view name;
  std::string_view since;  ///< first frontend version that reads it, "1.2"; "" = always
  std::string_view help;
  FlagType type;
  Keyword instruction;
  bool classic;  ///< the classic builder reads it
};
std::span<const FlagInfo> AllFlags();
/// Null when the instruction has no such flag.
const FlagInfo* FindFlagInfo(Keyword instruction, std::string_view name);

enum class ArgKind { kPlatform, kProxy };
struct PredefinedArg {
  std::string_view name;
  ArgKind kind;
  std::string_view help;
};
std::span<const PredefinedArg> AllPredefinedArgs();

}  // namespace cacheplan
