// Typed readings of instructions: what a FROM, COPY or RUN means.
//
// Each reader takes an instruction of its keyword (ONBUILD triggers too) from a parsed Dockerfile
// and returns views with the Dockerfile's lifetime. Readers never fail: what is wrong was reported
// by Parse, and a reader of a broken instruction gives what is there.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/shell.h"
#include "cacheplan/syntax.h"

namespace cacheplan {

struct FromCommand {
  Word base;
  Word name;  ///< as written after AS; empty text when there is none
  const Flag* platform = nullptr;
};
FromCommand AsFrom(const Instruction& instruction);

/// COPY and ADD. Moved, but not copied: its sources may be its own.
struct CopyCommand {
  CopyCommand() = default;
  CopyCommand(CopyCommand&&) = default;
  CopyCommand& operator=(CopyCommand&&) = default;

  std::span<const Word> sources;  ///< paths and URLs; heredocs are not among them
  std::span<const Heredoc> inline_files;
  Word destination;
  const Flag* from = nullptr;  ///< --from=…
  std::vector<std::string_view> excludes;
  bool link = false;
  bool parents = false;
  std::vector<Word> picked;  ///< holds `sources` where heredocs stand between them
};
CopyCommand AsCopy(const Instruction& instruction);

enum class MountType { kBind, kCache, kTmpfs, kSecret, kSsh, kUnknown };
/// One `--mount` of a RUN. Values are as written: variables in them are not expanded.
struct Mount {
  MountType type = MountType::kBind;
  std::string from;
  std::string source;
  std::string target;
  std::string id;
  std::string sharing;
  const Flag* flag = nullptr;
};
/// Expands the variables of one word, as Expand in shell.h does.
using WordExpander = std::function<Expansion(std::string_view word)>;
/// A `--mount` value with its variables expanded and every key checked. `error` is BuildKit's;
/// empty when all is well. A mount type that depends on an unset variable is kUnknown, not an
/// error.
struct MountReading {
  Mount mount;
  std::string error;
};
MountReading ReadMount(std::string_view value, const WordExpander& expand);

/// RUN, CMD, ENTRYPOINT and the command of HEALTHCHECK.
struct RunCommand {
  bool exec = false;  ///< JSON form: `argv` counts, not `script`
  std::vector<std::string_view> argv;
  Word script;  ///< shell form: the command line
  std::span<const Heredoc> heredocs;
  std::vector<Mount> mounts;
  bool offline = false;  ///< --network=none
  /// `RUN <<EOF` and nothing else on the line: the heredoc is the script (or a file with a `#!`).
  [[nodiscard]] const Heredoc* heredoc_script() const;
};
RunCommand AsRun(const Instruction& instruction);

/// ENV, LABEL (always with a value) and ARG (with or without).
struct KeyValue {
  Word key;
  std::optional<Word> value;
  bool old_form = false;  ///< `ENV key value`, without '='
};
std::vector<KeyValue> AsPairs(const Instruction& instruction);
/// One word of an ARG.
KeyValue ArgPair(const Word& word);

/// The flag of that name; the last one where it may be repeated; null when it is not there.
const Flag* FindFlag(const Instruction& instruction, std::string_view name);

/// Fields of a comma-separated value as Go's encoding/csv reads one record.
struct CsvRecord {
  std::vector<std::string> fields;
  std::string error;  ///< encoding/csv's words; empty when all is well
};
CsvRecord ReadCsv(std::string_view text);

}  // namespace cacheplan
