#include "src/cli/lint_config.h"

#include <utility>
#include <vector>

#include "src/cli/paths.h"

namespace cacheplan::cli {

namespace fs = std::filesystem;

Result<const LintConfig*> ConfigFinder::For(const std::string& dockerfile) {
  if (none_) {
    return nullptr;
  }
  if (!path_.empty()) {
    return Load(path_);
  }
  const fs::path here = Absolute(".").parent_path();
  const LintConfig* config = nullptr;
  std::vector<fs::path> passed;
  for (fs::path folder = FolderOf(dockerfile == "-" ? "./-" : dockerfile);;
       folder = folder.parent_path()) {
    const auto known = folders_.find(folder);
    if (known != folders_.end()) {
      config = known->second;
      break;
    }
    passed.push_back(folder);
    const fs::path file = folder / ".cacheplan.toml";
    if (files_.Exists(file.string())) {
      // Named as one would name it from here.
      const Result<const LintConfig*> loaded = Load(file.lexically_proximate(here).string());
      if (!loaded.ok()) {
        return loaded.status();
      }
      config = loaded.value();
      break;
    }
    if (files_.Exists((folder / ".git").string()) || folder == folder.parent_path()) {
      break;
    }
  }
  for (fs::path& folder : passed) {
    folders_.emplace(std::move(folder), config);
  }
  return config;
}

Result<const LintConfig*> ConfigFinder::Load(const std::string& path) {
  const auto known = loaded_.find(path);
  if (known != loaded_.end()) {
    return known->second.get();
  }
  const Result<std::string> text = files_.Read(path);
  if (!text.ok()) {
    return text.status();
  }
  Result<LintConfig> config = ParseConfig(path, text.value());
  if (!config.ok()) {
    return config.status();
  }
  return loaded_.emplace(path, std::make_unique<LintConfig>(std::move(config.value())))
      .first->second.get();
}

}  // namespace cacheplan::cli
