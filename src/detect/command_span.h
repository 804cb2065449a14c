// From places in a RUN's script, whose continuations are gone, back to places in the file.
#pragma once

#include <cstdint>
#include <string_view>

#include "cacheplan/arena.h"
#include "cacheplan/commands.h"
#include "cacheplan/script.h"
#include "cacheplan/source.h"
#include "cacheplan/syntax.h"

namespace cacheplan::detect {

/// The places of one RUN, which are looked for at the first question.
class CommandPlaces {
 public:
  CommandPlaces(const Source& source, char escape, const Instruction& instruction,
                const RunCommand& run, Arena& arena)
      : source_(source), escape_(escape), instruction_(instruction), run_(run), arena_(arena) {}

  /// Where the command stands, wrappers such as sudo included; the whole argument of the
  /// instruction where that cannot be told.
  [[nodiscard]] Span Of(const SimpleCommand& command);

  /// A command of PowerShell whose words end where an expression begins: `Get-It -Uri (…)`.
  [[nodiscard]] bool GoesOn(const SimpleCommand& command);

  /// The command as it stands there, on one line; its words where that cannot be told.
  [[nodiscard]] std::string_view Written(const SimpleCommand& command);

 private:
  void Read();
  void AddJoined(Span span, std::string_view script);
  /// What joins a line of the command and the next one.
  [[nodiscard]] char EscapeOf(const SimpleCommand& command) const;
  [[nodiscard]] std::uint32_t Map(std::uint32_t offset);

  const Source& source_;
  char escape_;
  const Instruction& instruction_;
  const RunCommand& run_;
  Arena& arena_;
  bool read_ = false;
  Span whole_;
  ArenaList<LinePiece> pieces_;  // of the script; none: nothing but the whole is known
  std::size_t last_ = 0;         // the piece that was asked for last
  std::uint32_t size_ = 0;       // of what the pieces tell of the script
};

}  // namespace cacheplan::detect
