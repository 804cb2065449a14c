// Scripts whose texts stand in the Dockerfile: a later RUN may run them.
#include <algorithm>
#include <string_view>

#include "src/detect/context_files.h"
#include "src/detect/run_commands.h"

namespace cacheplan::detect {

void Settings::AddFile(const ScriptFile& file) {
  constexpr std::size_t kMost = 64;
  const auto same = std::ranges::find(files, file.path, &ScriptFile::path);
  if (same != files.end()) {
    *same = file;
  } else if (files.size() < kMost) {
    files.push_back(file);
  }
}

void KeepWrittenFiles(const Script& script, const Step& step, Arena& arena, Settings& settings) {
  const std::string_view workdir = step.workdir->known ? step.workdir->text : std::string_view();
  for (const ScriptFile& file : script.files) {
    if (const std::string_view place = Absolute(file.path, workdir, arena); !place.empty()) {
      settings.AddFile({place, file.text});
    }
  }
}

void KeepCopiedFiles(const Step& step, Arena& arena, Settings& settings) {
  const std::string_view workdir = step.workdir->known ? step.workdir->text : std::string_view();
  const std::string_view place = Absolute(step.destination.text, workdir, arena);
  if (place.empty()) {
    return;
  }
  const std::span<const Heredoc> files = step.instruction->heredocs;
  const bool folder = step.destination.text.ends_with('/') || files.size() > 1;
  for (const Heredoc& file : files) {
    settings.AddFile(
        {folder ? arena.Concat({place == "/" ? "" : place, "/", file.name}) : place, file.content});
  }
}

}  // namespace cacheplan::detect
