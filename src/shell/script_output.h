// What the readers of the script dialects share: where commands go, how deep they may nest, and how
// a command that runs another one is peeled.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/script.h"

#include "src/shell/script_files.h"

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
  bool substituted = false;  ///< a `$(…)` in it was read already; its commands are these, else none
  bool bare = false;         ///< it surely has no slash, no dot and no `=`
  std::uint32_t first_command = 0;
  std::uint32_t last_command = 0;
};

using ShellWords = std::span<const ShellWord>;

/// Collects commands. A slot is taken when a command starts, so that it stands before the commands
/// of its own substitutions; what turns out empty is dropped by
/// Close.
class Output {
  struct Slot {
    Slot(std::uint32_t branch, bool is_dropped) : dropped(is_dropped) { command.branch = branch; }
    [[nodiscard]] bool IsKept() const {
      return !dropped && !(command.words.empty() && command.assignments.empty());
    }
    SimpleCommand command;
    bool dropped;
  };
  // Most scripts are small: what is gathered of them needs no memory but this.
  std::array<std::byte, std::size_t{8} * 1024> room_;
  std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};

 public:
  /// What is found out goes to `script`: its commands when this is closed, all else at once.
  /// `size`: of its text, in bytes.
  Output(Script& script, Arena& texts, std::size_t size);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  std::size_t Open();  ///< takes a slot
  SimpleCommand& At(std::size_t slot) { return slots_[slot].command; }
  [[nodiscard]] bool IsDropped(std::size_t slot) const { return slots_[slot].dropped; }
  [[nodiscard]] std::size_t size() const { return slots_.size(); }
  /// The commands from `first` on whose own end is not known end here.
  void EndFrom(std::size_t first, std::size_t end);
  void Drop(std::size_t slot) { slots_[slot].dropped = true; }
  /// The words alone, to stay.
  ScriptWords Words(ShellWords words);
  void Opaque(std::string reason, std::size_t offset);
  void MarkPipedIntoShell(std::size_t first, std::size_t last);
  void Close();

  /// What is opened from here on stands in a branch of the one that is current.
  void OpenBranch() {
    script_.branches.push_back(branch_);
    branch_ = static_cast<std::uint32_t>(script_.branches.size());
  }
  [[nodiscard]] std::uint32_t branch() const { return branch_; }
  /// Back to one that was current before.
  void SetBranch(std::uint32_t branch) { branch_ = branch; }
  /// What the current branch runs for.
  void Guard(std::string_view file, bool there) {
    script_.guards.push_back({branch_, file, there});
  }
  /// They are the commands from the next one on, until they are ended; gives their number.
  std::size_t Function(std::string_view name);
  std::size_t Loop(const ScriptLoop& loop);
  [[nodiscard]] const ScriptLoop& LoopAt(std::size_t number) const { return script_.loops[number]; }
  /// Its commands stand in the branch that is current.
  void StartFunction(std::size_t number) { script_.functions[number].branch = branch_; }
  [[nodiscard]] bool HasFunction(std::string_view name) const {
    return function_names_.contains(name);
  }
  void EndFunction(std::size_t number) { script_.functions[number].last = Next(); }
  void EndLoop(std::size_t number, bool stays) {
    script_.loops[number].last = Next();
    script_.loops[number].stays = stays;
  }

  ScriptFiles files;

  Arena& arena;  ///< what is no slice of the script's text goes there
  /// The words of the commands being read, those of an outer command below those of its
  /// substitutions and of the scripts in it.
  std::pmr::vector<ShellWord> words{&memory_};
  int depth = 0;
  int suppressed = 0;  ///< while above 0, what is opened is dropped: it was read before

 private:
  std::pmr::vector<Slot> slots_{&memory_};
  [[nodiscard]] std::uint32_t Next() const { return static_cast<std::uint32_t>(slots_.size()); }

  Script& script_;
  std::set<std::string_view> function_names_;
  std::uint32_t branch_ = 0;
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
/// R and julia, given no script of their own: what they read is as good as what a -e gives them.
bool TakesExpressions(const SimpleCommand& command);
/// Adds the here-document that the command in `slot` runs to its words.
void AddProgram(std::size_t slot, std::string_view delimiter, std::string_view body, Output& out);
/// `while read NAME; do …; done < FILE`: what the redirections in `slot` give to the loop that ends
/// there its `read` reads.
void GiveInput(std::size_t slot, Output& out);
/// sh, bash, dash …
bool IsPosixShell(std::string_view program);
/// Those, and what starts the shell of another user.
inline bool ReadsScripts(std::string_view program) {
  return IsPosixShell(program) || program == "su";
}

/// What an echo or printf prints, where its words say that.
std::optional<std::string_view> PrintedText(const SimpleCommand& command, Arena& arena);
/// Reads the text of a script that the command in `slot` runs; it is all in one place.
void ReadShown(std::string_view text, std::size_t slot, Output& out);
/// What the command in `slot` names is known no more, where it is one that changes files.
void ForgetChanged(std::size_t slot, Output& out);
/// If the command in `slot` runs a file whose text is known: reads it in its place.
bool ReadWrittenFile(std::size_t slot, Output& out);

}  // namespace cacheplan::script
