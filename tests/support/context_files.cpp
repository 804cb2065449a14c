#include "support/context_files.h"

#include <algorithm>
#include <set>

#include "support/cases.h"

namespace cacheplan::test {

BuildContext ContextOf(const std::string& files, const std::optional<std::string>& ignore) {
  BuildContext context;
  context.directory = ".";
  if (ignore) {
    context.ignore_path = ".dockerignore";
    context.ignore = IgnoreFile::Parse(*ignore);
  }
  std::set<std::string> folders;
  for (const std::string& line : LinesOf(files)) {
    const std::size_t blank = line.find(' ');
    const std::string mark = blank == std::string::npos ? "" : line.substr(0, blank);
    const std::string path = mark.empty() ? line : line.substr(blank + 1);
    if (path.empty()) {
      continue;
    }
    context.entries.push_back({path, false, mark.substr(0, 1) == "x" ? 0755U : 0644U, 1, false});
    if (mark != "?") {
      context.tracked.emplace_back(path, mark == "x");
    }
    if (path == "Dockerfile") {
      context.dockerfile = path;
    }
    for (std::size_t end = path.find('/'); end != std::string::npos;
         end = path.find('/', end + 1)) {
      folders.insert(path.substr(0, end));
    }
  }
  for (const std::string& folder : folders) {
    context.entries.push_back({folder, true, 0755U, 0, false});
  }
  std::sort(context.entries.begin(), context.entries.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  std::sort(context.tracked.begin(), context.tracked.end());
  return context;
}

}  // namespace cacheplan::test
