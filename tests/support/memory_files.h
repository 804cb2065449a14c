// Files in memory, for tests: remembers what was asked of it and can fail.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/io.h"

namespace cacheplan::test {

class MemoryFiles final : public FileSystem {
 public:
  std::map<std::string, std::string> files;
  std::vector<std::string> reads;   ///< every path that was read, in order
  std::vector<std::string> writes;  ///< every path that was written, in order
  bool fail_writes = false;

  Result<std::string> Read(const std::string& path) override;
  Status Write(const std::string& path, std::string_view text, bool executable) override;
  bool Exists(const std::string& path) override;
  Result<std::vector<DirectoryItem>> List(const std::string& path) override;
};

}  // namespace cacheplan::test
