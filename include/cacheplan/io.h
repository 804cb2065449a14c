// The seams to the world: the smallest interface that each user needs.
//
// Phases take values. What must read a file takes a FileReader, what must write one a FileSystem;
// tests give an in-memory one. Child processes are the run layer's (run.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/result.h"

namespace cacheplan {

class FileReader {
 public:
  virtual ~FileReader() = default;
  /// The whole content. "-" is not special here. Fails with kNotFound or kUnreadable (a directory,
  /// no permission, larger than Source::kMaxSize); the message names the path and the reason.
  virtual Result<std::string> Read(const std::string& path) = 0;
};

/// A name in a directory. A link is itself, whatever it points to.
struct DirectoryItem {
  std::string name;
  bool directory = false;
  std::uint32_t mode = 0;  ///< permission bits
  std::uint64_t size = 0;  ///< bytes
};

class FileSystem : public FileReader {
 public:
  /// Writes beside the target and renames, so that a reader sees the old text or the new one.
  /// An existing file keeps its permission bits; a new one is 0755 when `executable`.
  virtual Status Write(const std::string& path, std::string_view text, bool executable) = 0;
  virtual bool Exists(const std::string& path) = 0;
  /// What is in a directory, sorted by name. Fails with kNotFound or kUnreadable.
  virtual Result<std::vector<DirectoryItem>> List(const std::string& path) = 0;
};

/// The disk of this machine. One instance, alive for the whole program.
FileSystem& RealFileSystem();

}  // namespace cacheplan
