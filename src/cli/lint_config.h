// Which .cacheplan.toml is in force for a file.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "cacheplan/config.h"
#include "cacheplan/io.h"

namespace cacheplan::cli {

/// The nearest `.cacheplan.toml` in the file's folder or above it; a folder with `.git` is the last
/// one looked at. Each folder is looked at once and each file read once.
class ConfigFinder {
 public:
  /// With `none` there is never one; a `path` that is not empty is the one for all files.
  ConfigFinder(bool none, std::string path, FileSystem& files)
      : none_(none), path_(std::move(path)), files_(files) {}

  /// Null when there is none. Lives as long as this.
  Result<const LintConfig*> For(const std::string& dockerfile);

 private:
  Result<const LintConfig*> Load(const std::string& path);

  bool none_;
  std::string path_;
  FileSystem& files_;
  std::map<std::string, std::unique_ptr<LintConfig>> loaded_;  // by path
  std::map<std::filesystem::path, const LintConfig*> folders_;
};

}  // namespace cacheplan::cli
