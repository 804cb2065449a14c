#include <algorithm>
#include <filesystem>
#include <utility>

#include "cacheplan/context.h"

namespace cacheplan {
namespace {

std::string Below(const std::string& directory, const std::string& path) {
  return directory.empty() || directory == "." ? path
         : directory.back() == '/'             ? directory + path
                                               : directory + "/" + path;
}

/// Large, changing by themselves, and of no interest in depth.
bool IsVolatile(std::string_view name) {
  return name == ".git" || name == ".hg" || name == ".svn" || name == "node_modules";
}

Status ReadIgnore(const ContextOptions& options, FileSystem& files, BuildContext& context) {
  const std::string own = options.dockerfile + ".dockerignore";
  // The classic builder's client knows no ignore file of a Dockerfile's own.
  const bool has_own = !options.classic && !options.dockerfile.empty() && files.Exists(own);
  const std::string path = has_own ? own : Below(context.directory, ".dockerignore");
  if (!files.Exists(path)) {
    return Status::Ok();
  }
  const Result<std::string> text = files.Read(path);
  if (!text.ok()) {
    return text.status();
  }
  context.ignore_path = path;
  context.ignore = IgnoreFile::Parse(text.value());
  return Status::Ok();
}

}  // namespace

std::optional<std::string> PathInContext(const std::string& directory, const std::string& file) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path folder = fs::absolute(directory, error).lexically_normal() / "";
  const std::string path = fs::absolute(file, error)
                               .lexically_normal()
                               .lexically_relative(folder.lexically_normal())
                               .generic_string();
  if (error || file.empty() || path.empty() || path == ".." || path.substr(0, 3) == "../") {
    return std::nullopt;
  }
  return path;
}

Result<BuildContext> ReadContext(const std::string& directory, const ContextOptions& options,
                                 FileSystem& files) {
  BuildContext context;
  context.directory = directory;
  context.dockerfile = PathInContext(directory, options.dockerfile);
  // The root first: its message says more than that of a file that is not there.
  Result<std::vector<DirectoryItem>> items = files.List(directory);
  if (!items.ok()) {
    return items.status();
  }
  if (const Status status = ReadIgnore(options, files, context); !status.ok()) {
    return status;
  }
  // Level by level: where there is too much, what stands high up is seen all the same. The list of
  // what is found is the list of what is still to be opened.
  std::string folder;
  std::vector<ContextEntry>& found = context.entries;
  for (std::size_t next = 0;; ++next) {
    if (!items.ok()) {
      context.complete = false;
    } else {
      for (DirectoryItem& item : items.value()) {
        if (found.size() == options.max_entries) {
          context.complete = false;
          break;
        }
        std::string path = folder.empty() ? item.name : folder + "/" + item.name;
        const bool closed =
            item.directory && (IsVolatile(item.name) ||
                               (!context.ignore.has_exclusions() && context.ignore.Matches(path)));
        found.push_back({std::move(path), item.directory, item.mode, item.size, closed});
      }
    }
    while (next < found.size() && (!found[next].directory || found[next].closed)) {
      ++next;
    }
    if (next >= found.size() || found.size() == options.max_entries) {
      context.complete = context.complete && next >= found.size();
      break;
    }
    folder = found[next].path;
    items = files.List(Below(directory, folder));
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  context.tracked = TrackedFiles(directory);
  return context;
}

}  // namespace cacheplan
