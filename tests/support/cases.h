// Files of testdata/: row tables and golden cases.
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

/// Compares with the file, or writes it when CACHEPLAN_UPDATE_GOLDEN=1; the failure shows both.
void CheckGolden(const std::string& path, const std::string& text);

}  // namespace cacheplan::test
