#include "support/program.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cacheplan/cli.h"

#include "support/catch.h"

namespace cacheplan::test {

namespace fs = std::filesystem;

Ran RunMain(const std::vector<std::string>& words, const std::string& input) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const int status = Main(words, in, out, err);
  return {status, out.str(), err.str()};
}

std::string CommandLine(const std::vector<std::string>& words) {
  std::string line = "$ cacheplan";
  for (const std::string& word : words) {
    line += " " + word;
  }
  return line;
}

InFolder::InFolder(const std::string& folder) : before_(fs::current_path()) {
  fs::current_path(folder);
}
InFolder::~InFolder() { fs::current_path(before_); }

TempFolder::TempFolder() {
  std::string name = (fs::temp_directory_path() / "cacheplan-test-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}
TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void TempFolder::Write(const std::string& name, const std::string& text) const {
  std::filesystem::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << text;
}

std::vector<std::string> TempFolder::Names() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path_)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace cacheplan::test
