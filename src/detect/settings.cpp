// Scripts whose texts stand in the Dockerfile: a later RUN may run them.
#include <algorithm>
#include <string_view>

#include "cacheplan/paths.h"
#include "cacheplan/text.h"

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
    const std::string_view place = Absolute(file.path, workdir, arena);
    if (file.text.data() == nullptr || place.empty()) {
      // It is known no more, and one whose place cannot be told may be any of that name.
      std::erase_if(settings.files, [&](const ScriptFile& known) {
        return place.empty() ? LastComponent(known.path) == LastComponent(file.path)
                             : known.path == place;
      });
    } else {
      settings.AddFile({place, file.text});
    }
  }
}

void KeepCopiedFiles(const Step& step, Arena& arena, Settings& settings) {
  const std::string_view workdir = step.workdir->known ? step.workdir->text : std::string_view();
  const std::string_view place = WithoutSlash(Absolute(step.destination.text, workdir, arena));
  // What is copied there, or into a folder over it, may be the file of the same name.
  std::erase_if(settings.files, [place](const ScriptFile& known) {
    return place.size() < 2 || place.find('$') != std::string_view::npos || known.path == place ||
           (known.path.starts_with(place) && known.path[place.size()] == '/');
  });
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
