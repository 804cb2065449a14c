// Paths as the user's words give them, seen from another folder.
#pragma once

#include <filesystem>
#include <string>

namespace cacheplan::cli {

/// Absolute, without `.` and `..`; nothing is looked up but the current folder.
std::filesystem::path Absolute(const std::string& path);
/// The path as seen from the folder, with '/'. "-", standard input, stays what it is.
std::string PathFrom(const std::filesystem::path& folder, const std::string& path);
/// The folder that a file lies in.
std::filesystem::path FolderOf(const std::string& path);

}  // namespace cacheplan::cli
