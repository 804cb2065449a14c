#include "support/cases.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "cacheplan/emit.h"

#include "support/catch.h"

namespace cacheplan::test {
namespace {

std::string Trim(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  const std::size_t end = text.find_last_not_of(" \t");
  return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

std::string Unescape(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    switch (c) {
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case 'r':
        out += '\r';
        break;
      case 's':
        out += ' ';
        break;
      case 'p':
        out += '|';
        break;
      case 'e':
        break;
      case 'x':
        out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
        i += 2;
        break;
      default:
        out += '\\';
        out += c;
    }
  }
  return out;
}

}  // namespace

std::string SourcePath(const std::string& relative) {
  return std::string(CACHEPLAN_SOURCE_DIR) + "/" + relative;
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  INFO(path);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<Row> ReadTable(const std::string& name) {
  std::vector<Row> rows;
  std::istringstream in(ReadFile(SourcePath("testdata/tables/" + name)));
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.empty() || line.front() == '#') {
      continue;
    }
    const std::size_t bar = line.rfind(" | ");
    INFO(name << ":" << number << ": " << line);
    REQUIRE(bar != std::string::npos);
    rows.push_back(
        {Unescape(Trim(line.substr(0, bar))), Unescape(Trim(line.substr(bar + 3))), number});
  }
  REQUIRE(!rows.empty());
  return rows;
}

std::vector<std::string> CaseFolders() {
  std::vector<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator(SourcePath("testdata/cases"))) {
    if (entry.is_directory()) {
      folders.push_back(entry.path().string());
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

void CheckGolden(const std::string& path, const std::string& text) {
  const char* update = std::getenv("CACHEPLAN_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  const std::string golden = ReadFile(path);
  INFO(path << " is not what comes out; CACHEPLAN_UPDATE_GOLDEN=1 writes it anew\n"
            << UnifiedDiff(golden, text, "golden", "now"));
  CHECK(text.size() == golden.size());
  CHECK((text == golden));
}

std::vector<std::string> FilesBelow(const std::vector<std::string>& places) {
  namespace fs = std::filesystem;
  const fs::path root = SourcePath("");
  std::vector<std::string> files;
  for (const std::string& place : places) {
    if (fs::is_regular_file(root / place)) {
      files.push_back(place);
    } else if (fs::is_directory(root / place)) {
      for (const auto& entry : fs::recursive_directory_iterator(root / place)) {
        if (entry.is_regular_file()) {
          files.push_back(fs::relative(entry.path(), root).generic_string());
        }
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
}

}  // namespace cacheplan::test
