// What the readers of the script dialects share: where commands go, how deep they may nest, and how
// a command that runs another one is peeled.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/script.h"

namespace cacheplan::script {

/// Scripts within scripts, substitutions within substitutions. Real files stay below ten; each
/// level of `sh -c` reads its text again, so this bounds the time as well.
inline constexpr int kMaxDepth = 40;

/// Where the shell stands.
struct Directory {
  std::string_view path;  ///< relative to the start, or absolute
  bool known = true;
  friend bool operator==(const Directory&, const Directory&) = default;
};
/// `cd target` from here.
Directory ChangeTo(const Directory& from, const ScriptWord& target, Arena& arena);

/// A word with what the reader knows of it beyond its text.
struct ShellWord {
  ScriptWord word;
  bool substituted = false;  ///< a `$(…)` in it was read already; its commands are these:
  std::uint32_t first_command = 0;
  std::uint32_t last_command = 0;
};

using ShellWords = std::span<const ShellWord>;

/// Collects commands. A slot is taken when a command starts, so that it stands before the commands
/// of its own substitutions; what turns out empty is dropped by Take.
class Output {
  struct Slot {
    SimpleCommand command;
    bool dropped;
  };
  // Most scripts are small: what is gathered of them needs no memory but this.
  std::array<std::byte, std::size_t{8} * 1024> room_;
  std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};

 public:
  /// `size`: of the script, in bytes.
  Output(Arena& texts, std::size_t size);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  std::size_t Open();  ///< takes a slot
  SimpleCommand& At(std::size_t slot) { return slots_[slot].command; }
  [[nodiscard]] std::size_t size() const { return slots_.size(); }
  /// The commands from `first` on whose own end is not known end here.
  void EndFrom(std::size_t first, std::size_t end);
  void Drop(std::size_t slot) { slots_[slot].dropped = true; }
  /// The words alone, to stay.
  ScriptWords Words(ShellWords words);
  void Opaque(std::string reason, std::size_t offset);
  void Function(std::string_view name) { functions_.push_back(name); }
  void MarkPipedIntoShell(std::size_t first, std::size_t last);
  Script Take();

  Arena& arena;  ///< what is no slice of the script's text goes there
  /// The words of the commands being read, those of an outer command below those of its
  /// substitutions and of the scripts in it.
  std::pmr::vector<ShellWord> words{&memory_};
  int depth = 0;
  int suppressed = 0;  ///< while above 0, what is opened is dropped: it was read before

 private:
  std::pmr::vector<Slot> slots_{&memory_};
  std::vector<OpaquePart> opaque_;
  std::vector<std::string_view> functions_;
};

/// Reads a POSIX script into `out`. `offset`: set for a text that is no slice of the outer script,
/// it is then every command's offset. `substituted`: the text comes from a word whose `$(…)` were
/// read already. Returns where the script leaves the shell.
Directory ReadPosix(std::string_view text, Output& out, const Directory& start,
                    std::optional<std::uint32_t> offset, bool substituted);
void ReadPowerShell(std::string_view text, Output& out, const Directory& start,
                    std::optional<std::uint32_t> offset);
void ReadCmd(std::string_view text, Output& out, const Directory& start,
             std::optional<std::uint32_t> offset);

/// Ends the command in `slot`: takes wrappers off, reads scripts handed to shells, notes what
/// cannot be told. `words` are its words as read. Returns where an `eval` left the shell, if it was
/// one.
std::optional<Directory> Finish(std::size_t slot, ShellWords words, Output& out);

/// `sh`, `bash -`, `python3`: a program that runs what it reads, given no script of its own.
bool RunsStandardInput(const SimpleCommand& command);
/// sh, bash, dash …
bool IsPosixShell(std::string_view program);

}  // namespace cacheplan::script
