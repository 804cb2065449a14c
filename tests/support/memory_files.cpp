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

}  // namespace cacheplan::test
