// Names of files and folders, and what they are to package managers.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "cacheplan/text.h"

#include "src/knowledge/tables.h"

namespace cacheplan {
namespace knowledge {
void FileNames::Add(std::string_view name, std::size_t manager, FileKind kind) {
  const bool inner = name.find('/') != std::string_view::npos;
  if (!inner && name.find('*') == std::string_view::npos) {
    plain_.try_emplace(std::string(name), Row{manager, kind});
    return;
  }
  (inner ? paths_ : names_).Add((inner ? "*" : "") + std::string(name), rows_.size());
  rows_.push_back({manager, kind});
}

const FileNames::Row* FileNames::Find(std::string_view path) const {
  const std::string_view name = LastComponent(path);
  if (const auto found = plain_.find(name); found != plain_.end()) {
    return &found->second;
  }
  const std::size_t none = rows_.size();
  const std::size_t first =
      std::min(names_.First(name).value_or(none), paths_.First(path).value_or(none));
  return first == none ? nullptr : &rows_[first];
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

const std::vector<PackageManager>& Knowledge::managers() const { return tables_->managers; }

}  // namespace cacheplan
