// The program, called in-process, and folders for it to work in.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cacheplan::test {

struct Ran {
  int status = 0;
  std::string out;
  std::string err;
};
/// Main() with these words and this standard input.
Ran RunMain(const std::vector<std::string>& words, const std::string& input = "");

/// "$ cacheplan parse Dockerfile", for messages.
std::string CommandLine(const std::vector<std::string>& words);

/// The current folder is this one while the object lives.
class InFolder {
 public:
  explicit InFolder(const std::string& folder);
  ~InFolder();
  InFolder(const InFolder&) = delete;
  InFolder& operator=(const InFolder&) = delete;

 private:
  std::filesystem::path before_;
};

/// An empty folder of its own; gone with the object.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] std::string path() const { return path_.string(); }
  /// Writes a file in it, with the folders that it lies in.
  void Write(const std::string& name, const std::string& text) const;
  /// The names of what is in it, sorted.
  [[nodiscard]] std::vector<std::string> Names() const;

 private:
  std::filesystem::path path_;
};

}  // namespace cacheplan::test
