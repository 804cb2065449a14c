// The files that a script writes and runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/arena.h"
#include "cacheplan/script.h"

namespace cacheplan::script {

/// The files of a script whose text is known: those written before it, and those that it writes.
/// Where a text is not surely the whole, the file is not known.
class ScriptFiles {
 public:
  void Start(std::span<const ScriptFile> before) { before_ = before; }
  [[nodiscard]] bool empty() const { return before_.empty() && own_.empty(); }
  /// `append`: at the end of what it has. `branch`: that of the command that writes.
  void Write(std::string_view path, std::string_view text, bool append, std::uint32_t branch);
  /// Something changes what the word names: a file, the folder of one.
  void Forget(const ScriptWord& word);
  /// The text of `path`, which a command of `branch` runs. It is given once: what runs it again
  /// does no more.
  struct Found {
    std::string_view text;
    bool read = false;  ///< it was given before
  };
  std::optional<Found> Run(std::string_view path, std::uint32_t branch, Arena& arena);
  /// Those whose text is not known any more have none: its data is null.
  std::vector<ScriptFile> Written(Arena& arena);

 private:
  static constexpr std::size_t kMost = 64;
  struct Own {
    std::string_view path;
    std::string_view text;
    std::string joined;  ///< instead, when it was written piece by piece
    bool read = false;
    bool known = true;
    std::uint32_t branch = 0;  ///< only there it is surely so
  };
  static std::string_view TextOf(Own& file, Arena& arena);
  void ForgetBefore(std::size_t index);
  [[nodiscard]] bool IsGone(std::size_t index) const { return !gone_.empty() && gone_[index]; }

  std::span<const ScriptFile> before_;
  std::vector<Own> own_;
  std::vector<std::size_t> read_;  ///< of `before_`
  std::vector<bool> gone_;         ///< of `before_`, which are not known any more; may be empty
};

}  // namespace cacheplan::script
