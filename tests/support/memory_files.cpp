#include "support/memory_files.h"

namespace cacheplan::test {

Result<std::string> MemoryFiles::Read(const std::string& path) {
  reads.push_back(path);
  const auto it = files.find(path);
  if (it == files.end()) {
    return Status::NotFound(path + ": cannot be read: no such file");
  }
  return it->second;
}

Status MemoryFiles::Write(const std::string& path, std::string_view text, bool /*executable*/) {
  writes.push_back(path);
  if (fail_writes) {
    return Status::Unreadable(path + ": cannot be written: the disk is full");
  }
  files[path] = text;
  return Status::Ok();
}

bool MemoryFiles::Exists(const std::string& path) { return files.count(path) > 0; }

Result<std::vector<DirectoryItem>> MemoryFiles::List(const std::string& path) {
  const std::string slash = path.empty() || path.back() == '/' ? "" : "/";
  const std::string folder = path == "." ? "" : path + slash;
  std::vector<DirectoryItem> items;
  for (const auto& [file, text] : files) {
    if (file.compare(0, folder.size(), folder) == 0) {
      const std::string rest = file.substr(folder.size());
      const std::string name = rest.substr(0, rest.find('/'));
      const bool directory = name.size() < rest.size();
      if (items.empty() || items.back().name != name) {
        items.push_back({name, directory, directory ? 0755U : 0644U, text.size()});
      }
    }
  }
  if (items.empty()) {
    return Status::NotFound(path + ": cannot be read: no such folder");
  }
  return items;
}

}  // namespace cacheplan::test
