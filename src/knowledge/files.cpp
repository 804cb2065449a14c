// Names of files and folders, and what they are to package managers.
#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

#include "cacheplan/byte_set.h"
#include "cacheplan/globs.h"
#include "cacheplan/text.h"

#include "src/knowledge/tables.h"

namespace cacheplan {
namespace knowledge {
void FileNames::Add(std::string_view name, std::size_t manager, FileKind kind) {
  const bool inner = name.find('/') != std::string_view::npos;
  if (!inner && name.find('*') == std::string_view::npos) {
    if (plain_.Add(name) == plain_rows_.size()) {
      plain_rows_.push_back({manager, kind});
    }
    return;
  }
  if (inner) {
    paths_.Add(patterns_.Concat({"*", name}), rows_.size());
  } else {
    names_.Add(name, rows_.size());
  }
  rows_.push_back({manager, kind});
}

const FileNames::Row* FileNames::Find(std::string_view path) const {
  const std::string_view name = LastComponent(path);
  if (const std::size_t found = plain_.Find(name); found != plain_.kNone) {
    return &plain_rows_[found];
  }
  const std::size_t none = rows_.size();
  std::size_t first = names_.First(name).value_or(none);
  if (name.size() < path.size()) {
    first = std::min(first, paths_.First(path).value_or(none));
  }
  return first == none ? nullptr : &rows_[first];
}

const FileNames::Row* FileNames::FindFitting(std::string_view pattern) const {
  // Most names differ at one of their ends.
  static constexpr ByteSet kStandsForMore("*?[]\\");
  const bool any_first = kStandsForMore.Has(pattern.front());
  const bool any_last = kStandsForMore.Has(pattern.back());
  const std::span<const std::string_view> names = plain_.texts();
  const auto found = std::find_if(names.begin(), names.end(), [&](std::string_view name) {
    return (any_first || name.front() == pattern.front()) &&
           (any_last || name.back() == pattern.back()) && GlobMatches(pattern, name);
  });
  return found == names.end() ? nullptr
                              : &plain_rows_[static_cast<std::size_t>(found - names.begin())];
}

}  // namespace knowledge

const knowledge::FileNames::Row* Knowledge::Tables::TreeOf(std::string_view path) const {
  if (path.starts_with('/')) {
    return nullptr;  // /home/gradle is somebody's home
  }
  for (std::size_t end = path.rfind('/'); end != std::string_view::npos && end > 0;
       end = path.rfind('/', end - 1)) {
    if (const auto* row = trees.Find(path.substr(0, end))) {
      return row;
    }
  }
  return nullptr;
}

std::optional<FileFact> Knowledge::FileAt(std::string_view path) const {
  if (path.ends_with('/')) {
    return FolderAt(path);
  }
  const knowledge::FileNames::Row* const row = tables_->files.Find(path);
  return tables_->FactOf(row == nullptr ? tables_->TreeOf(path) : row);
}

std::optional<FileFact> Knowledge::FolderAt(std::string_view path) const {
  while (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  const knowledge::FileNames::Row* const row = tables_->folders.Find(path);
  return tables_->FactOf(row == nullptr ? tables_->TreeOf(path) : row);
}

std::optional<FileFact> Knowledge::FileForPattern(std::string_view pattern) const {
  constexpr std::size_t kMinLiteral = 2;
  const auto stars = static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), '*'));
  return stars == 0 || pattern.size() < kMinLiteral + stars
             ? std::nullopt
             : tables_->FactOf(tables_->files.FindFitting(pattern));
}

std::span<const PackageManager> Knowledge::managers() const { return tables_->managers; }

}  // namespace cacheplan
