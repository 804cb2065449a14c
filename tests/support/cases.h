// Files of the source tree, and those of testdata/: row tables and golden cases.
#pragma once

#include <string>
#include <vector>

namespace cacheplan::test {

/// A path below the source folder.
std::string SourcePath(const std::string& relative);
/// The whole file; fails the test when it is not there.
std::string ReadFile(const std::string& path);

/// A row of testdata/tables/<name>: `in | want`. Lines that are empty or start with '#' are left
/// out. In both columns \n, \t, \r, \s (a blank), \p (a |), \e (nothing) and \xNN stand for
/// themselves.
struct Row {
  std::string in;
  std::string want;
  int line = 0;
};
std::vector<Row> ReadTable(const std::string& name);

/// The folders of testdata/cases, sorted.
std::vector<std::string> CaseFolders();

/// Compares with the file, or writes it when CACHEPLAN_UPDATE_GOLDEN=1; the failure shows the lines
/// that differ.
void CheckGolden(const std::string& path, const std::string& text);

/// Every file below these folders of the source tree, or these files themselves, as paths relative
/// to the source folder, sorted.
std::vector<std::string> FilesBelow(const std::vector<std::string>& places);
/// The lines of a text, without their line endings.
std::vector<std::string> LinesOf(const std::string& text);

}  // namespace cacheplan::test
